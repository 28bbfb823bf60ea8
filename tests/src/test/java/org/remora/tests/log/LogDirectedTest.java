package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.crash.log.Configuration;
import org.remora.crash.log.Configuration.Change.Kind;
import org.remora.crash.log.LogMutation;
import org.remora.memory.ProcessSet;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * Executions that chance hardly ever draws: each breaks a log that lacks one rule, and no other.
 */
class LogDirectedTest {
  private static final long DELAY = LogWorld.DELAY;

  /**
   * Memory 3 is slow until the leader no longer keeps what it lacks: it gets a gap. Then what is
   * decided with memory 1, which crashes, and memory 3 must be found behind the gap.
   */
  private static String gap(@Nullable LogMutation mutation) {
    LogWorld log =
        new LogWorld(
            SimWorld.of(3, 3)
                .faults(
                    List.of(
                        new Fault.ProcessCrash(3, 0),
                        new Fault.SlowLink(1, 2, 0, 100_000 * DELAY, 100_000 * DELAY),
                        new Fault.SlowMemory(3, 0, 60 * DELAY, 700 * DELAY),
                        new Fault.SlowMemory(2, 801 * DELAY, 900 * DELAY, 3_000 * DELAY),
                        new Fault.ProcessCrash(1, 900 * DELAY),
                        new Fault.MemoryCrash(1, 900 * DELAY))),
            LogWorld.quiet(2, 1),
            LogWorld.scripted(0, 910, 0),
            mutation);
    for (int i = 1; i <= 12; i++) {
      log.appendNow(1, i);
      log.runTo(40.0 * i); // so that process 2 keeps up
    }
    log.runTo(802);
    log.appendNow(1, 13);
    log.appendNow(1, 14);
    assertThat(log.world.now()).isLessThan(900 * DELAY);
    log.runTo(1_000);
    log.append(2, 15);
    log.runTo(6_000);
    return String.join("\n", log.journal.violations)
        + (log.journal.contains(Value.ofWord(15)) ? "" : "the second leader does nothing");
  }

  @Test
  void whatLiesBehindAGapIsFound() {
    assertThat(gap(null)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"HIDE_GAPS", "STOP_IN_GAPS"})
  void whatLiesBehindAGapIsLost(LogMutation mutation) {
    assertThat(gap(mutation)).contains("disagreement");
  }

  /** Entry 2 is decided with memories 1 and 3, while entry 1 has not arrived at memory 3. */
  private static String overtaking(int window, @Nullable LogMutation mutation) {
    LogWorld log =
        new LogWorld(
            SimWorld.of(2, 3)
                .faults(
                    List.of(
                        new Fault.SlowLink(1, 2, 0, 100_000 * DELAY, 100_000 * DELAY),
                        new Fault.SlowMemory(3, 99 * DELAY, 101 * DELAY, 3_000 * DELAY),
                        new Fault.SlowMemory(2, 102 * DELAY + 100, 200 * DELAY, 3_000 * DELAY),
                        new Fault.ProcessCrash(1, 200 * DELAY),
                        new Fault.MemoryCrash(1, 200 * DELAY))),
            LogWorld.quiet(4, window),
            LogWorld.scripted(0, 210),
            mutation);
    log.appendNow(1, 1);
    log.runTo(100);
    log.append(1, 2);
    log.runTo(102.2);
    log.append(1, 3);
    log.runTo(1_000);
    log.append(2, 4);
    log.runTo(6_000);
    return String.join("\n", log.journal.violations)
        + (log.journal.contains(Value.ofWord(4)) ? "" : "the second leader does nothing");
  }

  @Test
  void theWindowIsAsWideAsATakeoverReads() {
    assertThat(overtaking(1, null)).isEmpty();
  }

  @Test
  void aWindowThatIsWiderLosesWhatIsDecided() {
    assertThat(overtaking(1, LogMutation.WIDE_WINDOW)).contains("disagreement");
  }

  @Test
  void whatHasOvertakenIsFound() {
    assertThat(overtaking(2, null)).isEmpty();
  }

  @Test
  void whatLiesBehindTheFirstHoleIsLost() {
    assertThat(overtaking(2, LogMutation.STOP_AT_FIRST_HOLE)).contains("disagreement");
  }

