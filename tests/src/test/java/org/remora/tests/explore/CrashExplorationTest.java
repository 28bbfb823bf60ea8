package org.remora.tests.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.apps.Rivals;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Mutation;
import org.remora.memory.RegionTable;
import org.remora.sim.explore.Counterexample;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.Report;

/**
 * The algorithms for crash faults, explored with two rivals. The numbers of states are pinned: a
 * change of an algorithm or of the explorer that changes what is covered must be looked at.
 */
class CrashExplorationTest {
  @ParameterizedTest(name = "{0} {1}x{2}, {3} and {4} retries")
  @CsvSource({
    "PAXOS, 2, 0, 0, 0, 133",
    "PAXOS, 2, 0, 1, 1, 19789",
    "PAXOS, 3, 0, 0, 0, 10964",
    "DISK_PAXOS, 2, 1, 1, 1, 505",
    "DISK_PAXOS, 2, 2, 1, 1, 24658",
    "DISK_PAXOS, 2, 3, 0, 0, 9972",
    "PROTECTED_MEMORY_PAXOS, 2, 1, 1, 1, 294",
    "PROTECTED_MEMORY_PAXOS, 2, 2, 1, 1, 43788",
    "PROTECTED_MEMORY_PAXOS, 2, 3, 0, 0, 551",
    "ALIGNED_PAXOS, 2, 1, 0, 0, 6542",
    "ALIGNED_PAXOS, 2, 2, 0, 0, 15369",
  })
  void isSafeInEveryExecution(
      CrashAlgorithm algorithm,
      int processes,
      int memories,
      int retries1,
      int retries2,
      long states) {
    Report report =
        Rivals.explorer(algorithm, processes, memories, null)
            .expiriesMax(1, retries1)
            .expiriesMax(2, retries2)
            .run();
    check(report);
    assertThat(report.states()).isEqualTo(states);
  }

  @Tag("campaign")
  @ParameterizedTest(name = "{0} {1}x{2}, {3} and {4} retries")
  @CsvSource({
    "PROTECTED_MEMORY_PAXOS, 2, 3, 1, 0, 288078",
    "DISK_PAXOS, 2, 3, 1, 0, 1520010",
  })
  void isSafeInEveryExecutionOfLargerWorlds(
      CrashAlgorithm algorithm,
      int processes,
      int memories,
      int retries1,
      int retries2,
      long states) {
    isSafeInEveryExecution(algorithm, processes, memories, retries1, retries2, states);
  }

  /** One retry of each process: tens of millions of states. They take up to 4 GB. */
  @Tag("exhaustive")
  @ParameterizedTest(name = "{0}")
  @CsvSource({"PROTECTED_MEMORY_PAXOS, 30125463", "DISK_PAXOS, 90457952"})
  void isSafeInEveryExecutionOfTheLargestWorlds(CrashAlgorithm algorithm, long states) {
    Report report = Rivals.explorer(algorithm, 2, 3, null).expiriesMax(1).bytesMax(6L << 30).run();
    check(report);
    assertThat(report.states()).isEqualTo(states);
  }

  /** Crashes as events of their own find nothing that executions without them do not have. */
  @ParameterizedTest(name = "{0} {1}x{2}")
  @CsvSource({
    "DISK_PAXOS, 2, 2, 1, 1, 6547",
    "PROTECTED_MEMORY_PAXOS, 2, 3, 1, 1, 82343",
    "PAXOS, 3, 0, 1, 0, 328084",
  })
  void isSafeWithCrashesAsEvents(
      CrashAlgorithm algorithm,
      int processes,
      int memories,
      int processCrashes,
      int memoryCrashes,
      long states) {
    Report report =
        Rivals.explorer(algorithm, processes, memories, null)
            .crashesMax(processCrashes, memoryCrashes)
            .run();
    check(report);
    assertThat(report.states()).isEqualTo(states);
  }

