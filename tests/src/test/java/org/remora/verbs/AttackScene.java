package org.remora.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.tests.verbs.Members;

/**
 * Three memories and two processes that decide by Protected Memory Paxos, one instance after the
 * other, beside two more members of the group: 3, who does what is right and whose registers are
 * worth protecting, and 4, who attacks with a key of his own.
 */
final class AttackScene implements AutoCloseable {
  static final int PROCESSES = 4;
  static final int MEMORIES = 3;
  static final int VICTIM = 3;
  static final int LIAR = 4;
  private static final int INSTANCES_MAX = 60;
  private static final long SECONDS_MAX = 100;
  private static final Instance.Timing TIMING =
      new Instance.Timing(20_000_000, 500_000_000, 50_000_000, 1_000_000_000);

  /** The victim's: it alone writes, and all read but the liar. */
  static final Region VAULT =
      Region.of(
          900_001,
          "vault",
          4,
          64,
          new Permission(ProcessSet.of(1, 2), ProcessSet.none(), ProcessSet.of(VICTIM)),
          LegalChange.NEVER);

  /** The liar's: it alone writes, and all read. */
  static final Region LIES =
      Region.of(
          900_002, "lies", 4, 4096, Permission.soleWriter(LIAR, PROCESSES), LegalChange.NEVER);

  /** Words that the liar may read and no more. */
  static final Region WORDS =
      Region.ofWords(
          900_003,
          "words",
          4,
          new Permission(ProcessSet.of(LIAR), ProcessSet.none(), ProcessSet.of(VICTIM)),
          LegalChange.NEVER);

  /** Large registers that the liar writes until the victim takes the right from all. */
  static final Region LEASE =
      Region.of(
          900_004,
          "lease",
          1,
          1 << 20,
          Permission.soleWriter(LIAR, PROCESSES),
          (requester, current, requested) ->
              requester == VICTIM
                  && (requested.equals(Permission.readOnly(PROCESSES))
                      || requested.equals(Permission.soleWriter(LIAR, PROCESSES))));

  private final List<MemoryHost> hosts = new ArrayList<>();
  private final VerbsMachine machine;
  private final List<Omega> omegas = new ArrayList<>();
  private int instances;

  AttackScene() throws IOException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int memory = 1; memory <= MEMORIES; memory++) {
      MemoryHost host =
          MemoryHost.listen(
              memory,
              PROCESSES,
              new InetSocketAddress(address(), 0),
              Members.authentication(PROCESSES + memory, PROCESSES + MEMORIES));
      hosts.add(host);
      addresses.add(host.address());
      for (int number = 1; number <= INSTANCES_MAX; number++) {
        host.define(
            CrashAlgorithm.PROTECTED_MEMORY_PAXOS
                .region(instance(number), PROCESSES)
                .orElseThrow());
      }
      for (Region region : List.of(VAULT, LIES, WORDS, LEASE)) {
        host.define(region);
      }
    }
    machine =
        VerbsMachine.of(PROCESSES, addresses, InetAddress.getByName(address()))
            .authentication(AttackScene::authentication)
            .build();
    // The seats of these two are for who plays them.
    machine.crashProcess(VICTIM);
    machine.crashProcess(LIAR);
    for (int p = 1; p <= 2; p++) {
      omegas.add(ScriptedOmega.start(machine.process(p), 1, List.of()));
    }
  }

  static org.remora.verbs.channel.PeerAuthentication authentication(int process) {
    return Members.authentication(process, PROCESSES + MEMORIES);
  }

  static String address() {
    return System.getProperty("remora.rdma.address", "10.77.0.1");
  }

  private static Instance instance(int number) {
    return new Instance(number, 64, TIMING);
  }

  /** The region of an instance that is decided already: the liar may read it and no more. */
  static Region slots() {
    return CrashAlgorithm.PROTECTED_MEMORY_PAXOS.region(instance(1), PROCESSES).orElseThrow();
  }

  VerbsMachine machine() {
    return machine;
  }

  MemoryHost host() {
    return hosts.get(0);
  }

  InetSocketAddress at() {
    return host().address();
  }

  /** A member whose seat is free, at the first memory. */
  RawPeer member(int process) throws IOException {
    return RawPeer.member(at(), process, 1, authentication(process));
  }

  /** The two processes decide one more value, which one of them has proposed. */
  void decide() throws Exception {
    int number = ++instances;
    List<CompletableFuture<Value>> decisions = new ArrayList<>();
    for (int p = 1; p <= 2; p++) {
      Consensus part =
          CrashAlgorithm.PROTECTED_MEMORY_PAXOS.join(
              machine.process(p), omegas.get(p - 1), instance(number));
      decisions.add(part.propose(Value.of("v" + number + "." + p)));
    }
    Value decided = decisions.get(0).get(SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(decided.asText()).matches("v" + number + "\\.[12]");
    assertThat(decisions.get(1).get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(decided);
    // All three memories take part: an attacked one is not merely outvoted.
    for (int memory = 1; memory <= MEMORIES; memory++) {
      assertThat(read(memory, number).isBottom()).as("memory " + memory).isFalse();
    }
  }

  private Value read(int memory, int number) throws Exception {
    // The leader's decision waits for two memories; the third has its value soon after.
    Region region =
        CrashAlgorithm.PROTECTED_MEMORY_PAXOS.region(instance(number), PROCESSES).orElseThrow();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (true) {
      for (int register = 0; register < 2; register++) {
        Value value = read(1, memory, region, register);
        if (!value.isBottom() || System.nanoTime() - deadline > 0) {
          return value;
        }
      }
    }
  }

  /** What a process reads; fails if that is a nak. */
  Value read(int process, int memory, Region region, int register) throws Exception {
    CompletableFuture<Value> read = new CompletableFuture<>();
    machine
        .process(process)
        .execute(
            () ->
                machine
                    .process(process)
                    .memory(memory)
                    .read(
                        region,
                        register,
                        (outcome, value) -> {
                          if (outcome == org.remora.memory.Outcome.ACK) {
                            read.complete(value);
                          } else {
                            read.completeExceptionally(new AssertionError(outcome.toString()));
                          }
                        }));
    return read.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    machine.close();
    hosts.forEach(MemoryHost::close);
  }
}