  /**
   * Process 1 decides with memories 1 and 2, and crashes with memory 1. Process 2 adopts, and
   * writes the index again; process 3 takes over in the middle of that, so that the write is cut
   * off.
   */
  private static String cutOff(@Nullable LogMutation mutation, double takesOver) {
    LogWorld log =
        new LogWorld(
            SimWorld.of(3, 3)
                .tearing(SimWorld.Tearing.FRAMED)
                .faults(
                    List.of(
                        new Fault.SlowLink(1, 2, 0, 100_000 * DELAY, 100_000 * DELAY),
                        new Fault.SlowLink(1, 3, 0, 100_000 * DELAY, 100_000 * DELAY),
                        new Fault.SlowMemory(3, 60 * DELAY, 100 * DELAY, 300 * DELAY),
                        new Fault.ProcessCrash(1, 100 * DELAY),
                        new Fault.MemoryCrash(1, 100 * DELAY))),
            LogWorld.quiet(4, 1),
            LogWorld.scripted(0, 110, takesOver),
            mutation);
    log.appendNow(1, 1);
    log.runTo(70);
    log.appendNow(1, 2);
    assertThat(log.world.now()).isLessThan(100 * DELAY);
    log.runTo(takesOver + 1);
    log.append(3, 3);
    log.runTo(1_500);
    return String.join("\n", log.journal.violations);
  }

  @Test
  void whatIsWrittenAgainIsThereMeanwhile() {
    for (double at = 116; at < 136; at++) {
      assertThat(cutOff(null, at)).as("at " + at).isEmpty();
    }
  }

  @Test
  void whatIsOverwrittenInPlaceCanBeLost() {
    boolean found = false;
    for (double at = 112; at < 140 && !found; at += 0.5) {
      found = cutOff(LogMutation.OVERWRITE_IN_PLACE, at).contains("disagreement");
    }
    assertThat(found).isTrue();
  }

  /** Process 2 has taken over and decided; process 1 has not noticed, and is asked. */
  private static long staleLeader(@Nullable LogMutation mutation) {
    LogWorld log =
        new LogWorld(
            SimWorld.of(2, 3)
                .faults(List.of(new Fault.SlowLink(2, 1, 0, 100_000 * DELAY, 100_000 * DELAY))),
            LogWorld.quiet(4, 2),
            LogWorld.scripted(0, 100),
            mutation);
    log.appendNow(1, 1);
    log.runTo(110);
    log.appendNow(2, 2);
    CompletableFuture<Value> read = log.replicas.get(0).read(Value.EMPTY);
    return log.await(read).word();
  }

  @Test
  void aReadSeesWhatAnotherLeaderHasAnswered() {
    assertThat(staleLeader(null)).isEqualTo(2);
    assertThat(staleLeader(LogMutation.READ_WITHOUT_PROBE)).isEqualTo(1);
  }

  /** Memory 4 joins, memory 1 leaves; then memories 3 and 4 must know of all that is decided. */
  private static String changing(@Nullable LogMutation mutation) {
    LogWorld log =
        new LogWorld(
            SimWorld.of(2, 4)
                .faults(
                    List.of(
                        new Fault.SlowLink(1, 2, 300 * DELAY, 400 * DELAY, 100_000 * DELAY),
                        new Fault.SlowMemory(3, 300 * DELAY, 400 * DELAY, 3_000 * DELAY),
                        new Fault.ProcessCrash(1, 400 * DELAY),
                        new Fault.MemoryCrash(2, 400 * DELAY))),
            LogWorld.quiet(8, 2),
            LogWorld.scripted(0, 410),
            new Configuration(0, ProcessSet.all(2), ProcessSet.of(1, 2, 3)),
            mutation);
    log.appendNow(1, 1);
    assertThat(log.await(log.replicas.get(0).change(change(Kind.ADD_MEMORY, 4)))).isTrue();
    assertThat(log.await(log.replicas.get(0).change(change(Kind.ADD_MEMORY, 4)))).isFalse();
    assertThat(log.await(log.replicas.get(0).change(change(Kind.REMOVE_MEMORY, 1)))).isTrue();
    log.runTo(290);
    assertThat(log.await(log.replicas.get(1).members()).memories())
        .isEqualTo(ProcessSet.of(2, 3, 4));
    log.runTo(302);
    log.appendNow(1, 2);
    assertThat(log.world.now()).isLessThan(400 * DELAY);
    log.runTo(420);
    log.append(2, 3);
    log.runTo(6_000);
    return String.join("\n", log.journal.violations)
        + (log.journal.contains(Value.ofWord(3)) ? "" : "the second leader does nothing");
  }

  private static Configuration.Change change(Kind kind, int number) {
    return new Configuration.Change(kind, number);
  }

  @Test
  void afterAChangeTheNewMemoriesDecide() {
    assertThat(changing(null)).isEmpty();
  }

  @Test
  void oldMemoriesMustNotDecideAfterAChange() {
    assertThat(changing(LogMutation.KEEP_OLD_MEMBERS)).contains("disagreement");
  }
}
