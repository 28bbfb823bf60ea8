package org.remora.tests.byzantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.byzantine.AbortedException;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.PanicReason;
import org.remora.byzantine.Report;
import org.remora.byzantine.RotatingOmega;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.Costs;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;

/** What a decision costs where nothing goes wrong, on both paths, and how its report reads. */
class CommonCaseTest {
  @ParameterizedTest(name = "{0} n={1}: {2} delays")
  @CsvSource({
    // algorithm, n, first and last decision in delays; signatures till the first (on the backup,
    // one of them to tell the others) and till the last; verifications, reads, writes till the last
    "FAST_AND_ROBUST, 3, 2, 14, 1, 4, 8, 144, 21",
    "FAST_AND_ROBUST, 5, 2, 14, 1, 6, 24, 360, 33",
    "FAST_AND_ROBUST, 7, 2, 14, 1, 8, 48, 672, 45",
    "ROBUST_BACKUP, 3, 32, 44, 25, 28, 54, 633, 189",
    "ROBUST_BACKUP, 5, 32, 44, 61, 66, 251, 2580, 495",
    "ROBUST_BACKUP, 7, 32, 44, 113, 120, 680, 6609, 945",
    "PREFERENTIAL_PAXOS, 3, 44, 60, 37, 40, 76, 867, 270",
    "PREFERENTIAL_PAXOS, 5, 44, 60, 91, 96, 358, 3540, 720",
    "PREFERENTIAL_PAXOS, 7, 44, 60, 169, 176, 976, 9087, 1386",
  })
  void decides(
      ByzantineAlgorithm algorithm,
      int processes,
      double first,
      double last,
      long signaturesFirst,
      long signatures,
      long verifications,
      long reads,
      long writes) {
    Group group = new Group(algorithm, processes);
    group.proposeAll();
    Costs atFirst = group.run(1);
    Costs atLast = group.run(processes);

    assertThat(group.delays.values()).contains(first, last);
    assertThat(group.delays.values()).allMatch(delay -> delay == first || delay == last);
    assertThat(group.decisions.values().stream().distinct()).hasSize(1);
    assertThat(atFirst.signatures()).isEqualTo(signaturesFirst);
    assertThat(atLast.signatures()).isEqualTo(signatures);
    assertThat(atLast.verifications()).isEqualTo(verifications);
    assertThat(atLast.memoryReads()).isEqualTo(reads);
    assertThat(atLast.memoryWrites()).isEqualTo(writes);
    assertThat(atLast.messages()).isZero();
    assertThat(atLast.permissionChanges()).isZero();
  }

  /**
   * One process is silent, so the leader alone decides on the fast path; the last on the backup.
   */
  @ParameterizedTest(name = "n={0}")
  @CsvSource({
    // n, last decision in delays; signatures, verifications, reads, writes, changes till then
    "3, 176, 24, 24, 1077, 141, 6",
    "5, 176, 70, 201, 4290, 495, 12",
    "7, 176, 140, 658, 10677, 1065, 18",
  })
  void decidesOnTheBackup(
      int processes,
      double last,
      long signatures,
      long verifications,
      long reads,
      long writes,
      long permissionChanges) {
    Group group = new Group(ByzantineAlgorithm.FAST_AND_ROBUST, processes);
    group.world.crashProcess(processes);
    group.proposeAll();
    Costs atFirst = group.run(1);
    Costs atLast = group.run(processes - 1);

    assertThat(group.delays).containsEntry(1, 2.0);
    assertThat(atFirst.signatures()).isEqualTo(1);
    assertThat(group.report(2).path()).isEqualTo(Report.Path.BACKUP);
    assertThat(group.decisions.values()).containsOnly(Value.of("v1"));
    assertThat(
            List.of(
                Collections.max(group.delays.values()),
                atLast.signatures(),
                atLast.verifications(),
                atLast.memoryReads(),
                atLast.memoryWrites(),
                atLast.permissionChanges()))
        .isEqualTo(List.of(last, signatures, verifications, reads, writes, permissionChanges));
  }

