package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.remora.crash.log.ReplicaStatus;
import org.remora.memory.Costs;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/** What an append costs the leader, and how long it takes. */
class LogCostTest {
  private static final long DELAY = LogWorld.DELAY;

  private static LogWorld world(List<Fault> faults) {
    return new LogWorld(
        SimWorld.of(3, 3).faults(faults),
        LogWorld.quiet(256, 8).withEntryBytes(4096),
        LogWorld.scripted(0, 0, 0),
        null);
  }

  @Test
  void inTheSteadyStateAnEntryCostsOneWritePerMemoryAndNothingElse() {
    LogWorld log = world(List.of());
    log.appendNow(1, 1);
    log.runTo(100);
    Costs before = log.world.process(1).costs();
    long decided = log.await(log.replicas.get(0).status()).applied();

    // One after the other: a further entry carries the news of the one before.
    for (int i = 2; i <= 201; i++) {
      log.appendNow(1, i);
    }

    Costs after = log.world.process(1).costs();
    ReplicaStatus status = log.await(log.replicas.get(0).status());
    assertThat(status.applied() - decided).isEqualTo(200);
    assertThat(after.memoryWrites() - before.memoryWrites()).isEqualTo(3 * 200);
    assertThat(after.memoryReads()).isEqualTo(before.memoryReads());
    assertThat(after.permissionChanges()).isEqualTo(before.permissionChanges());
    assertThat(after.messages()).isEqualTo(before.messages());
  }

  @Test
  void whatWaitsForRoomInTheWindowBecomesOneEntry() {
    LogWorld log = world(List.of());
    log.appendNow(1, 1);
    log.runTo(100);
    Costs before = log.world.process(1).costs();
    long decided = log.await(log.replicas.get(0).status()).applied();

    List<CompletableFuture<Value>> appended = new ArrayList<>();
    for (int i = 2; i <= 201; i++) {
      appended.add(log.append(1, i));
    }
    appended.forEach(log::await);

    long entries = log.await(log.replicas.get(0).status()).applied() - decided;
    assertThat(entries).isLessThan(150);
    assertThat(log.world.process(1).costs().memoryWrites() - before.memoryWrites())
        .isEqualTo(3 * entries);
    assertThat(log.journal.violations).isEmpty();
  }

  @Test
  void whatIsAppendedInOneTurnIsOneWritePerMemory() {
    LogWorld log = world(List.of());
    log.appendNow(1, 1);
    log.runTo(100);
    Costs before = log.world.process(1).costs();
    long decided = log.await(log.replicas.get(0).status()).applied();

    for (int round = 1; round <= 10; round++) {
      List<CompletableFuture<Value>> appended = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        appended.add(log.append(1, 64 * round + i));
      }
      appended.forEach(log::await);
    }

    Costs after = log.world.process(1).costs();
    assertThat(log.await(log.replicas.get(0).status()).applied() - decided).isEqualTo(10);
    assertThat(after.memoryWrites() - before.memoryWrites()).isEqualTo(3 * 10);
    assertThat(after.memoryReads()).isEqualTo(before.memoryReads());
    assertThat(after.messages()).isEqualTo(before.messages());
    assertThat(log.journal.violations).isEmpty();
  }

  /** With entries under way, what does not fill one waits for company: but a full one does not. */
  @Test
  void whatIsAppendedWhileEntriesAreUnderWayBecomesOneEntry() {
    LogWorld log = world(List.of());
    log.appendNow(1, 1);
    log.runTo(100);
    long decided = log.await(log.replicas.get(0).status()).applied();
    long begun = log.world.now();

    List<CompletableFuture<Value>> appended = new ArrayList<>();
    for (int i = 2; i <= 41; i++) {
      appended.add(log.append(1, i));
      log.runTo((double) begun / DELAY + i / 50.0);
    }
    appended.forEach(log::await);

    assertThat(log.await(log.replicas.get(0).status()).applied() - decided).isEqualTo(3);
    assertThat(log.world.now() - begun).isLessThanOrEqualTo(5 * DELAY);
  }

  /** Also with a minority of the memories dead. */
  @Test
  void anAppendTakesTwoDelays() {
    for (List<Fault> faults :
        List.of(List.<Fault>of(), List.<Fault>of(new Fault.MemoryCrash(2, 0)))) {
      LogWorld log = world(faults);
      log.appendNow(1, 1);
      log.runTo(100);
      long begun = log.world.now();
      log.appendNow(1, 2);
      assertThat(log.world.now() - begun).isEqualTo(2 * DELAY);
    }
  }

  /** A read costs one write per memory, however many wait for it, and two delays. */
  @Test
  void readsShareAProbe() {
    LogWorld log = world(List.of());
    log.appendNow(1, 7);
    log.runTo(100);
    Costs before = log.world.process(1).costs();
    long begun = log.world.now();
    List<CompletableFuture<Value>> reads = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      reads.add(log.replicas.get(0).read(Value.EMPTY));
    }
    reads.forEach(read -> assertThat(log.await(read).word()).isEqualTo(7));
    assertThat(log.world.now() - begun).isLessThanOrEqualTo(4 * DELAY);
    assertThat(log.world.process(1).costs().memoryWrites() - before.memoryWrites())
        .isLessThanOrEqualTo(6);
    assertThat(log.world.process(1).costs().memoryReads()).isEqualTo(before.memoryReads());
  }

  /** Followers learn of the last entry by one message. */
  @Test
  void followersLearnOfTheLastEntry() {
    LogWorld log = world(List.of());
    log.appendNow(1, 1);
    log.appendNow(1, 2);
    log.runUntilAllApplied(2);
    assertThat(log.journal.violations).isEmpty();
  }
}
