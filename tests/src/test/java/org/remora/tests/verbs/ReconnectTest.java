package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.verbs.MemoryHost;
import org.remora.verbs.VerbsMachine;
import org.remora.verbs.VerbsNode;

/** A way to a memory that breaks: what was in flight, what comes after, and what never does. */
@Tag("soft-roce")
class ReconnectTest {
  private static final long SECONDS_MAX = 100;
  private static final int PORT = 7_300;
  private static final int REGISTERS = 8;
  private static final int SUPERSEDED = 8;

  private static final Region SLOTS =
      Region.of(0, "slots", REGISTERS + 1, 64, Permission.open(1), LegalChange.NEVER);

  private static MemoryHost host(int memory, int port, int processes) throws Exception {
    MemoryHost host = settings(memory, port, processes).definers(ProcessSet.all(processes)).start();
    host.define(SLOTS);
    return host;
  }

  private static MemoryHost.Settings settings(int memory, int port, int processes) {
    return MemoryHost.of(memory, processes, new InetSocketAddress(Pair.address(), port))
        .authentication(Members.authentication(processes + memory, 4));
  }

  private static VerbsNode node(InetSocketAddress... hosts) throws Exception {
    return VerbsNode.of(
            1,
            new VerbsNode.Group(List.of(new InetSocketAddress(Pair.address(), 0)), List.of(hosts)))
        .authentication(Members.authentication(1, 4))
        .start();
  }

