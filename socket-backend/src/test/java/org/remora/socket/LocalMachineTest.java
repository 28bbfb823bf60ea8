package org.remora.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.remora.memory.Clock;
import org.remora.memory.LegalChange;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/** What only this machine has; the conformance suite tests the rest. */
final class LocalMachineTest {
  private static final Region SLOTS =
      Region.of(0, "slots", 2, 64, Permission.open(2), LegalChange.NEVER);

  @Test
  void whatOneProcessWritesAnotherReads() throws Exception {
    try (LocalMachine machine = LocalMachine.of(2, 3).build()) {
      machine.defineEverywhere(SLOTS);
      CompletableFuture<Value> read = new CompletableFuture<>();
      ProcessContext writer = machine.process(1);
      ProcessContext reader = machine.process(2);
      writer.execute(
          () ->
              writer
                  .memory(3)
                  .write(
                      SLOTS,
                      1,
                      Value.of("red"),
                      written ->
                          reader.execute(
                              () ->
                                  reader
                                      .memory(3)
                                      .read(SLOTS, 1, (outcome, value) -> read.complete(value)))));
      assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(Value.of("red"));
      assertThat(machine.costs(1).memoryWrites()).isEqualTo(1);
      assertThat(machine.costs().memoryReads()).isEqualTo(1);
    }
  }

  @Test
  void aProgramThatThrowsStopsItsProcessAndIsNotSwallowed() throws Exception {
    LocalMachine machine = LocalMachine.of(2, 0).build();
    AtomicInteger steps = new AtomicInteger();
    machine
        .process(1)
        .execute(
            () -> {
              machine.process(1).execute(steps::incrementAndGet);
              throw new IllegalStateException("a bug");
            });
    CountDownLatch other = new CountDownLatch(1);
    machine.process(2).execute(other::countDown);
    assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(machine.local(1).loop.join(TimeUnit.SECONDS.toNanos(10))).isTrue();
    machine.close();
    assertThat(machine.failure(1)).get().hasToString("java.lang.IllegalStateException: a bug");
    assertThat(machine.failure(2)).isEmpty();
    assertThat(steps).hasValue(0);
  }

  @Test
  void closeEndsTheThreadsAndMayBeRepeated() throws Exception {
    LocalMachine machine = LocalMachine.of(3, 1).build();
    CountDownLatch closed = new CountDownLatch(1);
    machine
        .process(1)
        .execute(
            () -> {
              machine.close();
              closed.countDown();
            });
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    machine.close();
    machine.close();
    for (int process = 1; process <= 3; process++) {
      assertThat(machine.local(process).loop.join(1)).isTrue();
    }
    machine.process(1).execute(() -> closed.countDown());
  }

  @Test
  void useOffTheEventLoopIsAClearError() {
    try (LocalMachine machine = LocalMachine.of(1, 1).build()) {
      machine.defineEverywhere(SLOTS);
      ProcessContext process = machine.process(1);
      assertThatThrownBy(() -> process.memory(1).write(SLOTS, 0, Value.of("red"), outcome -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("remora-process-1")
          .hasMessageContaining("execute()");
      assertThatThrownBy(() -> process.clock().after(1, () -> {}))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> process.links(1, Value::toString).send(1, Value.EMPTY))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void theSignerIsTheOneGivenAndIsCounted() throws Exception {
    try (LocalMachine without = LocalMachine.of(1, 0).build()) {
      assertThatThrownBy(() -> without.process(1).signer())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("without a signer");
    }
    Signer echo =
        new Signer() {
          @Override
          public Value sign(Value message) {
            return message;
          }

          @Override
          public boolean verify(int process, Value message, Value signature) {
            return message.equals(signature);
          }
        };
    try (LocalMachine machine = LocalMachine.of(1, 0).signers(process -> echo).build()) {
      CompletableFuture<Boolean> verified = new CompletableFuture<>();
      machine
          .process(1)
          .execute(
              () -> {
                Signer signer = machine.process(1).signer();
                verified.complete(signer.verify(1, Value.of("m"), signer.sign(Value.of("m"))));
              });
      assertThat(verified.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(machine.costs().signatures()).isEqualTo(1);
      assertThat(machine.costs().verifications()).isEqualTo(1);
    }
  }

  @Test
  void coinsOfOneSeedFallAlike() throws Exception {
    assertThat(throwsOf(7)).isEqualTo(throwsOf(7)).isNotEqualTo(throwsOf(8));
  }

  private static String throwsOf(long seed) throws Exception {
    try (LocalMachine machine = LocalMachine.of(1, 0).seed(seed).build()) {
      CompletableFuture<String> thrown = new CompletableFuture<>();
      machine
          .process(1)
          .execute(
              () -> {
                StringBuilder all = new StringBuilder();
                for (int i = 0; i < 20; i++) {
                  all.append(machine.process(1).coin().below(1_000)).append(' ');
                }
                thrown.complete(all.toString());
              });
      return thrown.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aFloodIsBoundedAndHarmsNobodyElse() throws Exception {
    try (LocalMachine machine = LocalMachine.of(3, 0).inboxBytesMax(10_000).build()) {
      CountDownLatch flooded = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      CompletableFuture<Integer> received = new CompletableFuture<>();
      ProcessContext receiver = machine.process(1);
      receiver.execute(
          () -> {
            int[] count = {0};
            receiver
                .links(1, Value::toString)
                .onReceive(
                    (from, message) -> {
                      count[0]++;
                      if (from == 3) {
                        received.complete(count[0]);
                      }
                    });
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      machine
          .process(2)
          .execute(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  machine.process(2).links(1, Value::toString).send(1, Value.of("noise"));
                }
                flooded.countDown();
              });
      assertThat(flooded.await(10, TimeUnit.SECONDS)).isTrue();
      CountDownLatch sent = new CountDownLatch(1);
      machine
          .process(3)
          .execute(
              () -> {
                machine.process(3).links(1, Value::toString).send(1, Value.of("news"));
                sent.countDown();
              });
      assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
      release.countDown();
      assertThat(received.get(10, TimeUnit.SECONDS)).isBetween(2, 10_000 / 64 + 2);
    }
  }

  @Test
  void aProcessThatPollsForEverStillHearsMessagesTimersAndTasks() throws Exception {
    try (LocalMachine machine = LocalMachine.of(1, 1).build()) {
      machine.defineEverywhere(SLOTS);
      ProcessContext process = machine.process(1);
      CountDownLatch heard = new CountDownLatch(3);
      process.execute(
          () -> {
            poll(process);
            process.clock().after(1, heard::countDown);
            process.links(1, Value::toString).onReceive((from, message) -> heard.countDown());
            process.links(1, Value::toString).send(1, Value.of("to oneself"));
          });
      process.execute(heard::countDown);
      assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void poll(ProcessContext process) {
    process
        .memory(1)
        .read(
            SLOTS,
            0,
            (outcome, value) -> {
              assertThat(outcome).isEqualTo(Outcome.ACK);
              poll(process);
            });
  }

  @Test
  void aTimerFurtherAwayThanTimeItselfDoesNotExpire() throws Exception {
    try (LocalMachine machine = LocalMachine.of(1, 0).build()) {
      CountDownLatch near = new CountDownLatch(1);
      AtomicInteger far = new AtomicInteger();
      Clock clock = machine.process(1).clock();
      machine
          .process(1)
          .execute(
              () -> {
                clock.after(Long.MAX_VALUE, far::incrementAndGet);
                clock.after(-5, near::countDown);
              });
      assertThat(near.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(far).hasValue(0);
    }
  }
}
