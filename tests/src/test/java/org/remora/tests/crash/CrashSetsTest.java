package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Quorum;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * Every set of crashes up to the bound is survived, at every moment; beyond it nothing disagrees.
 */
class CrashSetsTest {
  /** Longer than any attempt in these worlds: every delay until then is a moment of its own. */
  private static final int MOMENTS = 14;

  private static final long EVENTS_MAX = 20_000;

  /** Of all n and m up to 4: pinned, so that a silent loss of coverage fails. */
  private static final int SETS_OF_ALIGNED_PAXOS = 376;

  @ParameterizedTest
  @EnumSource(names = {"DISK_PAXOS", "PROTECTED_MEMORY_PAXOS"})
  void allButOneProcessAndAMinorityOfMemoriesCrashAtAnyMoment(CrashAlgorithm algorithm) {
    for (int moment = 0; moment <= MOMENTS; moment++) {
      for (int survivor = 1; survivor <= 3; survivor++) {
        for (int memory = 1; memory <= 3; memory++) {
          List<Fault> faults = new ArrayList<>();
          for (int p = 1; p <= 3; p++) {
            if (p != survivor) {
              faults.add(new Fault.ProcessCrash(p, moment * Cluster.DELAY));
            }
          }
          faults.add(new Fault.MemoryCrash(memory, moment * Cluster.DELAY));
          decides(algorithm, 3, 3, faults, survivor, moment);
        }
      }
    }
  }

  /**
   * Also between a process's writes to two memories: after each single operation that it submits.
   */
  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void theLeaderCrashesAfterAnyOfItsOperations(CrashAlgorithm algorithm) {
    for (int submissions = 0; submissions <= 20; submissions++) {
      for (int memoryEffects = 0; memoryEffects <= 6; memoryEffects++) {
        decides(
            algorithm,
            3,
            3,
            List.of(
                new Fault.ProcessCrashAfter(1, submissions),
                new Fault.MemoryCrashAfter(2, memoryEffects)),
            2,
            5);
      }
    }
  }

  @Test
  void alignedPaxosSurvivesEveryMinorityOfItsAgents() {
    int sets = 0;
    for (int n = 1; n <= 4; n++) {
      for (int m = 0; m <= 4; m++) {
        int agents = n + m;
        for (int set = 0; set < 1 << agents; set++) {
          int crashed = Integer.bitCount(set);
          boolean somebodyLives = Integer.bitCount(set & (1 << n) - 1) < n;
          if (crashed <= agents - Quorum.majority(agents) && somebodyLives) {
            for (int moment : new int[] {0, 1, 2, 3, 5, 8}) {
              List<Fault> faults = faults(set, n, agents, moment);
              decides(CrashAlgorithm.ALIGNED_PAXOS, n, m, faults, lowestAlive(set, n), moment);
            }
            sets++;
          }
        }
      }
    }
    assertThat(sets).isEqualTo(SETS_OF_ALIGNED_PAXOS);
  }

  @ParameterizedTest
  @EnumSource(names = {"DISK_PAXOS", "PROTECTED_MEMORY_PAXOS"})
  void withAMajorityOfMemoriesCrashedNothingIsDecidedThatWasNotBefore(CrashAlgorithm algorithm) {
    int undecided = 0;
    for (int moment = 0; moment <= MOMENTS; moment++) {
      List<Fault> faults =
          List.of(
              new Fault.MemoryCrash(1, moment * Cluster.DELAY),
              new Fault.MemoryCrash(3, moment * Cluster.DELAY));
      Cluster cluster =
          new Cluster(
              algorithm,
              SimWorld.of(2, 3).faults(faults),
              new ScriptedOmega.Change(6 * Cluster.DELAY, 2),
              new ScriptedOmega.Change(12 * Cluster.DELAY, 1));
      cluster.watch();
      cluster.propose(1, "red");
      cluster.propose(2, "blue");
      SimWorld.End end = cluster.run(EVENTS_MAX);
      assertThat(cluster.distinctDecisions()).isLessThanOrEqualTo(1);
      if (end != SimWorld.End.DONE) {
        assertThat(cluster.decisions).isEmpty();
        undecided++;
      }
    }
    assertThat(undecided).isPositive();
  }

  @Test
  void paxosWithoutAMajorityDecidesNothing() {
    Cluster cluster =
        new Cluster(
            CrashAlgorithm.PAXOS,
            SimWorld.of(3, 0)
                .faults(List.of(new Fault.ProcessCrash(2, 0), new Fault.ProcessCrash(3, 0))));
    cluster.watch();
    cluster.propose(1, "red");

    assertThat(cluster.run(EVENTS_MAX)).isEqualTo(SimWorld.End.LIMIT);
    assertThat(cluster.decisions).isEmpty();
  }

  private static void decides(
      CrashAlgorithm algorithm,
      int processes,
      int memories,
      List<Fault> faults,
      int leader,
      int detectedAt) {
    Cluster cluster =
        new Cluster(
            algorithm,
            SimWorld.of(processes, memories).faults(faults),
            new ScriptedOmega.Change((detectedAt + 3) * Cluster.DELAY, leader));
    cluster.watch();
    for (int p = 1; p <= processes; p++) {
      cluster.propose(p, "v" + p);
    }
    assertThat(cluster.run(EVENTS_MAX))
        .as("%s n=%d m=%d %s", algorithm, processes, memories, faults)
        .isEqualTo(SimWorld.End.DONE);
    assertThat(cluster.distinctDecisions()).as("%s %s", algorithm, faults).isEqualTo(1);
  }

  private static List<Fault> faults(int set, int processes, int agents, int moment) {
    List<Fault> faults = new ArrayList<>();
    for (int agent = 0; agent < agents; agent++) {
      if ((set & 1 << agent) != 0) {
        faults.add(
            agent < processes
                ? new Fault.ProcessCrash(agent + 1, moment * Cluster.DELAY)
                : new Fault.MemoryCrash(agent - processes + 1, moment * Cluster.DELAY));
      }
    }
    return faults;
  }

  private static int lowestAlive(int set, int processes) {
    return IntStream.rangeClosed(1, processes)
        .filter(p -> (set & 1 << (p - 1)) == 0)
        .findFirst()
        .orElseThrow();
  }
}