  private static Outcome write(VerbsNode node, int memory, Value value) throws Exception {
    return begin(node, memory, value).get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Outcome> begin(VerbsNode node, int memory, Value value) {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    node.execute(() -> node.memory(memory).write(SLOTS, REGISTERS, value, ended::complete));
    return ended;
  }

  /** One register's life: it is written without end, and looked at whenever a write is UNKNOWN. */
  private static final class Chain {
    final Memory memory;
    final int register;
    final AtomicInteger unknown;
    final CompletableFuture<Long> ended = new CompletableFuture<>();
    volatile boolean last;
    long value;
    long acknowledged;

    Chain(Memory memory, int register, AtomicInteger unknown) {
      this.memory = memory;
      this.register = register;
      this.unknown = unknown;
    }

    void write() {
      if (last) {
        ended.complete(value);
        return;
      }
      value++;
      memory.write(SLOTS, register, Value.ofWord(value), this::written);
    }

    private void written(Outcome outcome) {
      if (outcome == Outcome.ACK) {
        acknowledged = value;
        write();
      } else if (outcome == Outcome.UNKNOWN) {
        unknown.incrementAndGet();
        look(20, null);
      } else {
        ended.completeExceptionally(new AssertionError("a nak with the right to write"));
      }
    }

    /** It has taken effect or never will: however often one looks, it is one of the two. */
    private void look(int left, @Nullable Long seen) {
      memory.read(
          SLOTS,
          register,
          (outcome, bytes) -> {
            if (outcome == Outcome.UNKNOWN) {
              look(left, seen);
              return;
            }
            // A write of two packets may have been cut off by the break.
            long now = bytes.isBottom() ? acknowledged : bytes.word();
            if ((now != acknowledged && now != value) || (seen != null && seen != now)) {
              ended.completeExceptionally(
                  new AssertionError(
                      "register "
                          + register
                          + " was "
                          + seen
                          + " and is "
                          + now
                          + " after "
                          + acknowledged
                          + " of "
                          + value));
            } else if (left == 0) {
              acknowledged = now;
              write();
            } else {
              look(left - 1, now);
            }
          });
    }
  }

  /**
   * Another one connects in the process's name, again and again: the host drops the connection, in
   * the middle of writes. The process connects anew, and what was in flight is settled.
   */
  @Test
  void whatWasInFlightIsSettledByTheNextConnection() throws Exception {
    try (MemoryHost host = host(1, 0, 1);
        VerbsNode node = node(host.address())) {
      AtomicInteger unknown = new AtomicInteger();
      Chain[] chains = new Chain[REGISTERS];
      for (int register = 0; register < REGISTERS; register++) {
        Chain chain = new Chain(node.memory(1), register, unknown);
        chains[register] = chain;
        node.execute(chain::write);
      }
      for (int round = 1; round <= SUPERSEDED; round++) {
        long before = host.counts().superseded();
        try (VerbsMachine other =
            VerbsMachine.of(1, List.of(host.address()), InetAddress.getByName(Pair.address()))
                .authentication(member -> Members.authentication(member, 4))
                .build()) {
          await("the other to take the seat", () -> host.counts().superseded() > before);
          assertThat(other.failure(1)).isEmpty();
        }
        assertThat(write(node, 1, Value.ofWord(0))).isNotEqualTo(Outcome.NAK);
      }
      for (Chain chain : chains) {
        chain.last = true;
        assertThat(chain.ended.get(SECONDS_MAX, TimeUnit.SECONDS)).isPositive();
      }
      assertThat(unknown.get()).isPositive();
      assertThat(node.failure()).isEmpty();
    }
  }

  @Test
  void aHostThatCannotBeReachedYetIsSilentUntilItCan() throws Exception {
    InetSocketAddress later = new InetSocketAddress(Pair.address(), PORT);
    try (MemoryHost first = host(1, 0, 1);
        VerbsNode node = node(first.address(), later)) {
      CompletableFuture<Outcome> waiting = begin(node, 2, Value.of("early"));
      // It blocks nobody.
      for (int i = 0; i < 50; i++) {
        assertThat(write(node, 1, Value.ofWord(i))).isEqualTo(Outcome.ACK);
      }
      assertThat(waiting).isNotDone();
      try (MemoryHost second = host(2, PORT, 1)) {
        assertThat(waiting.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(Outcome.ACK);
        assertThat(second.counts().admitted()).isEqualTo(1);
      }
    }
  }

  /** Its registers are empty: to take them for answers would be to forget what was acknowledged. */
  @Test
  void aHostThatComesBackEmptyIsACrashedMemory() throws Exception {
    int port = PORT + 1;
    try (MemoryHost other = host(2, 0, 1)) {
      VerbsNode node;
      try (MemoryHost first = host(1, port, 1)) {
        node = node(first.address(), other.address());
        assertThat(write(node, 1, Value.of("kept"))).isEqualTo(Outcome.ACK);
      }
      try (node;
          MemoryHost empty = host(1, port, 1)) {
        CompletableFuture<Outcome> never = begin(node, 1, Value.of("lost"));
        // It is believed, but not taken for the one that was known.
        await("the empty one to be reached", () -> empty.counts().admitted() == 1);
        CompletableFuture<Outcome> norThis = begin(node, 1, Value.of("lost, too"));
        for (int i = 0; i < 50; i++) {
          assertThat(write(node, 2, Value.ofWord(i))).isEqualTo(Outcome.ACK);
        }
        assertThat(never).isNotDone();
        assertThat(norThis).isNotDone();
        assertThat(empty.counts().admitted()).isEqualTo(1);
        // Somebody who never knew the other one is served.
        try (VerbsNode newcomer = node(empty.address())) {
          CompletableFuture<Value> found = new CompletableFuture<>();
          newcomer.execute(
              () -> newcomer.memory(1).read(SLOTS, REGISTERS, (o, value) -> found.complete(value)));
          assertThat(found.get(SECONDS_MAX, TimeUnit.SECONDS).isBottom()).isTrue();
          assertThat(write(newcomer, 1, Value.of("new"))).isEqualTo(Outcome.ACK);
        }
      }
    }
  }

  /** A port may be another memory's tomorrow. */
  @Test
  void aHostOfAnotherMemoryIsNotTakenForThisOne() throws Exception {
    try (MemoryHost two = host(2, 0, 1);
        VerbsNode node = node(two.address())) {
      CompletableFuture<Outcome> never = begin(node, 1, Value.of("x"));
      await("the host to refuse", () -> two.counts().refused() > 1);
      assertThat(never).isNotDone();
      assertThat(two.counts().admitted()).isZero();
    }
  }

  @Test
  void regionsThatProcessesDefine() throws Exception {
    Region own = Region.of(5, "own", 4, 64, Permission.open(1), LegalChange.NEVER);
    try (MemoryHost host =
            settings(1, 0, 1).definers(ProcessSet.of(1)).regionsMax(2).bytesMax(1 << 16).start();
        MemoryHost closed = settings(2, 0, 1).start();
        VerbsNode node = node(host.address(), closed.address())) {
      node.defineAt(1, own).get(SECONDS_MAX, TimeUnit.SECONDS);
      node.defineAt(1, own).get(SECONDS_MAX, TimeUnit.SECONDS); // the very same
      CompletableFuture<Outcome> written = new CompletableFuture<>();
      node.execute(() -> node.memory(1).write(own, 3, Value.of("x"), written::complete));
      assertThat(written.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(Outcome.ACK);
      refused(node, 2, own, "may not define");
      refused(
          node,
          1,
          Region.of(5, "another", 4, 64, Permission.open(1), LegalChange.NEVER),
          "another one");
      refused(
          node,
          1,
          Region.of(6, "large", 1_024, 64, Permission.open(1), LegalChange.NEVER),
          "no more regions");
      try (VerbsNode again = node(host.address())) {
        again.defineAt(1, own).get(SECONDS_MAX, TimeUnit.SECONDS);
        refused(
            again,
            1,
            Region.of(5, "another", 4, 64, Permission.open(1), LegalChange.NEVER),
            "this process has defined");
      }
      try (VerbsNode stranger = node(host.address())) {
        refused(
            stranger,
            1,
            Region.of(5, "another", 4, 64, Permission.open(1), LegalChange.NEVER),
            "another region of that number");
      }
      assertThat(node.failure()).isEmpty();
    }
  }

  private static void refused(VerbsNode node, int memory, Region region, String why) {
    assertThatThrownBy(() -> node.defineAt(memory, region).get(SECONDS_MAX, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining(why);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("still awaiting " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
