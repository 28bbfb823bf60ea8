package org.remora.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class TraceTest {
  /** Worlds of every kind of order and chance. */
  private static SimWorld.Settings world(String kind, long seed) {
    SimWorld.Settings settings = SimWorld.of(2, 3).seed(seed);
    return switch (kind) {
      case "timed" -> settings;
      case "uniform" -> settings.latency(Latency.uniform(500, 1_500));
      case "heavy-tailed" -> settings.latency(Latency.heavyTailed(300));
      case "adversarial" -> settings.adversarial(60);
      case "torn" ->
          settings
              .latency(Latency.uniform(500, 1_500))
              .tearing(SimWorld.Tearing.FRAMED)
              .faults(List.of(new Fault.BrokenWays(200), new Fault.SlowMemory(2, 0, 9_000, 700)));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static final List<String> KINDS =
      List.of("timed", "uniform", "heavy-tailed", "adversarial", "torn");

  private static String json(List<TraceEvent> events) {
    StringWriter out = new StringWriter();
    try (TraceWriter writer = new TraceWriter(out)) {
      events.forEach(writer);
    }
    return out.toString();
  }

  private static String hash(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, 8);
  }

  @Property(tries = 50)
  void theSameSeedGivesTheSameTrace(@ForAll long seed) {
    for (String kind : KINDS) {
      Supplier<String> trace = () -> json(Scenes.contention(world(kind, seed)));
      assertThat(trace.get()).isEqualTo(trace.get());
    }
  }

  @Test
  void anotherSeedGivesAnotherTrace() {
    for (String kind : List.of("uniform", "heavy-tailed", "adversarial", "torn")) {
      assertThat(json(Scenes.contention(world(kind, 1))))
          .isNotEqualTo(json(Scenes.contention(world(kind, 2))));
    }
  }

  /** A change here is a change of every seed ever noted down: it must be meant. */
  @Test
  void tracesArePinned() throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    for (String kind : KINDS) {
      hashes.put(kind, hash(json(Scenes.contention(world(kind, 42)))));
    }
    assertThat(hashes)
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "adversarial", "42588eee60d8feb6",
                    "heavy-tailed", "c71b49782117e081",
                    "timed", "ac3597165cf29833",
                    "torn", "134bbfb58a95f172",
                    "uniform", "2f35d2437653f075")));
  }

  @Test
  void aTraceReadsAsDocumented() {
    assertThat(json(Scenes.common()))
        .isEqualTo(
            """
            {"delays":0,"event":"request","process":1,"memory":1,"id":1,"text":"write slots[0] = (1,red)"}
            {"delays":0,"event":"request","process":1,"memory":2,"id":2,"text":"write slots[0] = (1,red)"}
            {"delays":0,"event":"request","process":1,"memory":3,"id":3,"text":"write slots[0] = (1,red)"}
            {"delays":1,"event":"effect","process":1,"memory":1,"id":1,"text":"write slots[0] = (1,red)","outcome":"ack"}
            {"delays":1,"event":"effect","process":1,"memory":2,"id":2,"text":"write slots[0] = (1,red)","outcome":"ack"}
            {"delays":1,"event":"effect","process":1,"memory":3,"id":3,"text":"write slots[0] = (1,red)","outcome":"ack"}
            {"delays":2,"event":"answer","process":1,"memory":1,"id":1,"text":"write slots[0] = (1,red)","outcome":"ack"}
            {"delays":2,"event":"answer","process":1,"memory":2,"id":2,"text":"write slots[0] = (1,red)","outcome":"ack"}
            {"delays":2,"event":"mark","process":1,"text":"decides red"}
            {"delays":2,"event":"send","process":1,"id":4,"text":"red"}
            {"delays":2,"event":"answer","process":1,"memory":3,"id":3,"text":"write slots[0] = (1,red)","outcome":"ack"}
            {"delays":3,"event":"receive","process":1,"to":1,"id":4,"text":"red"}
            {"delays":3,"event":"mark","process":1,"text":"learns red"}
            {"delays":3,"event":"receive","process":1,"to":2,"id":4,"text":"red"}
            {"delays":3,"event":"mark","process":2,"text":"learns red"}
            """);
  }

  @Test
  void fieldsThatDoNotApplyAreLeftOut() {
    assertThat(
            json(
                List.of(
                    new TraceEvent(1_250, TraceEvent.Kind.MEMORY_CRASH, 0, 3, 0, "crash", ""),
                    new TraceEvent(1, TraceEvent.Kind.MARK, 2, 0, 0, "\"x\"\n", ""),
                    new TraceEvent(
                        5_000_000_000L, TraceEvent.Kind.ANSWER, 1, 2, 7, "read x[0]", "ack é"))))
        .isEqualTo(
            """
            {"delays":1.25,"event":"memory-crash","memory":3,"text":"crash"}
            {"delays":0.001,"event":"mark","process":2,"text":"\\"x\\"\\n"}
            {"delays":5000000,"event":"answer","process":1,"memory":2,"id":7,"text":"read x[0]","outcome":"ack é"}
            """);
  }

  @Test
  void aWriterThatFailsSaysSo() {
    TraceWriter writer =
        new TraceWriter(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("disk full");
              }
            });
    assertThatThrownBy(
            () -> {
              Collections.nCopies(
                      10_000, new TraceEvent(0, TraceEvent.Kind.TIMER, 1, 0, 0, "timer", ""))
                  .forEach(writer);
              writer.close();
            })
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("disk full");
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newDefaultNSInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void diagramsShowWhatHappened() throws Exception {
    String contention = SpaceTimeDiagram.render("t", 2, 3, Scenes.contention(SimWorld.of(2, 3)));
    assertThat(parse(contention).getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(contention)
        .containsOnlyOnce("decides blue</text>")
        .contains("gives up</text>", "p2 writes</text>", "nak</text>", "class=\"band c1\"")
        .contains("<title>p1 at m3: write slots[0] = (1,red) → nak, 1.5 to 2.5</title>")
        .doesNotContain("<script", "http://www.w3.org/1999");
    String crashes = SpaceTimeDiagram.render("t", 3, 3, Scenes.crashes());
    parse(crashes);
    assertThat(crashes).contains(", lost</title>", "p1: crash, at 2.5", "m3: crash, at 1.5");
    List<TraceEvent> all = Scenes.allToAll(SimWorld.of(5, 0));
    assertThat(SpaceTimeDiagram.render("t", 5, 0, all)).contains("p5 to p1: hello 5, 0 to 1");
  }

  @Test
  void diagramsAreDeterministicAndBounded() throws Exception {
    Supplier<String> drawn =
        () -> SpaceTimeDiagram.render("t", 2, 3, Scenes.contention(world("adversarial", 5)));
    assertThat(drawn.get()).isEqualTo(drawn.get());
    TraceEvent timer = new TraceEvent(0, TraceEvent.Kind.TIMER, 1, 0, 0, "timer", "");
    String cut = SpaceTimeDiagram.render("t", 1, 0, Collections.nCopies(5_001, timer));
    assertThat(cut).contains("the first 5000 of 5001 events");
    assertThat(SpaceTimeDiagram.render("t", 1, 0, Collections.nCopies(5_000, timer)))
        .doesNotContain("the first");
    parse(SpaceTimeDiagram.render("nothing", 1, 1, List.of()));
  }

  @Property(tries = 200)
  void anyTextMakesAWellFormedDiagram(@ForAll String text) throws Exception {
    List<TraceEvent> events =
        List.of(
            new TraceEvent(0, TraceEvent.Kind.SEND, 1, 0, 1, text, ""),
            new TraceEvent(0, TraceEvent.Kind.REQUEST, 1, 1, 2, text, ""),
            new TraceEvent(1_000, TraceEvent.Kind.EFFECT, 1, 1, 2, text, text),
            new TraceEvent(Long.MAX_VALUE, TraceEvent.Kind.MARK, 1, 0, 0, text + "\0\uD800", ""));
    parse(SpaceTimeDiagram.render(text, 1, 1, events));
    json(events);
  }

  @Test
  void anEventOfNobodyIsRefused() {
    TraceEvent mark = new TraceEvent(0, TraceEvent.Kind.MARK, 3, 0, 0, "x", "");
    assertThatThrownBy(() -> SpaceTimeDiagram.render("t", 2, 0, List.of(mark)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void laterIsNeverLeftOfEarlierAndArrowsLeadRight() {
    for (String kind : KINDS) {
      List<TraceEvent> events = Scenes.contention(world(kind, 7));
      DiagramLayout layout = new DiagramLayout(events, 2, 3);
      for (int i = 1; i < events.size(); i++) {
        for (int j = 0; j < i; j++) {
          TraceEvent before = events.get(j);
          TraceEvent after = events.get(i);
          if (before.nanos() < after.nanos()) {
            assertThat(layout.x[j]).isLessThan(layout.x[i]);
          }
          if (before.id() != 0 && before.id() == after.id() && before.kind() != after.kind()) {
            boolean copies = before.kind() == TraceEvent.Kind.RECEIVE;
            assertThat(copies || layout.x[j] < layout.x[i]).isTrue();
          }
        }
      }
    }
  }
}
