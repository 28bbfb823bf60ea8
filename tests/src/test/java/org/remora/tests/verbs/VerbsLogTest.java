package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.crash.log.Configuration;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicaListener;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Costs;
import org.remora.memory.Value;
import org.remora.tests.log.Sum;
import org.remora.verbs.VerbsMachine;
import org.remora.verbs.WorkRequests;

/** The replicated log, unchanged, over memories behind a card. */
@Tag("soft-roce")
class VerbsLogTest {
  private static final long SECONDS_MAX = 100;
  private static final int RING = 64;

  private static final LogSettings SETTINGS =
      LogSettings.of(1)
          .withRing(RING, 16)
          .withEntryBytes(512)
          .withTransfer(8 * 1024, 1024)
          .withTiming(NodeProgram.LOG_TIMING);

  /** With waits so long that nothing happens but what the test does. */
  private static final LogSettings QUIET =
      SETTINGS.withTiming(
          new LogSettings.Timing(
              1_000_000,
              20_000_000,
              100_000_000_000L,
              1_000_000,
              50_000_000,
              100_000_000_000L,
              100_000_000_000L,
              100_000_000_000L));

  private static VerbsMachine machine() throws Exception {
    return VerbsMachine.of(3, 3, InetAddress.getByName(Pair.address())).build();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static long append(Replica replica, long number) throws Exception {
    return get(replica.append(Value.ofWord(number))).word();
  }

  private static Replica join(
      VerbsMachine machine,
      int process,
      Omega omega,
      LogSettings settings,
      AtomicInteger restored) {
    Configuration everybody = ReplicatedLog.everybody(3, 3);
    return ReplicatedLog.join(
        machine.process(process),
        omega,
        new Sum(),
        settings,
        everybody,
        new ReplicaListener() {
          @Override
          public void restored(long index) {
            restored.incrementAndGet();
          }
        });
  }

  /**
   * Append, a memory dies, the leader dies, another takes over; and a replica that was not there
   * all the time catches up with entries that the ring holds no more.
   */
  @Test
  void theOthersGoOnAndWhoWasAwayCatchesUp() throws Exception {
    try (VerbsMachine machine = machine()) {
      machine.defineEverywhere(HeartbeatOmega.region(3));
      machine.defineEverywhere(ReplicatedLog.region(SETTINGS, 3));
      AtomicInteger restored = new AtomicInteger();
      List<Omega> omegas = new ArrayList<>();
      for (int p = 1; p <= 3; p++) {
        omegas.add(HeartbeatOmega.start(machine.process(p), NodeProgram.DETECTOR));
      }
      List<Replica> replicas = new ArrayList<>();
      for (int p = 1; p <= 2; p++) {
        replicas.add(join(machine, p, omegas.get(p - 1), SETTINGS, restored));
      }
      long sum = 0;
      for (int i = 1; i <= 3 * RING; i++) {
        sum += i;
        assertThat(append(replicas.get(i % 2), i)).isEqualTo(sum);
      }

      replicas.add(join(machine, 3, omegas.get(2), SETTINGS, restored));
      assertThat(get(replicas.get(2).read(Value.EMPTY)).word()).isEqualTo(sum);
      sum += 1_000;
      assertThat(append(replicas.get(2), 1_000)).isEqualTo(sum);
      assertThat(restored.get()).isPositive();

      machine.crashMemory(2);
      List<CompletableFuture<Value>> appended = new ArrayList<>();
      for (int i = 1; i <= 100; i++) {
        sum += i;
        appended.add(replicas.get(i % 3).append(Value.ofWord(i)));
      }
      for (CompletableFuture<Value> each : appended) {
        get(each);
      }
      assertThat(get(replicas.get(1).read(Value.EMPTY)).word()).isEqualTo(sum);

      machine.crashProcess(1);
      for (int i = 1; i <= 50; i++) {
        sum += i;
        append(replicas.get(1 + i % 2), i);
      }
      for (int p = 2; p <= 3; p++) {
        assertThat(get(replicas.get(p - 1).read(Value.EMPTY)).word()).isEqualTo(sum);
        assertThat(machine.failure(p)).isEmpty();
      }
    }
  }

  /** Of the leader, counted as they are posted. */
  @Test
  void inTheSteadyStateAnEntryIsOneWritePerMemoryAndNothingElse() throws Exception {
    try (VerbsMachine machine = machine()) {
      machine.defineEverywhere(ReplicatedLog.region(QUIET, 3));
      List<Replica> replicas = new ArrayList<>();
      for (int p = 1; p <= 3; p++) {
        replicas.add(
            join(
                machine,
                p,
                ScriptedOmega.start(machine.process(p), 1, List.of()),
                QUIET,
                new AtomicInteger()));
      }
      Replica leader = replicas.get(0);
      append(leader, 1);
      settle(machine, 1);

      Costs costsBefore = machine.costs(1);
      WorkRequests before = workRequests(machine, 1);
      long appliedBefore = get(leader.status()).applied();
      for (int i = 0; i < 200; i++) {
        append(leader, 1);
      }
      assertThat(get(leader.status()).applied() - appliedBefore).isEqualTo(200);
      settle(machine, 3 * 201);
      assertThat(workRequests(machine, 1).minus(before))
          .isEqualTo(new WorkRequests(3 * 200, 0, 0, 0));
      assertThat(machine.costs(1).messages()).isEqualTo(costsBefore.messages());

      // What comes together goes together.
      before = workRequests(machine, 1);
      appliedBefore = get(leader.status()).applied();
      List<CompletableFuture<Value>> appended = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        appended.add(leader.append(Value.ofWord(1)));
      }
      for (CompletableFuture<Value> each : appended) {
        get(each);
      }
      long entries = get(leader.status()).applied() - appliedBefore;
      assertThat(entries).isPositive().isLessThan(200);
      settle(machine, 3 * (201 + entries));
      assertThat(workRequests(machine, 1).minus(before))
          .isEqualTo(new WorkRequests(3 * entries, 0, 0, 0));
      assertThat(machine.costs(1).messages()).isEqualTo(costsBefore.messages());
    }
  }

  /** A decision takes two memories of three: the writes to the third may be posted later. */
  private static void settle(VerbsMachine machine, long writesMin) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (machine.costs(1).memoryWrites() < writesMin) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    workRequests(machine, 1); // what was submitted in a round is posted by the end of it
  }

  private static WorkRequests workRequests(VerbsMachine machine, int process) throws Exception {
    CompletableFuture<WorkRequests> counted = new CompletableFuture<>();
    machine.process(process).execute(() -> counted.complete(machine.workRequests(process)));
    return get(counted);
  }
}
