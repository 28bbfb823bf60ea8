package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.remora.crash.ScriptedOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicaListener;
import org.remora.crash.log.ReplicaMetrics;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/** What a registry tells of two replicas, in virtual time; memory 3 crashes, and process 2 lags. */
class ReplicaMetricsTest {
  private static final long DELAY = LogWorld.DELAY;

  private final SimWorld world =
      SimWorld.of(2, 3)
          .faults(
              List.of(
                  new Fault.MemoryCrash(3, 100 * DELAY), new Fault.ProcessCrash(2, 150 * DELAY)))
          .build();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<String> both = new ArrayList<>();

  @Test
  void tellsHowReplicasAre() {
    LogSettings settings =
        LogSettings.of(1)
            .withRing(8, 4)
            .withQueues(100, 4, 8)
            .withTiming(
                new LogSettings.Timing(
                    4 * DELAY,
                    20 * DELAY,
                    3 * DELAY,
                    4 * DELAY,
                    60 * DELAY,
                    100 * DELAY,
                    10 * DELAY,
                    5 * DELAY));
    world.defineEverywhere(ReplicatedLog.region(settings, 2));
    List<Replica> replicas = new ArrayList<>();
    for (int p = 1; p <= 2; p++) {
      ReplicaMetrics metrics = new ReplicaMetrics(p, 2, 3);
      metrics.bindTo(registry);
      assertThat(gauge("applied", p)).isNaN();
      Replica replica =
          ReplicatedLog.join(
              world.process(p),
              ScriptedOmega.start(world.process(p), 1, List.of()),
              new Sum(),
              settings,
              ReplicatedLog.everybody(2, 3),
              metrics.and(
                  new ReplicaListener() {
                    @Override
                    public void memorySilent(int memory) {
                      both.add("silent " + memory);
                    }
                  }));
      metrics.observe(replica, 10 * DELAY);
      replicas.add(replica);
    }
    for (int i = 0; i < 6; i++) {
      await(replicas.get(0).append(Value.ofWord(1)));
    }
    runTo(100);
    assertThat(gauge("applied", 1)).isEqualTo(gauge("applied", 2)).isGreaterThanOrEqualTo(6);
    assertThat(gauge("leads", 1)).isOne();
    assertThat(gauge("leads", 2)).isZero();
    assertThat(gauge("serves", 2)).isOne();
    assertThat(memoryLag(1, 3)).isZero();
    assertThat(memoryLag(2, 3)).isNaN();
    assertThat(count("terms", 1)).isEqualTo(count("terms", 2)).isOne();

    runTo(200);
    for (int i = 0; i < 40; i++) {
      await(replicas.get(0).append(Value.ofWord(1)));
    }
    for (int i = 0; i < 9; i++) {
      var unused = replicas.get(0).append(Value.ofWord(1));
    }
    runTo(1_000);
    assertThat(gauge("memories.silent", 1)).isOne();
    assertThat(count("memory.silences", 1)).isOne();
    assertThat(both).containsExactly("silent 3");
    assertThat(memoryLag(1, 3)).isGreaterThan(40);
    assertThat(memoryLag(1, 2)).isZero();
    assertThat(
            registry
                .get("remora.log.replica.lag")
                .tag("process", "1")
                .tag("replica", "2")
                .gauge()
                .value())
        .isGreaterThan(30);
    assertThat(count("left.behind", 1)).isPositive();
    assertThat(count("refused", 1)).isPositive();
  }

  private double gauge(String name, int process) {
    return registry
        .get("remora.log." + name)
        .tag("process", Integer.toString(process))
        .gauge()
        .value();
  }

  private double count(String name, int process) {
    return registry
        .get("remora.log." + name)
        .tag("process", Integer.toString(process))
        .functionCounter()
        .count();
  }

  private double memoryLag(int process, int memory) {
    return registry
        .get("remora.log.memory.lag")
        .tag("process", Integer.toString(process))
        .tag("memory", Integer.toString(memory))
        .gauge()
        .value();
  }

  private void await(CompletableFuture<?> future) {
    assertThat(world.run(future::isDone, 1_000_000)).isEqualTo(SimWorld.End.DONE);
  }

  private void runTo(long delays) {
    world.process(1).clock().after(delays * DELAY - world.now(), () -> {});
    world.run(() -> world.now() >= delays * DELAY, 1_000_000);
  }
}
