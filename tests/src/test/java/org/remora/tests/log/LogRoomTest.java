package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.remora.crash.log.ClosedReplicaException;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.OverloadedException;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/** Appends that wait for room, in virtual time: four commands of a session may be unanswered. */
class LogRoomTest {
  private static final long DELAY = LogWorld.DELAY;
  private static final LogSettings SETTINGS = LogWorld.quiet(16, 2).withQueues(30, 4, 8);

  private static LogWorld log(List<Fault> faults) {
    return new LogWorld(SimWorld.of(2, 3).faults(faults), SETTINGS, LogWorld.scripted(0, 0), null);
  }

  private static CompletableFuture<Value> append(
      LogWorld log, int process, long number, long wait) {
    Value command = Value.ofWord(number);
    log.journal.appended.add(command);
    return log.replicas.get(process - 1).append(command, wait);
  }

  private static void refused(CompletableFuture<?> future, Class<? extends Throwable> why) {
    assertThat(future).isCompletedExceptionally();
    assertThatThrownBy(future::join).hasCauseInstanceOf(why);
  }

  @Test
  void allThatWaitAreAppendedInTheirOrder() {
    for (int process = 1; process <= 2; process++) {
      LogWorld log = log(List.of());
      List<CompletableFuture<Value>> results = new ArrayList<>();
      for (int i = 1; i <= 30; i++) {
        results.add(append(log, process, i, 10_000 * DELAY));
      }
      // One that does not wait has no room.
      CompletableFuture<Value> refused = log.append(process, 31);
      log.runTo(2_000);
      long before = 0;
      for (CompletableFuture<Value> result : results) {
        // Each tells what was before it.
        assertThat(result).isCompleted();
        assertThat(result.join().word()).isEqualTo(before++);
      }
      refused(refused, OverloadedException.class);
      assertThat(log.journal.violations).isEmpty();
    }
  }

  @Test
  void whoWaitsTooLongIsRefusedAndNotAppended() {
    LogWorld log =
        log(
            List.of(
                new Fault.SlowMemory(1, 50 * DELAY, 900 * DELAY, 900 * DELAY),
                new Fault.SlowMemory(2, 50 * DELAY, 900 * DELAY, 900 * DELAY),
                new Fault.SlowMemory(3, 50 * DELAY, 900 * DELAY, 900 * DELAY)));
    log.appendNow(1, 1);
    log.runTo(60);
    List<CompletableFuture<Value>> sent = new ArrayList<>();
    for (int i = 2; i <= 5; i++) {
      sent.add(append(log, 1, i, 100 * DELAY));
    }
    CompletableFuture<Value> late = append(log, 1, 6, 100 * DELAY);
    CompletableFuture<Value> patient = append(log, 1, 7, 100_000 * DELAY);
    log.runTo(159);
    assertThat(late).isNotDone();
    log.runTo(165);
    refused(late, OverloadedException.class);
    log.runTo(20_000);
    assertThat(sent).allMatch(CompletableFuture::isDone);
    assertThat(patient).isCompleted();
    assertThat(log.journal.contains(Value.ofWord(7))).isTrue();
    assertThat(log.journal.contains(Value.ofWord(6))).isFalse();
  }

  @Test
  void noMoreWaitThanTheQueueHolds() {
    LogWorld log =
        log(List.of(new Fault.MemoryCrash(1, 50 * DELAY), new Fault.MemoryCrash(2, 50 * DELAY)));
    log.appendNow(1, 1);
    log.runTo(60);
    List<CompletableFuture<Value>> waiting = new ArrayList<>();
    for (int i = 2; i <= 5 + SETTINGS.queueCommands(); i++) {
      waiting.add(append(log, 1, i, 1_000 * DELAY));
    }
    CompletableFuture<Value> oneMore = append(log, 1, 99, 1_000 * DELAY);
    log.runTo(70);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    refused(oneMore, OverloadedException.class);
    log.replicas.get(0).close(1);
    log.runTo(200);
    waiting.forEach(each -> refused(each, ClosedReplicaException.class));
  }

  @Test
  void aWaitIsPositive() {
    LogWorld log = log(List.of());
    assertThatThrownBy(() -> log.replicas.get(0).append(Value.ofWord(1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
