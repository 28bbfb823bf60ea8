package org.remora.sim;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;

/**
 * Draws a trace as a space-time diagram in SVG: processes and memories as life lines, time from
 * left to right, requests, answers and messages as arrows between them.
 *
 * <p>Every element tells its full text when pointed at. The same trace gives the same picture, byte
 * for byte; it holds no script, refers to nothing outside itself, and follows the reader's choice
 * of light or dark.
 */
public final class SpaceTimeDiagram {
  /** The most events that are drawn: of a longer trace the first, and the picture says so. */
  public static final int EVENTS_MAX = 5_000;

  private static final double LEFT = 64;
  private static final double RIGHT = 40;
  private static final double TOP = 116;
  private static final double LINE = 78;
  private static final double LEGEND = 64;
  private static final double LEGEND_WIDTH = 1_060;
  private static final double TICK_MIN = 44;
  private static final int COLOURS = 8;

  /** How far before a life line an arrow that never arrives there ends. */
  private static final double SHORT_OF = 16;

  private final String title;
  private final int processes;
  private final int memories;
  private final int eventsLeftOut;
  private final List<TraceEvent> events;
  private final DiagramLayout layout;
  private final double end;
  private final double bottom;
  private final StringWriter picture = new StringWriter();
  private final SvgWriter svg = new SvgWriter(picture);

  /** Where life lines end. */
  private final Map<Integer, Double> crashes = new HashMap<>();

  private SpaceTimeDiagram(String title, int processes, int memories, List<TraceEvent> events)
      throws XMLStreamException {
    this.title = title;
    this.processes = processes;
    this.memories = memories;
    this.events = events.subList(0, Math.min(events.size(), EVENTS_MAX));
    eventsLeftOut = events.size() - this.events.size();
    layout = new DiagramLayout(this.events, processes, memories);
    end = LEFT + layout.width + DiagramLayout.DELAY;
    bottom = TOP + LINE * (processes + memories) - LINE / 2 + 8;
  }

  /**
   * The diagram of a trace of a world of so many processes and memories.
   *
   * @throws IllegalArgumentException if an event names a process or memory that there is not
   */
  public static String render(String title, int processes, int memories, List<TraceEvent> events) {
    try {
      return new SpaceTimeDiagram(title, processes, memories, events).draw();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing to a string does not fail", e);
    }
  }

  private String draw() throws XMLStreamException {
    for (int i = 0; i < events.size(); i++) {
      TraceEvent event = events.get(i);
      if (event.kind() == TraceEvent.Kind.PROCESS_CRASH
          || event.kind() == TraceEvent.Kind.MEMORY_CRASH) {
        crashes.put(layout.line(event), x(i));
      }
    }
    svg.begin(Math.round(Math.max(end, LEGEND_WIDTH) + RIGHT), Math.round(bottom + LEGEND));
    svg.text("style", DiagramStyle.css(COLOURS));
    defineHeads();
    svg.empty("rect", "class", "paper", "width", "100%", "height", "100%");
    svg.text("text", title, "class", "title", "x", 16.0, "y", 26.0);
    if (eventsLeftOut > 0) {
      String notice =
          "the first " + events.size() + " of " + (events.size() + eventsLeftOut) + " events";
      svg.text("text", notice, "class", "notice", "x", 16.0, "y", 44.0);
    }
    drawTime();
    drawLines();
    drawPermissions();
    drawFlights();
    drawPoints();
    drawLabels();
    drawLegend();
    svg.close();
    return picture.toString();
  }

  private void defineHeads() throws XMLStreamException {
    svg.begin("defs");
    for (int colour = 0; colour <= COLOURS; colour++) {
      String name = colour == COLOURS ? "bad" : "c" + colour;
      svg.begin(
          "marker",
          "id",
          "head-" + name,
          "viewBox",
          "0 0 8 8",
          "refX",
          8.0,
          "refY",
          4.0,
          "markerWidth",
          7.0,
          "markerHeight",
          7.0,
          "orient",
          "auto");
      svg.empty("path", "class", "head " + name, "d", "M0 1 8 4 0 7z");
      svg.end();
    }
    svg.end();
  }

