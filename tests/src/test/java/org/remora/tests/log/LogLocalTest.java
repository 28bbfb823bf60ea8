package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Costs;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/** The log on real threads, with real heartbeats. */
class LogLocalTest {
  private static final long SECONDS_MAX = 60;

  /** Thresholds that a loaded machine does not cross by chance. */
  private static final HeartbeatOmega.Settings DETECTOR =
      new HeartbeatOmega.Settings(2_000_000, 60, 6, 2, false);

  private static Value get(CompletableFuture<Value> future) throws Exception {
    return future.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  /** Adds up what is appended. */
  private static List<Replica> install(LocalMachine machine) {
    return ReplicatedLog.install(
        machine,
        HeartbeatOmega.install(machine, DETECTOR),
        p -> new Sum(),
        LogSettings.of(1).withRing(64, 16));
  }

  @Test
  void threeReplicasAgreeAndOutliveTheirLeader() throws Exception {
    try (LocalMachine machine = LocalMachine.of(3, 3).build()) {
      List<Replica> replicas = install(machine);
      long sum = 0;
      List<CompletableFuture<Value>> appended = new ArrayList<>();
      for (int i = 1; i <= 600; i++) {
        sum += i;
        appended.add(replicas.get(i % 3).append(Value.ofWord(i)));
      }
      for (CompletableFuture<Value> each : appended) {
        get(each);
      }
      machine.crashMemory(2);
      for (Replica replica : replicas) {
        assertThat(get(replica.read(Value.EMPTY)).word()).isEqualTo(sum);
      }

      appended.clear();
      machine.crashProcess(1);
      for (int i = 1; i <= 600; i++) {
        sum += i;
        appended.add(replicas.get(1 + i % 2).append(Value.ofWord(i)));
      }
      for (CompletableFuture<Value> each : appended) {
        get(each);
      }
      assertThat(get(replicas.get(2).read(Value.EMPTY)).word()).isEqualTo(sum);
      assertThat(machine.failure(2)).isEmpty();
      assertThat(machine.failure(3)).isEmpty();
    }
  }

  @Test
  void aClientsCommandTakesEffectOnceWhicheverReplicasItIsSentTo() throws Exception {
    try (LocalMachine machine = LocalMachine.of(3, 3).build()) {
      List<Replica> replicas = install(machine);
      Replica.Session session = replicas.get(1).openSession().get(SECONDS_MAX, TimeUnit.SECONDS);
      for (int i = 1; i <= 20; i++) {
        Value command = Value.ofWord(5);
        for (Replica replica : replicas) {
          assertThat(get(replica.append(session.id(), i, i, command)).word()).isEqualTo(5L * i);
        }
      }
      assertThat(get(replicas.get(0).read(Value.EMPTY)).word()).isEqualTo(100);
    }
  }

  @Test
  void aLogOfManyEntriesKeepsItsCosts() throws Exception {
    try (LocalMachine machine = LocalMachine.of(3, 3).build()) {
      List<Replica> replicas = install(machine);
      get(replicas.get(0).append(Value.ofWord(1)));
      for (int i = 0; i < 20_000; i++) {
        get(replicas.get(0).append(Value.ofWord(1)));
      }
      assertThat(get(replicas.get(0).read(Value.EMPTY)).word()).isEqualTo(20_001);
      assertThat(machine.failure(1)).isEmpty();
      Costs costs = machine.costs(1);
      assertThat(costs.memoryWrites()).isGreaterThan(60_000);
    }
  }

  @Test
  void whatIsTooLargeIsRefused() {
    try (LocalMachine machine = LocalMachine.of(1, 1).build()) {
      Replica replica = install(machine).get(0);
      assertThatThrownBy(() -> replica.append(Value.of(new byte[70_000])))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> replica.append(Value.BOTTOM))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
