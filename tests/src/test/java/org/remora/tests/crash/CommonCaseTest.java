package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.crash.CrashAlgorithm;
import org.remora.memory.Costs;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;

/**
 * What a decision costs in a common execution: synchronous, no failure, no contention, the leader
 * proposes. The delays are the bounds of [ABGMZ19], the counts follow from the pseudocode.
 */
class CommonCaseTest {
  /**
   * Counts per decision with n processes and m memories, up to the moment of the first decision.
   */
  @ParameterizedTest(name = "{0}: {3} delays")
  @CsvSource({
    // algorithm, n, m, delays, reads, writes, permission changes, messages
    "PAXOS, 3, 0, 2, 0, 0, 0, 4", // accept to 2 others, their answers
    "DISK_PAXOS, 2, 3, 4, 3, 3, 0, 0",
    "PROTECTED_MEMORY_PAXOS, 2, 3, 2, 0, 3, 0, 0",
    "ALIGNED_PAXOS, 2, 3, 2, 0, 3, 0, 2",
    "PAXOS, 5, 0, 2, 0, 0, 0, 8",
    "DISK_PAXOS, 4, 5, 4, 5, 5, 0, 0",
    "PROTECTED_MEMORY_PAXOS, 7, 5, 2, 0, 5, 0, 0",
    "ALIGNED_PAXOS, 4, 5, 2, 0, 5, 0, 6",
  })
  void firstDecision(
      CrashAlgorithm algorithm,
      int processes,
      int memories,
      double delays,
      long reads,
      long writes,
      long permissionChanges,
      long messages) {
    Cluster cluster = new Cluster(algorithm, SimWorld.of(processes, memories));
    cluster.propose(1, "red");
    cluster.watch(1);
    cluster.world.run(() -> !cluster.decisions.isEmpty(), 1_000);

    assertThat(cluster.delays.get(1)).isEqualTo(delays);
    Costs costs = cluster.world.costs();
    assertThat(costs.memoryReads()).isEqualTo(reads);
    assertThat(costs.memoryWrites()).isEqualTo(writes);
    assertThat(costs.permissionChanges()).isEqualTo(permissionChanges);
    // The decision itself is told to the others by n - 1 messages in the same step.
    assertThat(costs.messages()).isEqualTo(messages + processes - 1);
  }

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void everybodyElseLearnsOneDelayLater(CrashAlgorithm algorithm) {
    Cluster cluster = new Cluster(algorithm, SimWorld.of(5, 3)).watch();
    cluster.propose(1, "red");

    assertThat(cluster.run(1_000)).isEqualTo(SimWorld.End.DONE);

    double first = cluster.delays.get(1);
    assertThat(cluster.delays.values())
        .containsExactly(first, first + 1, first + 1, first + 1, first + 1);
    assertThat(cluster.decisions.values()).containsOnly(Value.of("red"));
  }

  /** Whoever is the leader without being process 1 must run phase 1. */
  @Test
  void aLaterLeaderOfProtectedMemoryPaxosTakesEightDelays() {
    Cluster cluster =
        new Cluster(
            CrashAlgorithm.PROTECTED_MEMORY_PAXOS,
            SimWorld.of(2, 3),
            new org.remora.crash.ScriptedOmega.Change(0, 2));
    cluster.propose(2, "blue");
    cluster.watch(2);
    cluster.world.run(() -> !cluster.decisions.isEmpty(), 1_000);

    assertThat(cluster.delays.get(2)).isEqualTo(8);
    Costs costs = cluster.world.costs();
    assertThat(costs.permissionChanges()).isEqualTo(3);
    assertThat(costs.memoryReads()).isEqualTo(3);
    assertThat(costs.memoryWrites()).isEqualTo(6);
  }
}