  @Test
  void theReportNamesThePathAndWhyTheFastOneWasLeft() {
    Group silent = new Group(ByzantineAlgorithm.FAST_AND_ROBUST, 3);
    silent.propose(1);
    silent.propose(2);
    silent.world.crashProcess(3);
    silent.run(2);

    Report leader = silent.report(1);
    assertThat(leader.path()).isEqualTo(Report.Path.FAST);
    assertThat(silent.report(2).path()).isEqualTo(Report.Path.BACKUP);
    assertThat(silent.report(2).panic()).isEqualTo(PanicReason.NO_UNANIMITY_IN_TIME);
    assertThat(silent.decisions.values()).containsOnly(Value.of("v1"));
  }

  @Test
  void cheapQuorumAloneAborts() {
    Group leaderless = new Group(ByzantineAlgorithm.CHEAP_QUORUM, 3);
    CompletableFuture<Value> decision = leaderless.parts.get(1).propose(Value.of("mine"));
    leaderless.world.run(decision::isDone, 100_000);

    assertThatThrownBy(decision::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(AbortedException.class)
        .hasMessageContaining("NO_VALUE_IN_TIME");
  }

  @Test
  void leadersThatTakeTurnsDecideThoughTheFirstIsDead() {
    SimWorld world = SimWorld.of(3, 3).build();
    List<RotatingOmega> omegas = new ArrayList<>();
    for (int p = 1; p <= 3; p++) {
      omegas.add(RotatingOmega.start(world.process(p), 100 * Clock.DELAY_NANOS));
    }
    List<ByzantineConsensus> parts =
        ByzantineAlgorithm.FAST_AND_ROBUST.install(world, omegas, ByzantineInstance.of(1, 3));
    world.crashProcess(1);
    List<Value> decisions = new ArrayList<>();
    parts.get(1).propose(Value.of("v2")).thenAccept(decisions::add);
    parts.get(2).propose(Value.of("v3")).thenAccept(decisions::add);

    assertThat(world.run(() -> decisions.size() == 2, 2_000_000)).isEqualTo(SimWorld.End.DONE);
    assertThat(decisions.stream().distinct()).hasSize(1);
  }

  @Test
  void aGroupThatIsClosedComesToRest() {
    Group group = new Group(ByzantineAlgorithm.FAST_AND_ROBUST, 3);
    group.proposeAll();
    group.run(3);
    group.parts.forEach(ByzantineConsensus::close);
    assertThat(group.world.run(() -> false, 10_000)).isEqualTo(SimWorld.End.QUIESCENT);
  }

  /** An algorithm installed in a world, and what was decided in it so far. */
  private static final class Group {
    final SimWorld world;
    final List<ByzantineConsensus> parts;
    final Map<Integer, Value> decisions = new TreeMap<>();
    final Map<Integer, Double> delays = new TreeMap<>();

    Group(ByzantineAlgorithm algorithm, int processes) {
      world = SimWorld.of(processes, 3).build();
      List<ScriptedOmega> omegas = new ArrayList<>();
      for (int p = 1; p <= processes; p++) {
        omegas.add(ScriptedOmega.start(world.process(p), 1, List.of()));
      }
      parts = algorithm.install(world, omegas, ByzantineInstance.of(1, processes));
    }

    void propose(int process) {
      parts
          .get(process - 1)
          .propose(Value.of("v" + process), process)
          .thenAccept(
              value -> {
                decisions.put(process, value);
                delays.put(process, world.delays());
              });
    }

    void proposeAll() {
      for (int p = 1; p <= parts.size(); p++) {
        propose(p);
      }
    }

    /** Runs until so many have decided; what was spent by then. */
    Costs run(int count) {
      assertThat(world.run(() -> decisions.size() >= count, 1_000_000))
          .isEqualTo(SimWorld.End.DONE);
      return world.costs();
    }

    Report report(int process) {
      CompletableFuture<Report> report = parts.get(process - 1).report();
      world.run(report::isDone, 10_000);
      return report.join();
    }
  }
}
