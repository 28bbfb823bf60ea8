package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Function;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.apps.Execution;
import org.remora.apps.Scenario;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Mutation;

/**
 * Without any one of the rules of safety, random schedules find a disagreement: so a rule that were
 * lost would be noticed. Each hunt runs the same seeds every time and ends at the first find.
 */
class MutationTest {
  private static final int SCHEDULES_MAX = 60_000;

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "PAXOS, SKIP_PHASE_1",
    "PAXOS, DECIDE_ON_MINORITY",
    "PAXOS, KEEP_OWN_VALUE",
    "DISK_PAXOS, SKIP_PHASE_1",
    "DISK_PAXOS, DECIDE_ON_MINORITY",
    "DISK_PAXOS, IGNORE_HIGHER_PROPOSAL",
    "DISK_PAXOS, KEEP_OWN_VALUE",
    "DISK_PAXOS, SKIP_FINAL_READ",
    "PROTECTED_MEMORY_PAXOS, SKIP_PHASE_1",
    "PROTECTED_MEMORY_PAXOS, DECIDE_ON_MINORITY",
    "PROTECTED_MEMORY_PAXOS, KEEP_OWN_VALUE",
    "PROTECTED_MEMORY_PAXOS, READ_BEFORE_PERMISSION",
    "PROTECTED_MEMORY_PAXOS, ACCEPT_UNPREPARED",
    "ALIGNED_PAXOS, SKIP_PHASE_1",
    "ALIGNED_PAXOS, DECIDE_ON_MINORITY",
    "ALIGNED_PAXOS, KEEP_OWN_VALUE",
  })
  void isCaught(CrashAlgorithm algorithm, Mutation mutation) {
    hunt(
        seed -> Scenario.random(algorithm, seed),
        scenario -> Execution.ofMutant(scenario, mutation));
  }

  /** The lower bound: no consensus over static permissions is 2-deciding [ABGMZ19, section 6]. */
  @ParameterizedTest
  @CsvSource({"PROTECTED_MEMORY_PAXOS", "ALIGNED_PAXOS"})
  void aMemoryThatIgnoresPermissionsIsCaught(CrashAlgorithm algorithm) {
    hunt(seed -> Scenario.random(algorithm, seed), Execution::overIgnoredPermissions);
  }

  /**
   * Takes a write in flight over several attempts: three rivals, three memories, all adversarial.
   */
  @Test
  void aForgottenStragglerIsCaught() {
    hunt(
        seed -> Scenario.of(CrashAlgorithm.DISK_PAXOS, 3, 3, 150, seed),
        scenario -> Execution.ofMutant(scenario, Mutation.FORGET_STRAGGLERS));
  }

  /** On memories that tear, an overwritten block must not take the promised number with it. */
  @Test
  void aBlockOfOneRegisterIsCaught() {
    hunt(
        seed -> Scenario.random(CrashAlgorithm.DISK_PAXOS, seed).onTearingMemories(),
        scenario -> Execution.ofDeceived(scenario, OneRegisterPerSlot::of));
  }

  private static void hunt(
      LongFunction<Scenario> scenarios, Function<Scenario, Execution> execution) {
    int seed = 1;
    while (seed <= SCHEDULES_MAX && execution.apply(scenarios.apply(seed)).agreement()) {
      seed++;
    }
    assertThat(seed).as("schedules without a disagreement").isLessThanOrEqualTo(SCHEDULES_MAX);
  }
}