  /** The time axis; what happens at one time but needs room is on one shaded strip. */
  private void drawTime() throws XMLStreamException {
    for (DiagramLayout.Slot slot : layout.slots) {
      if (slot.end() > slot.begin()) {
        svg.empty(
            "rect",
            "class",
            "slot",
            "x",
            LEFT + slot.begin() - 5,
            "y",
            TOP - 54,
            "width",
            slot.end() - slot.begin() + 10,
            "height",
            bottom - TOP + 54);
      }
    }
    svg.text("text", "delays", "class", "axis", "x", 16.0, "y", TOP - 60);
    double lastTick = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < layout.slots.size(); i++) {
      DiagramLayout.Slot slot = layout.slots.get(i);
      DiagramLayout.@Nullable Slot before = i == 0 ? null : layout.slots.get(i - 1);
      long first = before == null ? slot.nanos() : before.nanos() + 1;
      long delay = -Math.floorDiv(-first, Clock.DELAY_NANOS); // rounded up
      long last = Math.floorDiv(slot.nanos(), Clock.DELAY_NANOS);
      for (; delay <= last; delay++) {
        double at = LEFT + tick(delay * Clock.DELAY_NANOS, before, slot);
        if (at - lastTick >= TICK_MIN) {
          lastTick = at;
          svg.empty("path", "class", "tick", "d", "M" + point(at, TOP - 54) + "V" + number(bottom));
          svg.text("text", Long.toString(delay), "class", "axis number", "x", at, "y", TOP - 60);
        } else {
          // Between ticks that do not fit, only the last before the slot can be worth a look.
          delay = Math.max(delay, last - 1);
        }
      }
    }
  }

  private static double tick(
      long nanos, DiagramLayout.@Nullable Slot before, DiagramLayout.Slot slot) {
    if (before == null || nanos == slot.nanos()) {
      return slot.begin();
    }
    double part = (double) (nanos - before.nanos()) / (slot.nanos() - before.nanos());
    return before.end() + part * (slot.begin() - before.end());
  }

  private void drawLines() throws XMLStreamException {
    for (int line = 0; line < processes + memories; line++) {
      boolean process = line < processes;
      String name = process ? "p" + (line + 1) : "m" + (line - processes + 1);
      double stop = crashes.getOrDefault(line, end);
      svg.empty(
          "path",
          "class",
          process ? "life" : "life memory",
          "d",
          "M" + point(LEFT - 22, y(line)) + "H" + number(stop));
      svg.empty(
          "rect",
          "class",
          process ? "name " + colour(line + 1) : "name memory",
          "x",
          16.0,
          "y",
          y(line) - 11,
          "width",
          30.0,
          "height",
          22.0,
          "rx",
          process ? 11.0 : 3.0);
      svg.text("text", name, "class", "name", "x", 31.0, "y", y(line) + 4);
    }
  }

  /** From a change of permission on, a band in the colour of the process that writes alone. */
  private void drawPermissions() throws XMLStreamException {
    Map<String, Band> bands = new LinkedHashMap<>();
    Map<Integer, Integer> bandsOfLine = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      TraceEvent event = events.get(i);
      WriteHolders holders = granted(event);
      if (holders != null) {
        int line = layout.line(event);
        Band before = bands.get(line + holders.region());
        int row = before == null ? bandsOfLine.merge(line, 1, Integer::sum) - 1 : before.row;
        if (before != null) {
          drawBand(before, x(i));
        }
        bands.put(line + holders.region(), new Band(line, row, x(i), holders));
      }
    }
    for (Band band : bands.values()) {
      drawBand(band, crashes.getOrDefault(band.line, end));
    }
  }

  private void drawBand(Band band, double until) throws XMLStreamException {
    String holder = band.holders.sole() == 0 ? "" : " " + colour(band.holders.sole());
    svg.begin(
        "rect",
        "class",
        "band" + holder,
        "x",
        band.from,
        "y",
        y(band.line) - 4 - 5 * band.row,
        "width",
        Math.max(0, until - band.from),
        "height",
        band.row == 0 ? 8.0 : 4.0);
    tooltip(band.holders.region() + ": " + band.holders);
    svg.end();
  }

  private static @Nullable WriteHolders granted(TraceEvent event) {
    return event.kind() == TraceEvent.Kind.EFFECT && event.outcome().equals("ack")
        ? WriteHolders.of(event.text())
        : null;
  }

  /** The arrows. */
  private void drawFlights() throws XMLStreamException {
    Map<Long, Integer> sources = new LinkedHashMap<>();
    Map<Long, Set<Integer>> received = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      TraceEvent event = events.get(i);
      switch (event.kind()) {
        case REQUEST, SEND -> sources.put(event.id(), i);
        case EFFECT -> {
          Integer source = sources.put(event.id(), i);
          if (source != null && !isEffect(source)) {
            arrow("go", source, i);
          }
        }
        case ANSWER -> {
          Integer source = sources.remove(event.id());
          if (source != null) {
            arrow("back", source, i);
          }
        }
        case RECEIVE -> {
          Integer source = sources.get(event.id());
          if (source != null) {
            arrow("message", source, i);
            received.computeIfAbsent(event.id(), id -> new HashSet<>()).add(event.peer());
          }
        }
        default -> {}
      }
    }
    for (Map.Entry<Long, Integer> source : sources.entrySet()) {
      int from = source.getValue();
      TraceEvent event = events.get(from);
      for (int target :
          targets(event, received.getOrDefault(source.getKey(), Collections.emptySet()))) {
        stub(from, target);
      }
    }
  }

  /** The life lines at which what is in flight never arrived. */
  private List<Integer> targets(TraceEvent event, Set<Integer> received) {
    if (event.kind() == TraceEvent.Kind.REQUEST) {
      return List.of(layout.memory(event.peer()));
    }
    if (event.kind() == TraceEvent.Kind.EFFECT) {
      return List.of(layout.process(event.process()));
    }
    List<Integer> targets = new ArrayList<>();
    for (int process = 1; process <= processes; process++) {
      if ((event.peer() == 0 || event.peer() == process) && !received.contains(process)) {
        targets.add(layout.process(process));
      }
    }
    return targets;
  }

  private boolean isEffect(int index) {
    return events.get(index).kind() == TraceEvent.Kind.EFFECT;
  }

  private void arrow(String kind, int from, int to) throws XMLStreamException {
    TraceEvent event = events.get(to);
    double x1 = x(from);
    double y1 = y(layout.line(events.get(from)));
    double x2 = x(to);
    double y2 = y(layout.line(event));
    String path;
    if (y1 == y2) {
      // To oneself: below the line, where no label is.
      path = "C" + point(x1 + 8, y1 + 18) + " " + point(x2 - 8, y1 + 18) + " " + point(x2, y2 + 4);
    } else {
      double length = Math.hypot(x2 - x1, y2 - y1);
      path = point(x2 - 5 * (x2 - x1) / length, y2 - 5 * (y2 - y1) / length);
    }
    String broken = kind.equals("back") && !isAck(event) ? "bad" : colour(event.process());
    svg.begin("path", "class", kind + " " + broken, "d", "M" + point(x1, y1) + " " + path);
    tooltip(
        describe(event)
            + ", "
            + TraceWriter.delays(events.get(from).nanos())
            + " to "
            + TraceWriter.delays(event.nanos()));
    svg.end();
  }

  /** An arrow that arrives nowhere: what it leads to has crashed, or the trace ends before. */
  private void stub(int from, int target) throws XMLStreamException {
    TraceEvent event = events.get(from);
    int line = layout.line(event);
    boolean answer = event.kind() == TraceEvent.Kind.EFFECT;
    // An answer is lost with its memory as well.
    boolean lost = crashes.containsKey(target) || (answer && crashes.containsKey(line));
    double height = y(target) - y(line);
    // Where the life line has ended already, the arrow nearly gets there.
    double length = crashes.containsKey(target) ? Math.abs(height) - SHORT_OF : 2 * SHORT_OF;
    double part = line == target ? 0.2 : length / Math.abs(height);
    double x2 = x(from) + DiagramLayout.DELAY * part;
    double y2 = y(line) + (line == target ? SHORT_OF : height * part);
    svg.begin(
        "path",
        "class",
        (answer ? "back" : "go") + " open " + colour(event.process()),
        "d",
        "M" + point(x(from), y(line)) + "L" + point(x2, y2));
    tooltip(describe(event) + (lost ? ", lost" : ", in flight at the end"));
    svg.end();
    if (lost) {
      cross(x2, y2, 4, "cross");
    }
  }

  private static boolean isAck(TraceEvent event) {
    return event.outcome().equals("ack") || event.outcome().startsWith("ack ");
  }

  private void drawPoints() throws XMLStreamException {
    for (int i = 0; i < events.size(); i++) {
      TraceEvent event = events.get(i);
      double y = y(layout.line(event));
      svg.begin("g");
      tooltip(describe(event) + ", at " + TraceWriter.delays(event.nanos()));
      switch (event.kind()) {
        case EFFECT -> effect(event, x(i), y);
        case PROCESS_CRASH, MEMORY_CRASH -> cross(x(i), y, 8, "crash");
        case TIMER ->
            svg.empty(
                "circle",
                "class",
                "timer " + colour(event.process()),
                "cx",
                x(i),
                "cy",
                y,
                "r",
                4.5);
        case MARK ->
            svg.empty(
                "circle",
                "class",
                "mark " + colour(event.process()),
                "cx",
                x(i),
                "cy",
                y,
                "r",
                5.5);
        case REQUEST, SEND, ANSWER, RECEIVE ->
            svg.empty(
                "circle",
                "class",
                "point " + colour(layout.line(event) + 1),
                "cx",
                x(i),
                "cy",
                y,
                "r",
                2.5);
      }
      svg.end();
    }
  }

  private void effect(TraceEvent event, double x, double y) throws XMLStreamException {
    String colour = colour(event.process());
    if (granted(event) != null) {
      svg.empty(
          "path",
          "class",
          "key " + colour,
          "d",
          "M"
              + point(x, y - 8)
              + "L"
              + point(x + 7, y)
              + " "
              + point(x, y + 8)
              + " "
              + point(x - 7, y)
              + "z");
    } else if (isAck(event)) {
      svg.empty("circle", "class", "effect " + colour, "cx", x, "cy", y, "r", 4.0);
    } else if (event.outcome().equals("nak")) {
      svg.empty("circle", "class", "refused", "cx", x, "cy", y, "r", 8.0);
      cross(x, y, 5, "cross");
    } else {
      svg.empty("circle", "class", "unsure " + colour, "cx", x, "cy", y, "r", 4.0);
    }
  }

  private void cross(double x, double y, double r, String style) throws XMLStreamException {
    svg.empty(
        "path",
        "class",
        style,
        "d",
        "M"
            + point(x - r, y - r)
            + "L"
            + point(x + r, y + r)
            + "M"
            + point(x - r, y + r)
            + "L"
            + point(x + r, y - r));
  }

  private void drawLabels() throws XMLStreamException {
    for (DiagramLayout.Label label : layout.labels) {
      TraceEvent event = events.get(label.event());
      int line = layout.line(event);
      boolean above = line < processes;
      double x = LEFT + label.x();
      double row = DiagramLayout.ROW * label.row();
      double y = y(line) + (above ? -11 - row : 20 + row);
      String style =
          switch (event.kind()) {
            case MARK -> "flag " + colour(event.process());
            case EFFECT ->
                granted(event) != null
                    ? "who " + colour(event.process())
                    : isAck(event) ? "read" : "nak";
            default -> "what";
          };
      if (event.kind() == TraceEvent.Kind.MARK) {
        svg.empty(
            "path",
            "class",
            "pole " + colour(event.process()),
            "d",
            "M" + point(x, y(line)) + "V" + number(y - 9));
      }
      svg.begin("text", "class", style, "x", x + (above ? 4 : -3), "y", y);
      tooltip(describe(event));
      svg.chars((event.kind() == TraceEvent.Kind.MARK ? "⚑ " : "") + label.text());
      svg.end();
    }
  }

  private void drawLegend() throws XMLStreamException {
    double y = bottom + 34;
    double x = 20;
    svg.empty("path", "class", "go c0", "d", "M" + point(x, y) + "h26");
    svg.empty("circle", "class", "effect c0", "cx", x + 31, "cy", y, "r", 4.0);
    x = legend(x + 42, y, "request, effect");
    svg.empty("path", "class", "back c0", "d", "M" + point(x, y) + "h28");
    x = legend(x + 36, y, "answer");
    svg.empty("path", "class", "message c0", "d", "M" + point(x, y) + "h28");
    x = legend(x + 36, y, "message");
    svg.empty("circle", "class", "refused", "cx", x + 8, "cy", y, "r", 8.0);
    cross(x + 8, y, 5, "cross");
    x = legend(x + 24, y, "refused");
    svg.empty("rect", "class", "band c0", "x", x + 7, "y", y - 4, "width", 24.0, "height", 8.0);
    svg.empty("path", "class", "key c0", "d", "M" + point(x + 7, y - 8) + "l7 8 -7 8 -7 -8z");
    x = legend(x + 38, y, "may write from here on");
    svg.empty("path", "class", "go open c0", "d", "M" + point(x, y) + "h24");
    cross(x + 26, y, 4, "cross");
    x = legend(x + 38, y, "lost");
    cross(x + 8, y, 8, "crash");
    x = legend(x + 24, y, "crash");
    svg.empty("circle", "class", "timer c0", "cx", x + 6, "cy", y, "r", 4.5);
    x = legend(x + 18, y, "timer");
    svg.empty("rect", "class", "slot", "x", x, "y", y - 9, "width", 24.0, "height", 18.0);
    legend(x + 32, y, "one moment, stretched");
  }

  private double legend(double x, double y, String text) throws XMLStreamException {
    svg.text("text", text, "class", "legend", "x", x, "y", y + 4);
    return x + 6.2 * text.length() + 22;
  }

  private void tooltip(String text) throws XMLStreamException {
    svg.text("title", text);
  }

  /** The whole of an event in words. */
  private static String describe(TraceEvent event) {
    String between =
        switch (event.kind()) {
          case REQUEST, EFFECT, ANSWER -> "p" + event.process() + " at m" + event.peer() + ": ";
          case SEND, RECEIVE ->
              "p"
                  + event.process()
                  + " to "
                  + (event.peer() == 0 ? "all" : "p" + event.peer())
                  + ": ";
          case TIMER, PROCESS_CRASH, MARK -> "p" + event.process() + ": ";
          case MEMORY_CRASH -> "m" + event.peer() + ": ";
        };
    return between + event.text() + (event.outcome().isEmpty() ? "" : " → " + event.outcome());
  }

  private double x(int event) {
    return LEFT + layout.x[event];
  }

  private static double y(int line) {
    return TOP + LINE * line;
  }

  private static String colour(int process) {
    return "c" + Math.floorMod(process - 1, COLOURS);
  }

  private static String number(double value) {
    return SvgWriter.number(value);
  }

  private static String point(double x, double y) {
    return number(x) + " " + number(y);
  }

  /** Who holds the permission of a region at a memory from a place on. */
  private record Band(int line, int row, double from, WriteHolders holders) {}
}
