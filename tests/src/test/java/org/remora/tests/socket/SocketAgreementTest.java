package org.remora.tests.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.RotatingOmega;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.Membership;
import org.remora.byzantine.keys.PrivateKey;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.memory.Machine;
import org.remora.memory.Value;
import org.remora.socket.SocketMachine;
import org.remora.tests.SocketTransport;

/** The algorithms, unchanged, where memories and processes are behind sockets. */
final class SocketAgreementTest {
  private static final long SECONDS_MAX = 60;
  private static final List<SocketTransport> TRANSPORTS = List.of(SocketTransport.values());

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void everyoneDecidesTheSameOfCompetingValues(CrashAlgorithm algorithm) throws Exception {
    SocketTransport transport =
        TRANSPORTS.get(algorithm.commandName().length() % TRANSPORTS.size());
    try (SocketMachine machine = transport.machine(3, 3).build()) {
      List<Omega> omegas = omegas(algorithm, machine);
      for (int instance = 1; instance <= 20; instance++) {
        List<Consensus> parts = algorithm.install(machine, omegas, Instance.of(instance));
        List<CompletableFuture<Value>> decisions = new ArrayList<>();
        for (int p = 1; p <= 3; p++) {
          decisions.add(parts.get(p - 1).propose(Value.of("v" + p)));
        }
        assertAgree(decisions);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void theOthersGoOnWhenTheLeaderAndAMemoryCrash(CrashAlgorithm algorithm) throws Exception {
    try (SocketMachine machine = SocketTransport.TCP.machine(3, 3).build()) {
      List<Omega> omegas = omegas(algorithm, machine);
      List<Consensus> parts = algorithm.install(machine, omegas, Instance.of(1));
      machine.crashMemory(2);
      machine.crashProcess(1);

      CompletableFuture<Value> second = parts.get(1).propose(Value.of("blue"));
      CompletableFuture<Value> third = parts.get(2).decision();

      assertThat(second.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(Value.of("blue"));
      assertThat(third.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(Value.of("blue"));
    }
  }

  @ParameterizedTest
  @EnumSource(ByzantineAlgorithm.class)
  void byzantineAlgorithmsDecideOrAbortAlike(ByzantineAlgorithm algorithm) throws Exception {
    List<PrivateKey> keys = Stream.generate(PrivateKey::generate).limit(3).toList();
    Membership membership = new Membership(keys.stream().map(PrivateKey::publicKey).toList());
    Ed25519 implementation = Ed25519.best();
    try (SocketMachine machine =
        SocketTransport.TCP
            .machine(3, 3)
            .signers(p -> new Ed25519Signer(implementation, p, keys.get(p - 1), membership))
            .build()) {
      List<RotatingOmega> omegas = new ArrayList<>();
      for (int p = 1; p <= 3; p++) {
        omegas.add(RotatingOmega.start(machine.process(p), TimeUnit.MILLISECONDS.toNanos(200)));
      }
      List<ByzantineConsensus> parts =
          algorithm.install(machine, omegas, ByzantineInstance.of(1, 3));
      List<CompletableFuture<Value>> ended = new ArrayList<>();
      for (ByzantineConsensus part : parts) {
        ended.add(part.propose(Value.of("one and the same")));
      }
      List<Optional<Value>> decided = new ArrayList<>();
      for (CompletableFuture<Value> each : ended) {
        decided.add(
            each.handle((value, aborted) -> Optional.ofNullable(value))
                .get(SECONDS_MAX, TimeUnit.SECONDS));
      }
      for (int p = 1; p <= 3; p++) {
        assertThat(machine.failure(p)).isEmpty();
      }
      assertThat(decided.stream().flatMap(Optional::stream).distinct().toList())
          .isSubsetOf(Value.of("one and the same"));
      if (algorithm.decidesAlways()) {
        assertThat(decided).doesNotContain(Optional.empty());
      }
    }
  }

  private static void assertAgree(List<CompletableFuture<Value>> decisions) throws Exception {
    Value decided = decisions.get(0).get(SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(decided.asText()).matches("v[123]");
    for (CompletableFuture<Value> decision : decisions) {
      assertThat(decision.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(decided);
    }
  }

  private static List<Omega> omegas(CrashAlgorithm algorithm, Machine machine) {
    HeartbeatOmega.Settings settings = HeartbeatOmega.Settings.DEFAULT;
    return HeartbeatOmega.install(
        machine, algorithm.countsProcesses() ? settings.withMessages() : settings);
  }
}