  @ParameterizedTest(name = "{0} {1} {2}x{3}, {4} retries")
  @CsvSource({
    "PAXOS, SKIP_PHASE_1, 2, 0, 1",
    "PAXOS, DECIDE_ON_MINORITY, 2, 0, 0",
    "PAXOS, KEEP_OWN_VALUE, 2, 0, 0",
    "DISK_PAXOS, SKIP_PHASE_1, 2, 1, 1",
    "DISK_PAXOS, DECIDE_ON_MINORITY, 2, 2, 0",
    "DISK_PAXOS, IGNORE_HIGHER_PROPOSAL, 2, 1, 0",
    "DISK_PAXOS, KEEP_OWN_VALUE, 2, 1, 0",
    "DISK_PAXOS, SKIP_FINAL_READ, 2, 1, 0",
    "PROTECTED_MEMORY_PAXOS, SKIP_PHASE_1, 2, 3, 1",
    "PROTECTED_MEMORY_PAXOS, DECIDE_ON_MINORITY, 2, 2, 0",
    "PROTECTED_MEMORY_PAXOS, KEEP_OWN_VALUE, 2, 1, 0",
    "PROTECTED_MEMORY_PAXOS, READ_BEFORE_PERMISSION, 2, 1, 0",
    "PROTECTED_MEMORY_PAXOS, ACCEPT_UNPREPARED, 2, 1, 1",
    "ALIGNED_PAXOS, SKIP_PHASE_1, 2, 0, 1",
    "ALIGNED_PAXOS, DECIDE_ON_MINORITY, 2, 0, 0",
    "ALIGNED_PAXOS, KEEP_OWN_VALUE, 2, 0, 0",
    "ALIGNED_PAXOS, READ_BEFORE_PERMISSION, 2, 1, 0",
  })
  void aMutationIsFound(
      CrashAlgorithm algorithm, Mutation mutation, int processes, int memories, int retries) {
    isFound(Rivals.explorer(algorithm, processes, memories, mutation).expiriesMax(retries));
  }

  /**
   * What lies too deep to be come upon in seconds: all that can follow a beginning is explored.
   *
   * <ul>
   *   <li>Protected Memory Paxos, process 1 crashed: process 2 has promised at memory 1 and 2, and
   *       3 has read memories 1 and 3 under a higher number.
   *   <li>Aligned Paxos, a promise ignored: process 2 has ended phase 1 at itself and the memory
   *       under 7; process 1, under 4, has ended it at the same memory, and written there.
   *   <li>Disk Paxos: process 2 has decided at memories 1 and 3, with its first write to memory 3
   *       in flight.
   * </ul>
   */
  @ParameterizedTest(name = "{0} {1} {2}x{3}, {5} and {6} retries")
  @CsvSource({
    "PROTECTED_MEMORY_PAXOS, IGNORE_HIGHER_PROPOSAL, 3, 3, 1, 0, 1, p2 p3 p2>m1 m1>p2 p2>m2 m2>p2"
        + " p2>m1 p2>m2 m2>p2 p2>m2 m2>p2 p3>m1 m1>p3 p3>m3 m3>p3 p3>m1 m1>p3 p3>m3 m3>p3 p2>m3"
        + " m3>p2 p2>m3 m3>p2 p2>m3 m3>p2",
    "ALIGNED_PAXOS, IGNORE_HIGHER_PROPOSAL, 2, 1, 0, 1, 1, p1 p2 p2>m1 m1>p2 p1>m1 m1>p1 t1.1 p1>p1"
        + " p2>p1 p1>p2.2 t2.1 p2>m1 m1>p2 p2>m1 m1>p2 p2>m1 m1>p2 p2>m1 m1>p2 p2>p2.1 p2>p2.1"
        + " p1>m1 m1>p1 p1>m1 m1>p1 p1>m1 m1>p1 p1>p1 p1>m1 m1>p1",
    "DISK_PAXOS, FORGET_STRAGGLERS, 2, 3, 0, 1, 0, p1 p2 p2>m1 m1>p2 p2>m1 m1>p2 p2>m2 m2>p2 p2>m2"
        + " m2>p2 p2>m1 m1>p2 p2>m1 m1>p2 p2>m3.1 m3>p2 p2>m3 m3>p2",
  })
  void aMutationIsFoundAfterABeginning(
      CrashAlgorithm algorithm,
      Mutation mutation,
      int processes,
      int memories,
      int crashed,
      int retriesFirst,
      int retriesSecond,
      String beginning) {
    isFound(
        Rivals.explorer(
                algorithm, processes, memories, crashed == 0 ? Set.of() : Set.of(crashed), mutation)
            .expiriesMax(crashed + 1, retriesFirst)
            .expiriesMax(crashed + 2, retriesSecond)
            .after(beginning));
  }

