package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Omega;
import org.remora.memory.Clock;
import org.remora.memory.Costs;
import org.remora.sim.Fault;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;
import org.remora.socket.LocalMachine;

/** The detector settles on the lowest process that lives, and is steady where nothing fails. */
class HeartbeatOmegaTest {
  private static final long PERIOD = 20 * Clock.DELAY_NANOS;
  private static final HeartbeatOmega.Settings SETTINGS =
      new HeartbeatOmega.Settings(PERIOD, 15, 6, 2, false);

  /**
   * Periods after which a dead process was surely noticed: from the highest score to the lowest.
   */
  private static final int NOTICED = 15;

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void allSettleOnTheLowestThatLives(
      @ForAll @IntRange(min = 1, max = 5) int processes,
      @ForAll @IntRange(min = 0, max = 31) int crashSet,
      @ForAll @IntRange(min = 0, max = 3) int memories,
      @ForAll @IntRange(min = 0, max = 1) int crashedMemories,
      @ForAll long seed) {
    List<Fault> faults = new ArrayList<>();
    int lowest = 0;
    for (int p = processes; p >= 1; p--) {
      if ((crashSet & 1 << (p - 1)) == 0) {
        lowest = p;
      } else {
        faults.add(new Fault.ProcessCrash(p, (seed >>> p & 7) * PERIOD));
      }
    }
    if (crashedMemories < memories) {
      for (int m = 1; m <= crashedMemories; m++) {
        faults.add(new Fault.MemoryCrash(m, 3 * PERIOD));
      }
    }
    SimWorld world =
        SimWorld.of(processes, memories)
            .seed(seed)
            .latency(Latency.uniform(Clock.DELAY_NANOS / 2, 2 * Clock.DELAY_NANOS))
            .faults(faults)
            .build();
    List<Omega> omegas = HeartbeatOmega.install(world, SETTINGS);
    runPeriods(world, 10 + NOTICED);

    for (int p = 1; p <= processes; p++) {
      if (world.alive().contains(p)) {
        assertThat(omegas.get(p - 1).leader()).isEqualTo(lowest);
      }
    }
  }

  @Test
  void nobodyIsSuspectedWhereNothingFails() {
    SimWorld world = SimWorld.of(3, 3).latency(Latency.heavyTailed(Clock.DELAY_NANOS / 4)).build();
    List<Omega> omegas = HeartbeatOmega.install(world, SETTINGS);
    List<Integer> changes = new ArrayList<>();
    omegas.forEach(omega -> omega.onChange(() -> changes.add(omega.leader())));
    runPeriods(world, 2_000);

    assertThat(changes).isEmpty();
    assertThat(omegas).allMatch(omega -> omega.leader() == 1);
  }

  @Test
  void aPeriodCostsOneWriteAndOneReadPerMemoryAndNoMessage() {
    SimWorld world = SimWorld.of(3, 3).build();
    HeartbeatOmega.install(world, SETTINGS);
    runPeriods(world, 100);

    Costs costs = world.costs();
    assertThat(costs.memoryWrites()).isBetween(3 * 3 * 99L, 3 * 3 * 101L);
    assertThat(costs.memoryReads()).isBetween(3 * 3 * 99L, 3 * 3 * 101L);
    assertThat(costs.messages()).isZero();
    assertThat(costs.permissionChanges()).isZero();
  }

  /** At a dead memory one operation of each process waits; no more are sent there. */
  @Test
  void aDeadMemoryCostsOneOperation() {
    SimWorld world = SimWorld.of(2, 1).faults(List.of(new Fault.MemoryCrash(1, 0))).build();
    HeartbeatOmega.install(world, SETTINGS);
    runPeriods(world, 100);

    assertThat(world.costs().memoryWrites()).isEqualTo(2);
  }

  @Test
  void messagesKeepItGoingWhenAllMemoriesAreDead() {
    SimWorld world =
        SimWorld.of(3, 1)
            .faults(List.of(new Fault.MemoryCrash(1, 0), new Fault.ProcessCrash(1, 30 * PERIOD)))
            .build();
    List<Omega> omegas = HeartbeatOmega.install(world, SETTINGS.withMessages());
    runPeriods(world, 29);
    assertThat(omegas).allMatch(omega -> omega.leader() == 1);
    runPeriods(world, 2 + NOTICED);

    assertThat(omegas.get(1).leader()).isEqualTo(2);
    assertThat(omegas.get(2).leader()).isEqualTo(2);
  }

