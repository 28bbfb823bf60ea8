package org.remora.tests.byzantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.Report;
import org.remora.byzantine.adversary.Behaviour;

/**
 * Agreement among the correct, weak validity, and termination once the schedule turns fair, for n =
 * 2f + 1, over random schedules, Byzantine behaviours, crashes of memories, leaders and patience;
 * and that nobody correct is found guilty.
 */
class AgreementPropertyTest {
  @Property(tries = 2_000)
  void holdsOverManySchedules(@ForAll ByzantineAlgorithm algorithm, @ForAll long seed) {
    assertThat(Execution.of(Scenario.random(algorithm, seed)).violation()).isEmpty();
  }

  @Property(tries = 40)
  void holdsForMoreFaults(
      @ForAll ByzantineAlgorithm algorithm,
      @ForAll @IntRange(min = 2, max = 3) int faults,
      @ForAll long seed) {
    assertThat(Execution.of(Scenario.of(algorithm, faults, seed)).violation()).isEmpty();
  }

  /** Worlds in which the fast path is never half taken would make composition vacuous. */
  @Test
  void everyCaseOfTheCompositionIsReached() {
    Set<String> reached = new TreeSet<>();
    for (long seed = 1; seed <= 600; seed++) {
      reached.add(reached(Scenario.random(ByzantineAlgorithm.FAST_AND_ROBUST, seed)));
      // Somebody panics in the middle of a fast path that is under way at all.
      reached.add(
          reached(
              Scenario.with(
                      ByzantineAlgorithm.FAST_AND_ROBUST,
                      5,
                      2,
                      Map.of(5, Behaviour.PANIC_LATE),
                      seed)
                  .timely()));
    }
    assertThat(reached)
        .contains(
            "nobody decided fast, then the backup",
            "all decided fast",
            "the leader alone decided fast, then the backup",
            "one follower decided fast, then the backup",
            "some decided fast, then the backup");
  }

  private static String reached(Scenario scenario) {
    Execution execution = Execution.of(scenario);
    assertThat(execution.violation()).isEmpty();
    List<Integer> fast = new ArrayList<>();
    boolean backup = false;
    for (Map.Entry<Integer, Report> report : execution.reports.entrySet()) {
      if (!report.getValue().fastDecision().isBottom()) {
        fast.add(report.getKey());
      }
      backup |= !report.getValue().backupDecision().isBottom();
    }
    // The leader decides by its write, long before it does as a follower.
    List<Integer> followers = fast.stream().filter(p -> p != 1).toList();
    String who =
        fast.isEmpty()
            ? "nobody"
            : fast.size() == execution.reports.size()
                ? "all"
                : followers.isEmpty()
                    ? "the leader alone"
                    : followers.size() == 1 ? "one follower" : "some";
    return who + " decided fast" + (backup ? ", then the backup" : "");
  }
}
