package org.remora.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicaStatus;
import org.remora.crash.log.ReplicatedLog;
import org.remora.crash.log.StateMachine;
import org.remora.memory.Value;
import org.remora.socket.SocketProcess;

/**
 * How long an append takes while a minority of the memories is gone, beside how long it takes with
 * all. Memory hosts in processes of their own, a leader in this one, one append at a time.
 * Measures, and asserts no time.
 */
class LostMemoryLatencyTest {
  private static final int APPENDS = Integer.getInteger("remora.appends", 20_000);

  @TempDir private Path directory;

  private static final class Counter implements StateMachine {
    private long count;

    @Override
    public Value apply(long index, Value command) {
      return Value.ofWord(++count);
    }

    @Override
    public Value query(Value question) {
      return Value.ofWord(count);
    }

    @Override
    public Value snapshot() {
      return Value.ofWord(count);
    }

    @Override
    public void restore(Value snapshot) {
      count = snapshot.word();
    }
  }

  @Test
  @Tag("campaign")
  void whileAMinorityOfTheMemoriesIsGone() throws Exception {
    try (StoreCluster cluster = new StoreCluster(directory, 3, 0, 1, 0, false, "");
        SocketProcess process =
            SocketProcess.of(1, cluster.endpoints(), StoreCluster.security())
                .callerRuns()
                .start()) {
      cluster.startMemories();
      LogSettings settings = LogSettings.of(1);
      process.defineEverywhere(HeartbeatOmega.region(1));
      process.defineEverywhere(ReplicatedLog.region(settings, 1));
      Replica replica =
          ReplicatedLog.join(
              process,
              HeartbeatOmega.start(
                  process, new HeartbeatOmega.Settings(10_000_000, 15, 6, 2, false)),
              new Counter(),
              settings);
      measure(replica, "warm-up");
      measure(replica, "warm-up");
      measure(replica, "all memories");
      StoreCluster.stop(cluster.memory(2));
      measure(replica, "memory 2 stopped");
      StoreCluster.resume(cluster.memory(2));
      StoreCluster.await(
          "memory 2 to be back",
          () -> {
            ReplicaStatus status = replica.status().join();
            return status.acknowledgedAt().get(1) == status.decided();
          });
      measure(replica, "all memories");
      StoreCluster.kill(cluster.memory(3));
      measure(replica, "memory 3 killed");
      StoreCluster.await(
          "the silence to be told",
          () -> replica.status().join().health() == ReplicaStatus.Health.DEGRADED);
      ReplicaStatus status = replica.status().get(60, TimeUnit.SECONDS);
      assertThat(status.silentMemories()).containsExactly(3);
      assertThat(status.applied()).isGreaterThanOrEqualTo(6L * APPENDS);
    }
  }

  private static void measure(Replica replica, String what) throws Exception {
    Histogram times = new Histogram(3);
    Value command = Value.of(new byte[64]);
    for (int i = 0; i < APPENDS; i++) {
      long begun = System.nanoTime();
      replica.append(command).get(60, TimeUnit.SECONDS);
      times.recordValue(System.nanoTime() - begun);
    }
    System.out.printf(
        "  %-17s p50 %6.1f us  p90 %6.1f  p99 %6.1f  most %8.1f%n",
        what,
        times.getValueAtPercentile(50) / 1e3,
        times.getValueAtPercentile(90) / 1e3,
        times.getValueAtPercentile(99) / 1e3,
        times.getMaxValue() / 1e3);
  }
}
