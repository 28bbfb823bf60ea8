package org.remora.tests.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.Latency;
import org.remora.sim.SimProcess;
import org.remora.sim.SimWorld;

/**
 * Memory operations a second through a simulated world on one core: 3 processes, each of which
 * keeps one write and one read in flight at each of 3 memories, permissions checked, no trace.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class SimulatorBenchmark {
  private static final int PROCESSES = 3;
  private static final int MEMORIES = 3;

  /** An operation is two events: its effect and its answer. */
  private static final int OPERATIONS = 10_000;

  /** In which order events happen. */
  @Param({"timed", "uniform", "adversarial"})
  public String order = "timed";

  private final Region region =
      Region.of(1, "slots", PROCESSES, 64, Permission.open(PROCESSES), LegalChange.NEVER);
  private SimWorld world = SimWorld.of(1, 0).build();
  private long completed;

  /** Starts the loops. */
  @Setup
  public void start() {
    SimWorld.Settings settings = SimWorld.of(PROCESSES, MEMORIES).seed(1);
    world =
        switch (order) {
          case "uniform" -> settings.latency(Latency.uniform(500, 1_500)).build();
          case "adversarial" -> settings.adversarial(Integer.MAX_VALUE).build();
          default -> settings.build();
        };
    world.defineEverywhere(region);
    Value value = Value.of("sixteen bytes xx");
    for (int self = 1; self <= PROCESSES; self++) {
      SimProcess process = world.process(self);
      for (int memory = 1; memory <= MEMORIES; memory++) {
        write(process.memory(memory), self - 1, value);
        read(process.memory(memory), self - 1);
      }
    }
  }

  private void write(Memory memory, int register, Value value) {
    memory.write(
        region,
        register,
        value,
        outcome -> {
          completed++;
          write(memory, register, value);
        });
  }

  private void read(Memory memory, int register) {
    memory.read(
        region,
        register,
        (outcome, value) -> {
          completed++;
          read(memory, register);
        });
  }

  /** So many operations through the world. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public long operations() {
    long until = completed + OPERATIONS;
    world.run(() -> completed >= until, Long.MAX_VALUE);
    return completed;
  }
}