  @Test
  void thresholdsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new HeartbeatOmega.Settings(0, 15, 6, 2, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HeartbeatOmega.Settings(1, 15, 2, 2, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HeartbeatOmega.Settings(1, 5, 6, 2, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void runPeriods(SimWorld world, int periods) {
    long until = world.now() + periods * PERIOD;
    world.run(() -> world.now() >= until, 10_000_000);
  }

  /** How often process 2 changed its mind, and whom it names in the end. */
  private static List<Integer> changesAt2(HeartbeatOmega.Settings settings, List<Fault> faults) {
    SimWorld world = SimWorld.of(3, 1).faults(faults).build();
    List<Omega> omegas = HeartbeatOmega.install(world, settings);
    List<Integer> changes = new ArrayList<>();
    omegas.get(1).onChange(() -> changes.add(omegas.get(1).leader()));
    runPeriods(world, 1_000);
    return changes;
  }

  @Test
  void silenceAtTheStartIsTakenCalmly() {
    HeartbeatOmega.Settings fast = new HeartbeatOmega.Settings(PERIOD, 6, 5, 1, false);
    List<Fault> pauses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      long at = (20 + 40 * i) * PERIOD;
      pauses.add(new Fault.SlowMemory(1, at, at + PERIOD, 15 * PERIOD));
    }
    assertThat(changesAt2(fast, pauses)).hasSizeGreaterThan(2);
    assertThat(changesAt2(fast.calm(300 * PERIOD), pauses)).isEmpty();
  }

  @Test
  void whoDiesAfterTheCalmIsNoticedFast() {
    HeartbeatOmega.Settings calm =
        new HeartbeatOmega.Settings(PERIOD, 6, 5, 1, false).calm(100 * PERIOD);
    SimWorld world =
        SimWorld.of(2, 1).faults(List.of(new Fault.ProcessCrash(1, 200 * PERIOD))).build();
    List<Omega> omegas = HeartbeatOmega.install(world, calm);
    runPeriods(world, 200);
    assertThat(omegas.get(1).leader()).isEqualTo(1);
    runPeriods(world, 8);
    assertThat(omegas.get(1).leader()).isEqualTo(2);
  }

  /** A mistake makes for more calm: the third pause is forgiven though the start is long over. */
  @Test
  void mistakesAreNotMadeAgainAndAgain() {
    HeartbeatOmega.Settings calm =
        new HeartbeatOmega.Settings(PERIOD, 6, 5, 1, false).calm(20 * PERIOD);
    List<Fault> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      long at = (100 + 100 * i) * PERIOD;
      pauses.add(new Fault.SlowMemory(1, at, at + PERIOD, 15 * PERIOD));
    }
    assertThat(changesAt2(calm, pauses)).hasSizeBetween(1, 8);
    assertThat(changesAt2(new HeartbeatOmega.Settings(PERIOD, 6, 5, 1, false), pauses))
        .hasSizeGreaterThanOrEqualTo(16);
  }

  /** Who was late itself does not name itself before the others may. */
  @Test
  void whoWasLateStepsBack() throws Exception {
    try (LocalMachine machine = LocalMachine.of(2, 1).build()) {
      List<Omega> omegas = HeartbeatOmega.install(machine, HeartbeatOmega.Settings.DEFAULT.calm(1));
      BlockingQueue<Integer> named = new LinkedBlockingQueue<>();
      CountDownLatch leads = new CountDownLatch(1);
      machine
          .process(1)
          .execute(
              () ->
                  omegas
                      .get(0)
                      .onChange(
                          () -> {
                            named.add(omegas.get(0).leader());
                            if (omegas.get(0).leader() == 1) {
                              leads.countDown();
                            }
                          }));
      assertThat(leads.await(30, TimeUnit.SECONDS)).isTrue();
      named.clear();
      machine.process(1).execute(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200)));
      assertThat(named.poll(30, TimeUnit.SECONDS)).isEqualTo(2);
      assertThat(named.poll(30, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }
}
