package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.Membership;
import org.remora.byzantine.keys.PrivateKey;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.HybridInstance;
import org.remora.crash.Instance;
import org.remora.crash.Neighbourhoods;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.verbs.VerbsMachine;
import org.remora.verbs.WorkRequests;

/** Every algorithm, unchanged, over memories behind a card. */
@Tag("soft-roce")
class VerbsAlgorithmsTest {
  private static final long SECONDS_MAX = 100;

  /** An emulated card answers in milliseconds. */
  private static final HeartbeatOmega.Settings DETECTOR =
      new HeartbeatOmega.Settings(100_000_000, 15, 6, 2, false);

  private static final Instance.Timing TIMING =
      new Instance.Timing(20_000_000, 500_000_000, 50_000_000, 1_000_000_000);

  private static final ByzantineInstance.Timing BYZANTINE_TIMING =
      new ByzantineInstance.Timing(
          2_000_000,
          50_000_000,
          10_000_000_000L,
          new Instance.Timing(200_000_000, 5_000_000_000L, 500_000_000, 5_000_000_000L));

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void everyoneDecidesTheSameOfCompetingValues(CrashAlgorithm algorithm) throws Exception {
    try (VerbsMachine machine = machine(3, 3).build()) {
      List<Omega> omegas = HeartbeatOmega.install(machine, detector(algorithm));
      for (int number = 1; number <= 5; number++) {
        List<Consensus> parts =
            algorithm.install(machine, omegas, new Instance(number, 1024, TIMING));
        agree(parts, List.of(1, 2, 3));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void theOthersGoOnWhenTheLeaderAndAMemoryCrash(CrashAlgorithm algorithm) throws Exception {
    try (VerbsMachine machine = machine(3, 3).build()) {
      List<Omega> omegas = HeartbeatOmega.install(machine, detector(algorithm));
      List<Consensus> parts = algorithm.install(machine, omegas, new Instance(1, 1024, TIMING));
      machine.crashMemory(2);
      machine.crashProcess(1);
      agree(parts, List.of(2, 3));
    }
  }

  @Test
  void hybridBenOrDecides() throws Exception {
    try (VerbsMachine machine = machine(3, 3).build()) {
      HybridInstance instance =
          HybridInstance.of(new Instance(1, 64, TIMING), Neighbourhoods.complete(3)).withRounds(64);
      agree(instance.install(machine), List.of(1, 2, 3));
    }
  }

  @ParameterizedTest
  @EnumSource(ByzantineAlgorithm.class)
  void byzantineAlgorithmsDecide(ByzantineAlgorithm algorithm) throws Exception {
    try (VerbsMachine machine = machine(3, 3).signers(signers(3)).build()) {
      List<ByzantineConsensus> parts = algorithm.install(machine, firstLeads(machine), instance(3));
      List<CompletableFuture<Value>> decisions = new ArrayList<>();
      for (int p = 1; p <= 3; p++) {
        decisions.add(parts.get(p - 1).propose(Value.of("v" + p), p));
      }
      Value decided = decisions.get(0).get(SECONDS_MAX, TimeUnit.SECONDS);
      for (CompletableFuture<Value> decision : decisions) {
        assertThat(decision.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(decided);
      }
      assertThat(decided.asText()).matches("v[123]");
    }
  }

  /** One process that never speaks is one that Byzantine algorithms tolerate. */
  @ParameterizedTest
  @EnumSource(
      value = ByzantineAlgorithm.class,
      names = {"FAST_AND_ROBUST", "ROBUST_BACKUP"})
  void byzantineAlgorithmsOutliveASilentProcessAndAMemory(ByzantineAlgorithm algorithm)
      throws Exception {
    try (VerbsMachine machine = machine(3, 3).signers(signers(3)).build()) {
      ByzantineInstance instance = instance(3);
      List<ByzantineConsensus> parts =
          algorithm.install(
              machine,
              firstLeads(machine),
              instance.withTiming(
                  new ByzantineInstance.Timing(
                      2_000_000, 50_000_000, 3_000_000_000L, instance.timing().paxos())));
      machine.crashProcess(3);
      machine.crashMemory(2);
      CompletableFuture<Value> first = parts.get(0).propose(Value.of("v1"), 1);
      CompletableFuture<Value> second = parts.get(1).propose(Value.of("v2"), 2);
      assertThat(first.get(SECONDS_MAX, TimeUnit.SECONDS))
          .isEqualTo(second.get(SECONDS_MAX, TimeUnit.SECONDS));
    }
  }

  /**
   * Protected Memory Paxos in the common case: until the decision its leader posts one RDMA write
   * per memory, and nothing else.
   */
  @Test
  void protectedMemoryPaxosDecidesWithOneWritePerMemory() throws Exception {
    try (VerbsMachine machine = machine(2, 3).build()) {
      List<ScriptedOmega> omegas = firstLeads(machine);
      for (int number = 1; number <= 20; number++) {
        List<Consensus> parts =
            CrashAlgorithm.PROTECTED_MEMORY_PAXOS.install(
                machine, omegas, new Instance(number, 64, TIMING));
        WorkRequests before = workRequests(machine, 1);
        Value value = Value.of("v" + number);
        assertThat(atDecision(machine, () -> parts.get(0).propose(value)).minus(before))
            .isEqualTo(new WorkRequests(3, 0, 0, 0));
      }
    }
  }

  /** The leader of Cheap Quorum likewise, if it decides before it first looks for a panic. */
  @Test
  void cheapQuorumsLeaderDecidesWithOneWritePerMemory() throws Exception {
    try (VerbsMachine machine = machine(3, 3).signers(signers(3)).build()) {
      List<ByzantineConsensus> parts =
          ByzantineAlgorithm.CHEAP_QUORUM.install(
              machine,
              firstLeads(machine),
              instance(3)
                  .withTiming(
                      new ByzantineInstance.Timing(
                          20_000_000_000L,
                          40_000_000_000L,
                          90_000_000_000L,
                          BYZANTINE_TIMING.paxos())));
      WorkRequests before = workRequests(machine, 1);
      assertThat(atDecision(machine, () -> parts.get(0).propose(Value.of("v1"), 1)).minus(before))
          .isEqualTo(new WorkRequests(3, 0, 0, 0));
    }
  }

  private static VerbsMachine.Settings machine(int processes, int memories) throws Exception {
    return VerbsMachine.of(processes, memories, InetAddress.getByName(Pair.address()));
  }

  private static WorkRequests workRequests(VerbsMachine machine, int process) throws Exception {
    CompletableFuture<WorkRequests> counted = new CompletableFuture<>();
    machine.process(process).execute(() -> counted.complete(machine.workRequests(process)));
    return counted.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  /** What process 1 has posted at the moment of its decision, for which it proposes on its loop. */
  private static WorkRequests atDecision(
      VerbsMachine machine, Supplier<CompletableFuture<Value>> propose) throws Exception {
    CompletableFuture<WorkRequests> counted = new CompletableFuture<>();
    machine
        .process(1)
        .execute(
            () -> propose.get().thenAccept(decided -> counted.complete(machine.workRequests(1))));
    return counted.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static HeartbeatOmega.Settings detector(CrashAlgorithm algorithm) {
    return algorithm.countsProcesses() ? DETECTOR.withMessages() : DETECTOR;
  }

  private static List<ScriptedOmega> firstLeads(VerbsMachine machine) {
    List<ScriptedOmega> omegas = new ArrayList<>();
    for (int p = 1; p <= machine.processes(); p++) {
      omegas.add(ScriptedOmega.start(machine.process(p), 1, List.of()));
    }
    return omegas;
  }

  /** Few and small registers: all of a region is registered, and so locked into memory. */
  private static ByzantineInstance instance(int processes) {
    return new ByzantineInstance(1, processes, (processes - 1) / 2, 64, 64, BYZANTINE_TIMING);
  }

  private static IntFunction<Signer> signers(int processes) {
    List<PrivateKey> keys = Stream.generate(PrivateKey::generate).limit(processes).toList();
    Membership membership = new Membership(keys.stream().map(PrivateKey::publicKey).toList());
    Ed25519 implementation = Ed25519.bouncyCastle();
    return p -> new Ed25519Signer(implementation, p, keys.get(p - 1), membership);
  }

  private static void agree(List<Consensus> parts, List<Integer> processes) throws Exception {
    List<CompletableFuture<Value>> decisions = new ArrayList<>();
    for (int p : processes) {
      decisions.add(parts.get(p - 1).propose(Value.of("v" + p)));
    }
    Value decided = decisions.get(0).get(SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(decided.asText()).matches("v[123]");
    for (CompletableFuture<Value> decision : decisions) {
      assertThat(decision.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(decided);
    }
  }
}
