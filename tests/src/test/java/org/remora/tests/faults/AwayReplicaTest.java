package org.remora.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicaListener;
import org.remora.crash.log.ReplicaStatus;
import org.remora.crash.log.ReplicatedLog;
import org.remora.crash.log.StateMachine;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;
import org.remora.socket.LocalMachine;

/** A replica is away for millions of entries, and catches up while the log goes on. */
class AwayReplicaTest {
  private static final long ENTRIES = Long.getLong("remora.campaign.entries", 10_000_000);
  private static final long SECONDS_MAX = 120;

  /** A state of 1.6 MB, so that its snapshot takes several messages. */
  private static final class Slots implements StateMachine {
    private static final int SIZE = 200_000;
    private final long[] slots = new long[SIZE];
    private long applied;

    @Override
    public Value apply(long index, Value command) {
      int slot = (int) (command.word() % SIZE);
      slots[slot] = slots[slot] * 31 + command.word();
      return Value.ofWord(++applied);
    }

    @Override
    public Value query(Value question) {
      return new ValueWriter(12).putLong(applied).putInt(Arrays.hashCode(slots)).toValue();
    }

    @Override
    public Value snapshot() {
      ValueWriter writer = new ValueWriter(8 + 8 * SIZE).putLong(applied);
      for (long slot : slots) {
        writer.putLong(slot);
      }
      return writer.toValue();
    }

    @Override
    public void restore(Value snapshot) {
      ValueReader reader = new ValueReader(snapshot);
      applied = reader.takeLong();
      Arrays.setAll(slots, i -> reader.takeLong());
      reader.end();
    }
  }

  @Test
  @Tag("campaign")
  void catchesUpBySnapshotWhileTheLogRuns() throws Exception {
    AtomicInteger restored = new AtomicInteger();
    HeartbeatOmega.Settings detector = new HeartbeatOmega.Settings(10_000_000, 60, 6, 2, false);
    LogSettings settings = LogSettings.of(1).withEntryBytes(512);
    try (LocalMachine machine = LocalMachine.of(3, 3).callerRuns().build()) {
      machine.defineEverywhere(HeartbeatOmega.region(3));
      machine.defineEverywhere(ReplicatedLog.region(settings, 3));
      Replica[] replicas = new Replica[4];
      for (int p = 1; p <= 3; p++) {
        int self = p;
        replicas[p] =
            ReplicatedLog.join(
                machine.process(p),
                HeartbeatOmega.start(machine.process(p), detector),
                new Slots(),
                settings,
                ReplicatedLog.everybody(3, 3),
                new ReplicaListener() {
                  @Override
                  public void restored(long index) {
                    restored.addAndGet(self == 3 ? 1 : 0);
                  }
                });
      }
      append(replicas[1], 1, 1_000, null);
      await(() -> status(replicas[3]).applied() >= 1_000);

      CountDownLatch back = new CountDownLatch(1);
      CountDownLatch away = new CountDownLatch(1);
      Thread stall =
          new Thread(
              () ->
                  machine
                      .process(3)
                      .execute(
                          () -> {
                            away.countDown();
                            try {
                              assertThat(back.await(10 * SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
                            } catch (InterruptedException e) {
                              Thread.currentThread().interrupt();
                            }
                          }));
      stall.setDaemon(true);
      stall.start();
      away.await();
      long begun = System.nanoTime();
      Histogram before = new Histogram(3);
      append(replicas[1], 1_001, ENTRIES, before);
      double seconds = (System.nanoTime() - begun) / 1e9;
      long passed = status(replicas[1]).applied();
      assertThat(passed).isGreaterThanOrEqualTo(ENTRIES);

      // The log goes on while it catches up.
      AtomicLong last = new AtomicLong(1_001 + ENTRIES);
      AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
      CountDownLatch enough = new CountDownLatch(1);
      Histogram during = new Histogram(3);
      Thread load =
          new Thread(
              () -> {
                try {
                  while (enough.getCount() > 0) {
                    append(replicas[1], last.getAndAdd(100), 100, during);
                  }
                } catch (Exception e) {
                  failed.set(e);
                }
              });
      load.setDaemon(true);
      load.start();
      long returned = System.nanoTime();
      back.countDown();
      await(() -> status(replicas[3]).applied() >= passed);
      double caughtUp = (System.nanoTime() - returned) / 1e9;
      long then = status(replicas[1]).applied();
      await(() -> status(replicas[3]).applied() >= then);
      enough.countDown();
      load.join(TimeUnit.SECONDS.toMillis(SECONDS_MAX));

      assertThat(failed.get()).isNull();
      assertThat(restored.get()).as("snapshots").isPositive();
      long end = status(replicas[1]).applied();
      for (int p = 2; p <= 3; p++) {
        Replica replica = replicas[p];
        await(() -> status(replica).applied() >= end);
        assertThat(replica.readStale(Value.EMPTY).get(SECONDS_MAX, TimeUnit.SECONDS))
            .isEqualTo(replicas[1].readStale(Value.EMPTY).get(SECONDS_MAX, TimeUnit.SECONDS));
        assertThat(machine.failure(p)).isEmpty();
      }
      System.out.printf(
          "  %,d entries in %.1f s while it was away; it caught up in %.3f s with %d snapshots,"
              + " while %,d more were appended%n  p50 %,d ns before and %,d ns meanwhile%n",
          passed,
          seconds,
          caughtUp,
          restored.get(),
          then - passed,
          before.getValueAtPercentile(50),
          during.getValueAtPercentile(50));
    }
  }

  private static void append(Replica replica, long first, long count, @Nullable Histogram times)
      throws Exception {
    for (long i = first; i < first + count; i++) {
      long begun = System.nanoTime();
      replica.append(Value.ofWord(i)).get(SECONDS_MAX, TimeUnit.SECONDS);
      if (times != null) {
        times.recordValue(System.nanoTime() - begun);
      }
    }
  }

  private static ReplicaStatus status(Replica replica) throws Exception {
    return replica.status().get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
