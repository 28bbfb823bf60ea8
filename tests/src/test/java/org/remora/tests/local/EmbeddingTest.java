package org.remora.tests.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/** What an application does: the crash algorithms over memories of this JVM, on real threads. */
class EmbeddingTest {
  private static final long SECONDS_MAX = 30;

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void everyoneDecidesTheSameOfCompetingValues(CrashAlgorithm algorithm) throws Exception {
    try (LocalMachine machine = LocalMachine.of(3, 3).build()) {
      List<Omega> omegas = omegas(algorithm, machine);
      for (int instance = 1; instance <= 100; instance++) {
        List<Consensus> parts = algorithm.install(machine, omegas, Instance.of(instance));
        List<CompletableFuture<Value>> decisions = new ArrayList<>();
        for (int p = 1; p <= 3; p++) {
          decisions.add(parts.get(p - 1).propose(Value.of("v" + p)));
        }
        Value decided = decisions.get(0).get(SECONDS_MAX, TimeUnit.SECONDS);
        assertThat(decided.asText()).matches("v[123]");
        for (CompletableFuture<Value> decision : decisions) {
          assertThat(decision.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(decided);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void theOthersGoOnWhenTheLeaderAndAMemoryCrash(CrashAlgorithm algorithm) throws Exception {
    try (LocalMachine machine = LocalMachine.of(3, 3).build()) {
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

  /** Aligned Paxos outlives all memories, so its Ω must too. */
  @Test
  void alignedPaxosDecidesWithoutAnyMemory() throws Exception {
    try (LocalMachine machine = LocalMachine.of(4, 3).build()) {
      List<Omega> omegas = omegas(CrashAlgorithm.ALIGNED_PAXOS, machine);
      List<Consensus> parts = CrashAlgorithm.ALIGNED_PAXOS.install(machine, omegas, Instance.of(1));
      for (int memory = 1; memory <= 3; memory++) {
        machine.crashMemory(memory);
      }

      assertThat(parts.get(3).propose(Value.of("red")).get(SECONDS_MAX, TimeUnit.SECONDS))
          .isEqualTo(Value.of("red"));
    }
  }

  private static List<Omega> omegas(CrashAlgorithm algorithm, LocalMachine machine) {
    HeartbeatOmega.Settings settings = HeartbeatOmega.Settings.DEFAULT;
    return HeartbeatOmega.install(
        machine, algorithm.countsProcesses() ? settings.withMessages() : settings);
  }
}
