package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.ReplicaStatus;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/** Replicas that are left behind, and leaders that go. */
class LogTransferTest {
  private static final long DELAY = LogWorld.DELAY;

  private static LogSettings settings(int tailBytes) {
    return LogSettings.of(1)
        .withRing(8, 4)
        .withTransfer(tailBytes, 512)
        .withTiming(
            new LogSettings.Timing(
                4 * DELAY,
                40 * DELAY,
                3 * DELAY,
                4 * DELAY,
                60 * DELAY,
                100 * DELAY,
                100 * DELAY,
                20 * DELAY));
  }

  /**
   * Process 3 hears nothing and reads nothing for long: the log goes on without it, and while it
   * fetches what it missed, too.
   */
  private static LogWorld away(int tailBytes) {
    long until = 3_000 * DELAY;
    LogWorld log =
        new LogWorld(
            SimWorld.of(3, 3)
                .faults(
                    List.of(
                        new Fault.SlowLink(1, 3, 0, until, until),
                        new Fault.SlowLink(2, 3, 0, until, until))),
            settings(tailBytes),
            LogWorld.scripted(0, 0, 0),
            null);
    // What the slow links hold are its fetches' answers; the memories wrap around meanwhile.
    for (int i = 1; i <= 1_000; i++) {
      log.appendNow(1, i);
    }
    int before = log.machines.get(2).size();
    assertThat(before).isLessThan(1_000);
    int number = 1_000;
    while (log.machines.get(2).size() < number && number < 20_000) {
      log.appendNow(1, ++number);
      log.runTo(log.world.now() / (double) DELAY + 5);
    }
    log.runUntilAllApplied(number);
    assertThat(log.journal.violations).isEmpty();
    return log;
  }

  @Test
  void aReplicaLeftBehindCatchesUpByEntriesWhileTheLogRuns() {
    assertThat(away(1 << 20).restored).isZero();
  }

  @Test
  void aReplicaLeftBehindCatchesUpBySnapshotWhileTheLogRuns() {
    assertThat(away(2_000).restored).isPositive();
  }

  /** With heartbeats in the memories: the leader crashes, and what it acknowledged stays. */
  @Test
  void theNextLeaderGoesOn() {
    HeartbeatOmega.Settings detector = new HeartbeatOmega.Settings(20 * DELAY, 15, 6, 2, false);
    LogWorld log =
        new LogWorld(
            SimWorld.of(3, 3).faults(List.of(new Fault.ProcessCrash(1, 1_000 * DELAY))),
            settings(1 << 20),
            (world, process) -> {
              if (process == 1) {
                world.defineEverywhere(HeartbeatOmega.region(3));
              }
              return HeartbeatOmega.start(world.process(process), detector);
            },
            null);
    for (int i = 1; i <= 20; i++) {
      log.appendNow(1, i);
    }
    log.runTo(1_000);
    for (int i = 21; i <= 40; i++) {
      log.appendNow(3, i);
    }
    ReplicaStatus status = log.await(log.replicas.get(2).status());
    assertThat(status.leader()).isEqualTo(2);
    assertThat(status.health()).isEqualTo(ReplicaStatus.Health.UP);
    log.runUntilAllApplied(40);
    assertThat(log.journal.violations).isEmpty();
  }

  /** A leader that closes hands over at once: nobody waits for its heartbeats to be missed. */
  @Test
  void aLeaderThatClosesHandsOver() {
    HeartbeatOmega.Settings detector = new HeartbeatOmega.Settings(20 * DELAY, 15, 6, 2, false);
    LogWorld log =
        new LogWorld(
            SimWorld.of(3, 3),
            settings(1 << 20),
            (world, process) -> {
              if (process == 1) {
                world.defineEverywhere(HeartbeatOmega.region(3));
              }
              return HeartbeatOmega.start(world.process(process), detector);
            },
            null);
    var last = log.append(1, 1);
    log.runTo(1);
    log.await(log.replicas.get(0).close());
    assertThat(last).isCompleted();
    long begun = log.world.now();
    log.appendNow(2, 2);
    // Missed heartbeats would have taken 13 periods to notice.
    assertThat(log.world.now() - begun).isLessThan(5 * 20 * DELAY);
    assertThat(log.await(log.replicas.get(1).read(Value.EMPTY)).word()).isEqualTo(2);
    assertThat(log.append(1, 3).isCompletedExceptionally()).isFalse();
    var refused = log.append(1, 4);
    log.runTo(log.world.now() / (double) DELAY + 10);
    assertThat(refused).isCompletedExceptionally();
    assertThat(log.journal.violations).isEmpty();
  }
}
