package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.memory.LegalChange;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.verbs.MemoryHost;
import org.remora.verbs.VerbsNode;

/**
 * Two nodes with a card each, and between them a network that is a namespace of its own and
 * forwards packets, or does not.
 */
@Tag("soft-roce")
class TwoCardsTest {
  private static final long SECONDS_MAX = 100;
  private static final int PORT = 7_400;

  /** Longer than the card tries by itself to get an answer. */
  private static final int CUT_SECONDS = Integer.getInteger("remora.soft-roce.cut", 12);

  private static final Instance.Timing TIMING =
      new Instance.Timing(20_000_000, 500_000_000, 50_000_000, 1_000_000_000);

  private static final Region NOTES =
      Region.of(900, "notes", 2, 64, Permission.open(2), LegalChange.NEVER);

  /**
   * Process 1 and memory 1 are at the first card, process 2 and the other memories at the other.
   */
  private static String card(int node) {
    return node == 1 ? Pair.address() : System.getProperty("remora.rdma.other", "10.78.0.1");
  }

  private static VerbsNode node(int self, List<InetSocketAddress> memories) throws Exception {
    return VerbsNode.of(
            self,
            new VerbsNode.Group(
                List.of(
                    new InetSocketAddress(card(1), PORT + 1),
                    new InetSocketAddress(card(2), PORT + 2)),
                memories))
        .authentication(Members.authentication(self, 5))
        .start();
  }

  private static MemoryHost host(int memory) throws Exception {
    return MemoryHost.of(memory, 2, new InetSocketAddress(card(memory), 0))
        .authentication(Members.authentication(2 + memory, 5))
        .definers(ProcessSet.all(2))
        .start();
  }

  private static CompletableFuture<Value> propose(
      VerbsNode node, Omega omega, CrashAlgorithm algorithm, int number) {
    Instance instance = new Instance(number, 64, TIMING);
    algorithm.region(instance, 2).ifPresent(node::defineEverywhere);
    Consensus part = algorithm.join(node, omega, instance);
    return part.propose(Value.of("v" + node.self()));
  }

  private static CompletableFuture<Outcome> write(VerbsNode node, int memory, Value value) {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    node.execute(() -> node.memory(memory).write(NOTES, node.self() - 1, value, ended::complete));
    return ended;
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void agreementAcrossANetworkThatIsCutForAWhile() throws Exception {
    try (MemoryHost one = host(1);
        MemoryHost two = host(2);
        MemoryHost three = host(3)) {
      List<InetSocketAddress> memories = List.of(one.address(), two.address(), three.address());
      try (VerbsNode first = node(1, memories);
          VerbsNode second = node(2, memories)) {
        List<Omega> omegas = new ArrayList<>();
        for (VerbsNode node : List.of(first, second)) {
          node.defineEverywhere(HeartbeatOmega.region(2));
          node.defineEverywhere(NOTES);
          omegas.add(HeartbeatOmega.start(node, NodeProgram.DETECTOR));
        }
        long packets = packets();
        int number = 0;
        for (CrashAlgorithm algorithm :
            List.of(CrashAlgorithm.PROTECTED_MEMORY_PAXOS, CrashAlgorithm.ALIGNED_PAXOS)) {
          number++;
          CompletableFuture<Value> mine = propose(first, omegas.get(0), algorithm, number);
          CompletableFuture<Value> its = propose(second, omegas.get(1), algorithm, number);
          assertThat(get(mine)).isEqualTo(get(its));
        }
        assertThat(packets()).isGreaterThan(packets);

        forward(false);
        CompletableFuture<Outcome> inFlight = write(first, 2, Value.of("before"));
        long cut = System.nanoTime();
        CompletableFuture<Value> its =
            propose(second, omegas.get(1), CrashAlgorithm.PROTECTED_MEMORY_PAXOS, 11);
        CompletableFuture<Value> mine =
            propose(first, omegas.get(0), CrashAlgorithm.PROTECTED_MEMORY_PAXOS, 11);
        // Who has a majority of the memories on its side decides, whoever else is there.
        assertThat(get(its).asText()).isEqualTo("v2");
        assertThat(mine).isNotDone();
        while (System.nanoTime() - cut < TimeUnit.SECONDS.toNanos(CUT_SECONDS)) {
          LockSupport.parkNanos(10_000_000);
        }
        forward(true);
        assertThat(get(mine).asText()).isEqualTo("v2");
        assertThat(get(inFlight)).isIn(Outcome.ACK, Outcome.UNKNOWN);
        assertThat(get(write(first, 2, Value.of("after")))).isEqualTo(Outcome.ACK);
        assertThat(first.failure()).isEmpty();
        assertThat(second.failure()).isEmpty();
      }
    } finally {
      forward(true);
    }
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  /** What the first card has sent into the network. */
  private static long packets() throws Exception {
    return Long.parseLong(
        Files.readString(Path.of("/sys/class/net/ve0/statistics/tx_packets")).strip());
  }

  private static void forward(boolean whether) throws Exception {
    Process process =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                "net",
                "sysctl",
                "-qw",
                "net.ipv4.ip_forward=" + (whether ? 1 : 0))
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }
}
