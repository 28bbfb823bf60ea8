package org.remora.tests.byzantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.Mutation;
import org.remora.testing.Counterexample;
import org.remora.testing.Requirement;
import org.remora.testing.Trial;
import org.remora.testing.TrialTest;
import org.remora.testing.Trials;
import org.remora.testing.Worlds;

/**
 * The testing kit on the algorithms of this house: with its behaviours and theirs, and an Ω that
 * takes turns. It passes them, and finds and shrinks broken ones.
 */
class KitTest {
  private static final Requirement COMPOSITION =
      Requirement.holds(
          "what anybody decided fast, the backup decides",
          run ->
              ByzantineProgram.reports(run).stream()
                      .flatMap(r -> Stream.of(r.fastDecision(), r.backupDecision()))
                      .filter(value -> !value.isBottom())
                      .distinct()
                      .count()
                  <= 1);

  private static final Requirement JUSTICE =
      Requirement.holds(
          "nobody correct is found guilty",
          run ->
              ByzantineProgram.reports(run).stream()
                  .flatMap(report -> report.findings().stream())
                  .noneMatch(finding -> run.plan().isCorrect(finding.process())));

  private static Trial trial(ByzantineAlgorithm algorithm) {
    return Trial.of(() -> new ByzantineProgram(algorithm, null))
        .worlds(
            Worlds.of(3, 3)
                .processes(3, 5)
                .memories(1, 3)
                .byzantine(Worlds.minority(), ByzantineProgram.behaviours(algorithm))
                .memoryCrashes(Worlds.minority())
                .troubledWays()
                .adversarial(1_000))
        .require(
            Requirement.agreement(),
            Requirement.validity(),
            Requirement.termination(),
            COMPOSITION,
            JUSTICE)
        .eventsMax(3_000_000);
  }

  /** A mutant may well never decide; what matters is what it decides before that. */
  private static Trial mutant(ByzantineAlgorithm algorithm, Mutation mutation) {
    return trial(algorithm)
        .with(() -> new ByzantineProgram(algorithm, mutation))
        .require(Requirement.agreement())
        .eventsMax(20_000)
        .shrinkRunsMax(60);
  }

  @TrialTest(runs = 80)
  void fastAndRobustHolds(Trials trials) {
    trials.check(trial(ByzantineAlgorithm.FAST_AND_ROBUST));
  }

  @TrialTest(runs = 40)
  void robustBackupHolds(Trials trials) {
    trials.check(trial(ByzantineAlgorithm.ROBUST_BACKUP));
  }

  @Test
  void panicWithoutRevokingIsFoundAndShrunk() {
    isFound(mutant(ByzantineAlgorithm.FAST_AND_ROBUST, Mutation.PANIC_WITHOUT_REVOKING));
  }

  @Test
  void uncheckedHistoryIsFoundAndShrunk() {
    isFound(mutant(ByzantineAlgorithm.ROBUST_BACKUP, Mutation.HISTORY_UNCHECKED));
  }

  private static void isFound(Trial mutant) {
    Counterexample found = mutant.hunt(1, 3_000).orElseThrow();
    assertThat(found.requirement()).isEqualTo("agreement");
    assertThat(found.plan().processes()).isEqualTo(3);
    assertThat(found.plan().byzantine().size()).isLessThanOrEqualTo(1);
    assertThat(mutant.counterexample(mutant.parse(found.plan().toString())).orElseThrow().wrong())
        .isEqualTo(found.wrong());
  }
}
