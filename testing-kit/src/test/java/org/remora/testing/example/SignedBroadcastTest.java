package org.remora.testing.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.Test;
import org.remora.testing.Behaviours;
import org.remora.testing.Counterexample;
import org.remora.testing.MinimalCounterexample;
import org.remora.testing.Order;
import org.remora.testing.Plan;
import org.remora.testing.Plans;
import org.remora.testing.Requirement;
import org.remora.testing.Trial;
import org.remora.testing.TrialTest;
import org.remora.testing.Trials;
import org.remora.testing.Worlds;

/** The worked example of docs/TESTING.md. */
class SignedBroadcastTest {
  // TESTING: begin trial
  static final Trial TRIAL =
      Trial.of(() -> new SignedBroadcast(true))
          .worlds(
              Worlds.of(3, 3)
                  .processes(3, 5)
                  .memories(1, 3)
                  .byzantine(Worlds.minority(), Behaviours.all())
                  .memoryCrashes(Worlds.minority())
                  .adversarial(60))
          .require(
              Requirement.agreement(),
              Requirement.validity(),
              Requirement.holds(
                  "a correct sender is heard",
                  run ->
                      !run.plan().isCorrect(1)
                          || run.plan().correct().stream()
                              .allMatch(p -> run.input(1).equals(run.decision(p)))))
          .eventsMax(5_000);

  // TESTING: end trial

  // TESTING: begin junit
  @TrialTest(runs = 500)
  void broadcastHolds(Trials trials) {
    trials.check(TRIAL);
  }

  // TESTING: end junit

  // TESTING: begin jqwik
  @Property(tries = 200)
  @AddLifecycleHook(MinimalCounterexample.class)
  void broadcastHolds(@ForAll("plans") Plan plan) {
    TRIAL.check(plan);
  }

  @Provide
  Arbitrary<Plan> plans() {
    return Plans.in(TRIAL.worlds());
  }

  // TESTING: end jqwik

  // TESTING: begin planted
  static final Trial PLANTED = TRIAL.with(() -> new SignedBroadcast(false));

  @Test
  void aCopyAfterTheLookIsFound() {
    Counterexample found = PLANTED.hunt(1, 1_000).orElseThrow();

    assertThat(found.requirement()).isEqualTo("agreement");
    assertThat(found.minimal()).isTrue();
    assertThat(found.plan().byzantine().keySet()).containsExactly(1);
    assertThat(TRIAL.counterexample(found.plan())).isEmpty(); // the repaired one
  }

  // TESTING: end planted

  private static final Counterexample FOUND = PLANTED.hunt(1, 1_000).orElseThrow();

  @Test
  void nothingCanBeLeftOutOfTheCounterexample() {
    Counterexample found = FOUND;
    assertThat(found.plan().processes()).isEqualTo(3);
    assertThat(found.plan().faults()).isEmpty();
    assertThat(found.plan().memories()).isEqualTo(1);
    assertThat(((Order.Chosen) found.plan().order()).choices()).hasSizeLessThan(10);
    assertThat(found.simpler()).hasSizeGreaterThan(5);
    for (Plan simpler : found.simpler()) {
      assertThat(PLANTED.counterexample(simpler)).as(simpler.toString()).isEmpty();
    }
  }

  @Test
  void theCounterexampleReplaysFromItsText() {
    Counterexample found = FOUND;
    Plan again = PLANTED.parse(found.plan().toString());
    assertThat(again).isEqualTo(found.plan());
    assertThat(PLANTED.counterexample(again).orElseThrow().wrong()).isEqualTo(found.wrong());
    assertThat(found.diagram())
        .isEqualTo(PLANTED.counterexample(again).orElseThrow().diagram())
        .contains("agreement is broken", "decides v1", "decides w1");
  }

  @Test
  void theDocumentShowsWhatIsCompiledAndFound() throws IOException {
    Path top = Path.of("").toAbsolutePath().getParent();
    Path here = Path.of("src/test/java/org/remora/testing/example");
    String document = Files.readString(top.resolve("docs/TESTING.md"));
    assertThat(document).contains(shown(here.resolve("SignedBroadcast.java"), "algorithm"));
    for (String part : List.of("trial", "junit", "jqwik", "planted")) {
      assertThat(document).contains(shown(here.resolve("SignedBroadcastTest.java"), part));
    }
    assertThat(document).contains("```\n" + FOUND.report() + "\n```");
  }

  /** A part of a source, as a document shows it. */
  private static String shown(Path source, String part) throws IOException {
    List<String> lines = Files.readAllLines(source);
    List<String> marked = lines.stream().map(String::strip).toList();
    return lines
        .subList(
            marked.indexOf("// TESTING: begin " + part) + 1,
            marked.indexOf("// TESTING: end " + part))
        .stream()
        .map(line -> line.startsWith("  ") && !part.equals("algorithm") ? line.substring(2) : line)
        .collect(Collectors.joining("\n", "```java\n", "\n```"))
        .replace("\n\n```", "\n```");
  }
}
