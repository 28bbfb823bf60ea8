package org.remora.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.remora.memory.Clock;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** A loop whose callers may run it. */
final class CallerRunsTest {
  private static final Region SLOTS =
      Region.of(0, "slots", 2, 64, Permission.open(2), LegalChange.NEVER);

  @Test
  void anIdleLoopRunsATaskAndItsCompletionsOnTheCaller() throws Exception {
    try (LocalMachine machine = LocalMachine.of(1, 3).callerRuns().build()) {
      machine.defineEverywhere(SLOTS);
      ProcessContext process = machine.process(1);
      int inline = 0;
      int attempts = 1_000;
      CountDownLatch all = new CountDownLatch(3 * attempts);
      for (int i = 0; i < attempts; i++) {
        AtomicInteger acknowledged = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        process.execute(
            () -> {
              for (int memory = 1; memory <= 3; memory++) {
                process
                    .memory(memory)
                    .write(
                        SLOTS,
                        0,
                        Value.of("x"),
                        outcome -> {
                          threads.add(Thread.currentThread());
                          acknowledged.incrementAndGet();
                          all.countDown();
                        });
              }
            });
        // The loop's own thread may have been about to look, or may have come first.
        if (acknowledged.get() == 3 && threads.get(0) == Thread.currentThread()) {
          inline++;
        }
      }
      assertThat(inline).isPositive();
      assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(machine.costs(1).memoryWrites()).isEqualTo(3L * attempts);
    }
  }

  @Test
  void theOwnershipCarriesPlainStateFromThreadToThread() throws Exception {
    try (LocalMachine machine = LocalMachine.of(1, 1).callerRuns().build()) {
      machine.defineEverywhere(SLOTS);
      ProcessContext process = machine.process(1);
      int threads = 4;
      int tasks = 5_000;
      int[] plain = {0}; // neither volatile nor atomic: the loop's
      CountDownLatch ended = new CountDownLatch(threads * tasks);
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Thread> callers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Thread caller =
            new Thread(
                () -> {
                  try {
                    start.await();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                  for (int i = 0; i < tasks; i++) {
                    process.execute(
                        () -> {
                          int before = plain[0];
                          process
                              .memory(1)
                              .write(SLOTS, 0, Value.EMPTY, outcome -> ended.countDown());
                          process.clock().after(0, () -> {}).cancel();
                          plain[0] = before + 1;
                        });
                  }
                },
                "caller");
        callers.add(caller);
        caller.start();
      }
      for (Thread caller : callers) {
        caller.join(30_000);
      }
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Integer> sum = new CompletableFuture<>();
      process.execute(() -> sum.complete(plain[0]));
      assertThat(sum.get(10, TimeUnit.SECONDS)).isEqualTo(threads * tasks);
      assertThat(machine.failure(1)).isEmpty();
    }
  }

  @Test
  void aTimerSetOnACallerWakesTheLoopsThread() throws Exception {
    try (LocalMachine machine = LocalMachine.of(1, 0).callerRuns().build()) {
      ProcessContext process = machine.process(1);
      // First a far one: the thread sleeps until then, and must be woken for a nearer one.
      process.execute(() -> process.clock().after(TimeUnit.HOURS.toNanos(1), () -> {}));
      for (int i = 0; i < 50; i++) {
        CompletableFuture<Thread> expired = new CompletableFuture<>();
        process.execute(
            () ->
                process
                    .clock()
                    .after(
                        TimeUnit.MICROSECONDS.toNanos(100),
                        () -> expired.complete(Thread.currentThread())));
        assertThat(expired.get(10, TimeUnit.SECONDS).getName()).isEqualTo("remora-process-1");
      }
    }
  }

  @Test
  void aCallerIsNotHeldByAProcessThatNeverRests() throws Exception {
    try (LocalMachine machine = LocalMachine.of(1, 1).callerRuns().build()) {
      machine.defineEverywhere(SLOTS);
      ProcessContext process = machine.process(1);
      AtomicInteger polls = new AtomicInteger();
      process.execute(() -> poll(process.memory(1), polls));
      // The caller is back; the loop's thread goes on, and hears whoever comes next.
      int before = polls.get();
      CountDownLatch heard = new CountDownLatch(2);
      process.execute(heard::countDown);
      process.execute(() -> process.clock().after(1, heard::countDown));
      assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (polls.get() < before + 1_000 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(polls.get()).isGreaterThanOrEqualTo(before + 1_000);
    }
  }

  private static void poll(Memory memory, AtomicInteger polls) {
    memory.read(
        SLOTS,
        0,
        (outcome, value) -> {
          polls.incrementAndGet();
          poll(memory, polls);
        });
  }

  @Test
  void timersGetTheirTurnUnderCallersThatNeverRest() throws Exception {
    try (LocalMachine machine = LocalMachine.of(1, 0).callerRuns().build()) {
      ProcessContext process = machine.process(1);
      AtomicInteger ticks = new AtomicInteger();
      process.execute(() -> tick(process.clock(), ticks));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (ticks.get() < 20 && System.nanoTime() < deadline) {
        process.execute(() -> {});
      }
      assertThat(ticks.get()).isGreaterThanOrEqualTo(20);
    }
  }

  private static void tick(Clock clock, AtomicInteger ticks) {
    clock.after(
        TimeUnit.MICROSECONDS.toNanos(200),
        () -> {
          ticks.incrementAndGet();
          tick(clock, ticks);
        });
  }

  @Test
  void whatATaskThrowsIsTheProcesssAndNotTheCallers() {
    LocalMachine machine = LocalMachine.of(1, 0).callerRuns().build();
    ProcessContext process = machine.process(1);
    AtomicInteger steps = new AtomicInteger();
    process.execute(
        () -> {
          process.execute(steps::incrementAndGet);
          throw new IllegalStateException("a bug");
        });
    process.execute(steps::incrementAndGet);
    machine.close();
    assertThat(machine.failure(1)).get().hasToString("java.lang.IllegalStateException: a bug");
    assertThat(steps).hasValue(0);
  }

  @Test
  void aTaskOnACallerMayCloseTheMachine() throws Exception {
    LocalMachine machine = LocalMachine.of(2, 0).callerRuns().build();
    AtomicInteger steps = new AtomicInteger();
    machine
        .process(1)
        .execute(
            () -> {
              machine.process(1).execute(steps::incrementAndGet);
              machine.close();
            });
    assertThat(machine.local(1).loop.join(TimeUnit.SECONDS.toNanos(10))).isTrue();
    assertThat(machine.local(2).loop.join(TimeUnit.SECONDS.toNanos(10))).isTrue();
    machine.process(1).execute(steps::incrementAndGet);
    assertThat(steps).hasValue(0);
  }

  @Test
  void aLoopsThreadHandsInToOtherLoops() throws Exception {
    try (LocalMachine machine = LocalMachine.of(2, 0).callerRuns().build()) {
      CompletableFuture<Thread> ran = new CompletableFuture<>();
      ProcessContext first = machine.process(1);
      // A timer runs on the loop's own thread.
      first.execute(
          () ->
              first
                  .clock()
                  .after(
                      0,
                      () ->
                          machine.process(2).execute(() -> ran.complete(Thread.currentThread()))));
      assertThat(ran.get(10, TimeUnit.SECONDS).getName()).isEqualTo("remora-process-2");
    }
  }
}
