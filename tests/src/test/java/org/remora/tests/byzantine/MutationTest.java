package org.remora.tests.byzantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.Mutation;
import org.remora.byzantine.adversary.Behaviour;
import org.remora.crash.ScriptedOmega;
import org.remora.sim.SimWorld;
import org.remora.sim.WildBehaviour;

/**
 * Without any one of the rules, schedules find a violation. Each hunt runs the same seeds every
 * time and ends at the first find; what the broadcast rests on is hunted beside it, in its module.
 */
class MutationTest {
  private static final int SCHEDULES_MAX = 20_000;
  private static final Map<Integer, Behaviour> NOBODY = new TreeMap<>();

  @Test
  void panicWithoutRevoking() {
    disagrees(Mutation.PANIC_WITHOUT_REVOKING, ByzantineAlgorithm.FAST_AND_ROBUST, 3, 1, NOBODY);
  }

  @Test
  void readingBeforeRevoking() {
    hunt(
        seed ->
            !Execution.ofMutant(
                    Scenario.with(ByzantineAlgorithm.FAST_AND_ROBUST, 3, 1, NOBODY, seed).hasty(),
                    Mutation.READ_BEFORE_REVOKING)
                .agreement());
  }

  @Test
  void believingAPriority() {
    disagrees(
        Mutation.BELIEVE_PRIORITY,
        ByzantineAlgorithm.FAST_AND_ROBUST,
        3,
        1,
        Map.of(3, Behaviour.FALSE_UNANIMITY));
  }

  @Test
  void uncheckedHistory() {
    disagrees(
        Mutation.HISTORY_UNCHECKED,
        ByzantineAlgorithm.ROBUST_BACKUP,
        3,
        1,
        Map.of(1, Behaviour.LIE_IN_HISTORY));
  }

  /** The others wait for an input that never comes. */
  @Test
  void aDecidedProcessThatStopsServing() {
    hunt(
        seed ->
            !Execution.ofMutant(
                    Scenario.with(
                        ByzantineAlgorithm.FAST_AND_ROBUST,
                        3,
                        1,
                        Map.of(3, WildBehaviour.SILENT),
                        seed),
                    Mutation.STOP_SERVING)
                .termination());
  }

  @Test
  void unanimityOfAllButOne() {
    long seed = 1;
    while (seed <= 200 && new SplitLeader(seed, Mutation.UNANIMITY_OF_ALL_BUT_ONE).agreement()) {
      seed++;
    }
    assertThat(seed).isLessThanOrEqualTo(200);
  }

  @Test
  void theLeaderThatPartsAllButOneDoesNotPartAll() {
    for (long seed = 1; seed <= 200; seed++) {
      assertThat(new SplitLeader(seed, null).agreement()).as("seed " + seed).isTrue();
    }
  }

  /** The lower bound: no consensus over static permissions is 2-deciding [ABGMZ19, section 6]. */
  @Test
  void aMemoryThatIgnoresPermissions() {
    hunt(
        seed ->
            !Execution.overIgnoredPermissions(
                    Scenario.with(ByzantineAlgorithm.FAST_AND_ROBUST, 3, 1, NOBODY, seed))
                .agreement());
  }

  @Test
  void tooFewProcesses() {
    hunt(
        seed ->
            !Execution.ofMutant(
                    Scenario.with(ByzantineAlgorithm.ROBUST_BACKUP, 4, 2, NOBODY, seed).rivals(),
                    Mutation.TOO_FEW_PROCESSES)
                .agreement());
  }

  @Test
  void tooFewProcessesAreRefused() {
    SimWorld world = SimWorld.of(4, 3).build();
    ScriptedOmega omega = ScriptedOmega.start(world.process(1), 1, java.util.List.of());
    for (ByzantineAlgorithm algorithm : ByzantineAlgorithm.values()) {
      assertThatThrownBy(
              () -> algorithm.join(world.process(1), omega, ByzantineInstance.of(1, 4, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("4 processes do not tolerate 2 Byzantine ones: that takes n ≥ 2f + 1 = 5");
    }
  }

  private static void disagrees(
      Mutation mutation,
      ByzantineAlgorithm algorithm,
      int processes,
      int faults,
      Map<Integer, ? extends Enum<?>> behaviours) {
    hunt(
        seed ->
            !Execution.ofMutant(
                    Scenario.with(algorithm, processes, faults, behaviours, seed), mutation)
                .agreement());
  }

  private static void hunt(LongPredicate caught) {
    long seed = 1;
    while (seed <= SCHEDULES_MAX && !caught.test(seed)) {
      seed++;
    }
    assertThat(seed).as("schedules without a violation").isLessThanOrEqualTo(SCHEDULES_MAX);
  }
}