  /** A beginning leaves out what does not follow it, and nothing else. */
  @Test
  void aBeginningIsExploredToItsEnd() {
    Report report =
        Rivals.explorer(CrashAlgorithm.DISK_PAXOS, 2, 1, null)
            .expiriesMax(1)
            .after("p1 p2 p2>m1 m1>p2 p2>m1 m1>p2")
            .run();
    assertThat(report.violation()).isEmpty();
    assertThat(report.exhausted()).isTrue();
    assertThat(report.states()).isLessThan(516);
  }

  /** As long as it takes from the start: without a beginning. */
  @Tag("campaign")
  @Test
  void memoriesUnpreparedAreFound() {
    isFound(
        Rivals.explorer(CrashAlgorithm.ALIGNED_PAXOS, 2, 1, Mutation.ACCEPT_UNPREPARED)
            .expiriesMax(1, 1));
  }

  @Tag("campaign")
  @Test
  void anIgnoredPromiseIsFound() {
    isFound(
        Rivals.explorer(
                CrashAlgorithm.PROTECTED_MEMORY_PAXOS,
                3,
                3,
                Set.of(1),
                Mutation.IGNORE_HIGHER_PROPOSAL)
            .expiriesMax(3, 1));
  }

  /**
   * Rules that no execution of these worlds needs: nothing is violated, and the space is exhausted.
   * Why, and from which size on they are needed, stands in VERIFICATION.md.
   */
  @ParameterizedTest(name = "{0} {1} {2}x{3}, {4} retries")
  @CsvSource({
    "PROTECTED_MEMORY_PAXOS, IGNORE_HIGHER_PROPOSAL, 2, 1, 1, 343",
    "PROTECTED_MEMORY_PAXOS, IGNORE_HIGHER_PROPOSAL, 2, 2, 1, 48076",
    "ALIGNED_PAXOS, IGNORE_HIGHER_PROPOSAL, 2, 1, 0, 6542",
    "ALIGNED_PAXOS, ACCEPT_UNPREPARED, 2, 1, 0, 11582",
  })
  void aMutationIsHarmlessInASmallWorld(
      CrashAlgorithm algorithm,
      Mutation mutation,
      int processes,
      int memories,
      int retries,
      long states) {
    Report report =
        Rivals.explorer(algorithm, processes, memories, mutation).expiriesMax(retries).run();
    check(report);
    assertThat(report.states()).isEqualTo(states);
  }

  /** The lower bound: no consensus over static permissions is 2-deciding [ABGMZ19, section 6]. */
  @ParameterizedTest
  @CsvSource({"PROTECTED_MEMORY_PAXOS", "ALIGNED_PAXOS"})
  void aMemoryThatIgnoresPermissionsIsFound(CrashAlgorithm algorithm) {
    isFound(Rivals.explorer(algorithm, 2, 1, null).enforcement(RegionTable.Enforcement.IGNORED));
  }

  @Test
  void aViolationIsTheSameEachTimeWithOneWorker() {
    String first = violation().schedule();
    assertThat(violation().schedule()).isEqualTo(first);
    assertThat(first)
        .isEqualTo("p1 p2 p1>m1 m1>p1 p2>m1 m1>p2 p2>m1 m1>p2 p2>m1 m1>p2 p2>m1 m1>p2");
  }

  private static Counterexample violation() {
    return Rivals.explorer(CrashAlgorithm.PROTECTED_MEMORY_PAXOS, 2, 1, Mutation.KEEP_OWN_VALUE)
        .workers(1)
        .run()
        .violation()
        .orElseThrow();
  }

  private static void isFound(Explorer explorer) {
    Counterexample found = explorer.run().violation().orElseThrow();
    assertThat(found.property()).isEqualTo("agreement");
    assertThat(explorer.replay(found.schedule())).isEqualTo(found);
    assertThat(
            found.trace().stream()
                .map(event -> event.text())
                .filter(text -> text.startsWith("decides v"))
                .distinct())
        .hasSizeGreaterThan(1);
  }

  private static void check(Report report) {
    assertThat(report.violation()).isEmpty();
    assertThat(report.exhausted()).isTrue();
    assertThat(report.neverSeen()).isEmpty();
  }
}
