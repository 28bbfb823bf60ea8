package org.remora.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** Processes whose connections break, and whose memories are lost. */
final class SocketProcessTest {
  private static final PreSharedKeys KEYS = MemoryHostTest.KEYS;
  private static final Endpoint ANYWHERE = Endpoint.tcp("127.0.0.1", 0);
  private static final Region SLOTS =
      Region.of(0, "slots", 64, 1_024, Permission.open(3), LegalChange.NEVER);

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.add(resource);
    return resource;
  }

  private MemoryHost host() throws IOException {
    return open(MemoryHost.of(1, ANYWHERE, KEYS).start());
  }

  private SocketProcess process(Endpoint memory) throws IOException {
    return open(
        SocketProcess.of(1, new SocketProcess.Group(List.of(ANYWHERE), List.of(memory)), KEYS)
            .start());
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still awaiting " + what).isLessThan(deadline);
      LockSupport.parkNanos(50_000);
    }
  }

  /**
   * Long enough for what would wrongly happen on an idle machine; too short proves nothing less.
   */
  private static void aWhile() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
  }

  private static CompletableFuture<Outcome> write(
      SocketProcess process, int register, Value value) {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    process.execute(() -> process.memory(1).write(SLOTS, register, value, ended::complete));
    return ended;
  }

  private static Value read(SocketProcess process, int register) throws Exception {
    CompletableFuture<Value> ended = new CompletableFuture<>();
    process.execute(
        () -> process.memory(1).read(SLOTS, register, (outcome, value) -> ended.complete(value)));
    return ended.get(30, TimeUnit.SECONDS);
  }

  private static Outcome outcome(CompletableFuture<Outcome> ended) throws Exception {
    return ended.get(30, TimeUnit.SECONDS);
  }

  @Test
  void anOperationInFlightIsSilentUntilTheNextConnectionStandsAndThenUnknown() throws Exception {
    MemoryHost host = host();
    Proxy proxy = open(new Proxy(host.endpoint(), 1));
    SocketProcess process = process(proxy.endpoint());
    process.define(1, SLOTS);
    assertThat(outcome(write(process, 0, Value.of("first")))).isEqualTo(Outcome.ACK);

    proxy.mute = true;
    CompletableFuture<Outcome> executed = write(process, 0, Value.of("second"));
    await("the effect", () -> host.memory.table.peek(0, 0).equals(Value.of("second")));
    proxy.refusing = true;
    proxy.cut();
    CompletableFuture<Outcome> waits = write(process, 1, Value.of("third"));
    aWhile();
    assertThat(executed).isNotDone();
    assertThat(waits).isNotDone();

    proxy.mute = false;
    proxy.refusing = false;
    assertThat(outcome(executed)).isEqualTo(Outcome.UNKNOWN);
    // It had not been sent, so there is nothing unknown about it.
    assertThat(outcome(waits)).isEqualTo(Outcome.ACK);
    assertThat(read(process, 0)).isEqualTo(Value.of("second"));
    assertThat(process.failure()).isEmpty();
  }

  @Test
  void everyKindOfOperationEndsAsUnknown() throws Exception {
    MemoryHost host = host();
    Proxy proxy = open(new Proxy(host.endpoint(), 1));
    SocketProcess process = process(proxy.endpoint());
    Region words = Region.ofWords(1, "words", 1, Permission.open(1), LegalChange.NEVER);
    process.define(1, SLOTS);
    process.defineAt(1, words).get(30, TimeUnit.SECONDS);
    proxy.mute = true;
    ConcurrentLinkedQueue<Object> ended = new ConcurrentLinkedQueue<>();
    process.execute(
        () -> {
          Memory memory = process.memory(1);
          memory.read(SLOTS, 0, (outcome, value) -> ended.add(List.of(outcome, value)));
          memory.readRange(SLOTS, 0, 2, (outcome, values) -> ended.add(List.of(outcome, values)));
          memory.write(SLOTS, 0, Value.EMPTY, ended::add);
          memory.compareAndSwap(words, 0, 0, 7, (outcome, b) -> ended.add(List.of(outcome, b)));
          memory.changePermission(SLOTS, Permission.open(2), ended::add);
        });
    await("the effects", () -> host.memory.table.peek(1, 0).word() == 7);
    proxy.cut();
    proxy.mute = false;
    await("the ends", () -> ended.size() == 5);
    assertThat(ended)
        .containsExactly(
            List.of(Outcome.UNKNOWN, Value.BOTTOM),
            List.of(Outcome.UNKNOWN, List.of()),
            Outcome.UNKNOWN,
            List.of(Outcome.UNKNOWN, 0L),
            Outcome.UNKNOWN);
  }

  /**
   * Over connections that break all the time, each operation ends once, in its order of submission,
   * and what was acknowledged is there.
   */
  @Test
  void brokenConnectionsLoseNothingThatWasAcknowledged() throws Exception {
    MemoryHost host = host();
    Proxy proxy = open(new Proxy(host.endpoint(), 1));
    SocketProcess process = process(proxy.endpoint());
    process.define(1, SLOTS);
    int operations = 5_000;
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicInteger unknown = new AtomicInteger();
    CompletableFuture<String> done = new CompletableFuture<>();
    process.execute(() -> next(process, 0, operations, acknowledged, unknown, done));
    for (int cut = 0; cut < 15 && !done.isDone(); cut++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(8));
      proxy.cut();
    }
    assertThat(done.get(60, TimeUnit.SECONDS)).isEqualTo("done");
    assertThat(acknowledged.get() + unknown.get()).isEqualTo(operations);
    assertThat(acknowledged.get()).isPositive();
    assertThat(process.failure()).isEmpty();
  }

  private static void next(
      SocketProcess process,
      int number,
      int operations,
      AtomicInteger acknowledged,
      AtomicInteger unknown,
      CompletableFuture<String> done) {
    if (number == operations) {
      done.complete("done");
      return;
    }
    Value value = Value.ofWord(number);
    process
        .memory(1)
        .write(
            SLOTS,
            5,
            value,
            written ->
                process
                    .memory(1)
                    .read(
                        SLOTS,
                        5,
                        (outcome, read) -> {
                          (written == Outcome.ACK ? acknowledged : unknown).incrementAndGet();
                          if (outcome == Outcome.ACK && written == Outcome.ACK) {
                            assertThat(read).isEqualTo(value);
                          }
                          next(process, number + 1, operations, acknowledged, unknown, done);
                        }));
  }

  @Test
  void aHostThatComesBackWithoutItsContentsIsCrashed() throws Exception {
    MemoryHost first = host();
    Proxy proxy = open(new Proxy(first.endpoint(), 1));
    SocketProcess process = process(proxy.endpoint());
    process.define(1, SLOTS);
    assertThat(outcome(write(process, 0, Value.of("kept?")))).isEqualTo(Outcome.ACK);
    first.close();
    CompletableFuture<Outcome> pending = write(process, 1, Value.of("pending"));

    MemoryHost second = host();
    second.define(SLOTS);
    proxy.retarget(second.endpoint());
    await("the process", () -> second.counts().accepted() > 0);
    CompletableFuture<Outcome> late = write(process, 0, Value.of("late"));
    aWhile();
    assertThat(pending).isNotDone();
    assertThat(late).isNotDone();
    assertThat(second.memory.table.peek(0, 0)).isEqualTo(Value.BOTTOM);
    assertThat(second.memory.table.peek(0, 1)).isEqualTo(Value.BOTTOM);
    assertThat(second.counts().admitted()).isZero();

    // One that never knew the former takes it for what it is.
    SocketProcess other = process(second.endpoint());
    assertThat(outcome(write(other, 0, Value.of("fresh")))).isEqualTo(Outcome.ACK);
  }

  @Test
  void operationsWaitForAHostThatComesLate() throws Exception {
    MemoryHost placeholder = MemoryHost.of(1, ANYWHERE, KEYS).start();
    Endpoint endpoint = placeholder.endpoint();
    placeholder.close();
    SocketProcess process = process(endpoint);
    CompletableFuture<Void> defined = process.defineAt(1, SLOTS);
    CompletableFuture<Outcome> written = write(process, 0, Value.of("patient"));
    aWhile();
    assertThat(written).isNotDone();
    open(MemoryHost.of(1, endpoint, KEYS).start());
    assertThat(outcome(written)).isEqualTo(Outcome.ACK);
    defined.get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatWaitsForASilentHostIsBounded() throws Exception {
    MemoryHost host = host();
    Proxy proxy = open(new Proxy(host.endpoint(), 1));
    proxy.refusing = true;
    SocketProcess process =
        open(
            SocketProcess.of(
                    1, new SocketProcess.Group(List.of(ANYWHERE), List.of(proxy.endpoint())), KEYS)
                .memoryBytesMax(10_000)
                .start());
    process.define(1, SLOTS);
    AtomicInteger ended = new AtomicInteger();
    CompletableFuture<Void> submitted = new CompletableFuture<>();
    process.execute(
        () -> {
          for (int i = 0; i < 1_000; i++) {
            process
                .memory(1)
                .write(SLOTS, 0, Value.of(new byte[1_000]), outcome -> ended.incrementAndGet());
          }
          submitted.complete(null);
        });
    submitted.get(30, TimeUnit.SECONDS);
    proxy.refusing = false;
    await("those that waited", () -> ended.get() == 9);
    assertThat(outcome(write(process, 1, Value.of("goes on")))).isEqualTo(Outcome.ACK);
    assertThat(ended).hasValue(9);
  }

  @Test
  void aDefinitionThatTheHostRefusesIsTold() throws Exception {
    MemoryHost host = host();
    host.define(SLOTS);
    SocketProcess process = process(host.endpoint());
    process.defineAt(1, SLOTS).get(30, TimeUnit.SECONDS);
    Region other = Region.of(0, "other", 1, 1, Permission.open(1), LegalChange.NEVER);
    CompletableFuture<Void> refused = process.defineAt(1, other);
    assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("differently");
  }

  /** A value that no region of the host could hold is a nak, as a region that is not there. */
  @Test
  void aValueLargerThanTheHostsFramesIsANak() throws Exception {
    MemoryHost host = open(MemoryHost.of(1, ANYWHERE, KEYS).frameBytesMax(2_048).start());
    host.define(SLOTS);
    SocketProcess process = process(host.endpoint());
    Region large = Region.of(7, "large", 1, 100_000, Permission.open(1), LegalChange.NEVER);
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    process.execute(
        () -> process.memory(1).write(large, 0, Value.of(new byte[50_000]), ended::complete));
    assertThat(outcome(ended)).isEqualTo(Outcome.NAK);
    assertThat(outcome(write(process, 0, Value.of("small")))).isEqualTo(Outcome.ACK);
    assertThat(host.counts().malformed()).isZero();
  }

  /** A network that changes bytes: connections break, processes and hosts do not. */
  @Test
  void corruptedBytesBreakConnectionsAlone() throws Exception {
    MemoryHost host = host();
    host.define(SLOTS);
    for (long seed = 1; seed <= 6; seed++) {
      Proxy proxy = new Proxy(host.endpoint(), seed);
      SocketProcess process = process(proxy.endpoint());
      proxy.corruption = 400;
      AtomicInteger ended = new AtomicInteger();
      process.execute(() -> hammer(process.memory(1), ended));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(120));
      proxy.corruption = 0;
      proxy.cut();
      int before = ended.get();
      // If a corrupted handshake has claimed another incarnation, its proof was wrong.
      await("operations, with seed " + seed, () -> ended.get() > before + 100);
      assertThat(process.failure()).as("seed " + seed).isEmpty();
      process.close();
      proxy.close();
    }
  }

  private static void hammer(Memory memory, AtomicInteger ended) {
    memory.write(
        SLOTS,
        9,
        Value.of("hammered"),
        written ->
            memory.readRange(
                SLOTS,
                4,
                8,
                (outcome, values) -> {
                  ended.incrementAndGet();
                  hammer(memory, ended);
                }));
  }

  @Test
  void linksLoseNothingAndRepeatNothingOverBrokenConnections() throws Exception {
    Endpoint second = freePort();
    Proxy proxy = open(new Proxy(second, 1));
    SocketProcess sender =
        open(
            SocketProcess.of(
                    1,
                    new SocketProcess.Group(List.of(ANYWHERE, proxy.endpoint()), List.of()),
                    KEYS)
                .start());
    SocketProcess receiver =
        open(
            SocketProcess.of(
                    2, new SocketProcess.Group(List.of(sender.endpoint(), second), List.of()), KEYS)
                .start());
    int messages = 20_000;
    ConcurrentLinkedQueue<Long> received = new ConcurrentLinkedQueue<>();
    receiver.execute(
        () ->
            receiver
                .links(3, Value::toString)
                .onReceive(
                    (from, message) -> {
                      assertThat(from).isEqualTo(1);
                      received.add(message.word());
                    }));
    Thread feeder =
        new Thread(
            () -> {
              for (int i = 0; i < messages; i++) {
                long number = i;
                sender.execute(
                    () -> sender.links(3, Value::toString).send(2, Value.ofWord(number)));
                if (i % 1_000 == 0) {
                  LockSupport.parkNanos(1_000_000);
                }
              }
            });
    feeder.start();
    for (int cut = 0; cut < 20; cut++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      proxy.cut();
    }
    feeder.join();
    await("the messages", () -> received.size() >= messages);
    aWhile();
    List<Long> expected = new ArrayList<>();
    for (long i = 0; i < messages; i++) {
      expected.add(i);
    }
    assertThat(new ArrayList<>(received)).isEqualTo(expected);
  }

  private static Endpoint freePort() throws IOException {
    try (java.net.ServerSocket probe =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      return Endpoint.tcp("127.0.0.1", probe.getLocalPort());
    }
  }

  @Test
  void aProcessWithTheWrongKeyIsKeptOut() throws Exception {
    MemoryHost host = host();
    host.define(SLOTS);
    SocketProcess stranger =
        open(
            SocketProcess.of(
                    1,
                    new SocketProcess.Group(List.of(ANYWHERE), List.of(host.endpoint())),
                    PreSharedKeys.ofGroup(new byte[32]))
                .start());
    CompletableFuture<Outcome> written = write(stranger, 0, Value.of("stranger"));
    // It is the host that proves itself first, so the stranger goes away by itself.
    await("its attempts", () -> host.counts().accepted() >= 2);
    assertThat(written).isNotDone();
    assertThat(host.counts().admitted()).isZero();
    assertThat(host.memory.table.peek(0, 0)).isEqualTo(Value.BOTTOM);
  }

  @Test
  void aThreadThatPollsSendsAndReceives() throws Exception {
    SocketProcess process = process(host().endpoint());
    process.define(1, SLOTS);
    assertThat(write(process, 0, Value.of("first")).get(30, TimeUnit.SECONDS))
        .isEqualTo(Outcome.ACK);
    List<Thread> ranOn = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      CompletableFuture<Outcome> ended = write(process, i % 64, Value.of("at " + i));
      var unused = ended.thenRun(() -> ranOn.add(Thread.currentThread()));
      await(
          "the write",
          () -> {
            process.poll(1_000_000);
            return ended.isDone();
          });
    }
    assertThat(ranOn).contains(Thread.currentThread());
    // It polls no more; the process goes on.
    assertThat(write(process, 0, Value.of("last")).get(30, TimeUnit.SECONDS))
        .isEqualTo(Outcome.ACK);
    assertThat(read(process, 0)).isEqualTo(Value.of("last"));
    assertThat(process.failure()).isEmpty();
  }

  @Test
  void aProcessIsClosedWhileAThreadPolls() throws Exception {
    SocketProcess process = process(host().endpoint());
    AtomicInteger polls = new AtomicInteger();
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread poller =
        new Thread(
            () -> {
              try {
                while (!ended.isDone()) {
                  process.poll(1_000_000);
                  polls.incrementAndGet();
                }
              } catch (Throwable e) { // which it must not
                ended.complete(e);
              }
            },
            "poller");
    poller.start();
    await("it polls", () -> polls.get() > 20);
    process.close();
    int before = polls.get();
    await("it returns at once", () -> polls.get() > before + 20);
    assertThat(ended).isNotDone();
    ended.complete(new IllegalStateException("the end"));
    poller.join(30_000);
    assertThat(poller.isAlive()).isFalse();
  }
}
