package org.remora.tests;

import java.util.function.BooleanSupplier;
import org.remora.memory.Machine;
import org.remora.sim.SimWorld;

/** A simulated world as the conformance suite drives it. */
final class SimTestMachine implements TestMachine {
  private static final long EVENTS_MAX = 2_000_000;

  private final SimWorld world;
  private final long seed;

  SimTestMachine(SimWorld.Settings settings, long seed) {
    world = settings.seed(seed).build();
    this.seed = seed;
  }

  @Override
  public Machine machine() {
    return world;
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    SimWorld.End end = world.run(condition, EVENTS_MAX);
    if (end != SimWorld.End.DONE) {
      throw new AssertionError("seed " + seed + ": awaiting " + what + " ended " + end);
    }
  }

  @Override
  public void settle() {
    SimWorld.End end = world.run(() -> false, EVENTS_MAX);
    if (end != SimWorld.End.QUIESCENT) {
      throw new AssertionError("seed " + seed + ": it does not come to rest");
    }
  }

  @Override
  public void crashProcess(int process) {
    world.crashProcess(process);
  }

  @Override
  public void crashMemory(int memory) {
    world.crashMemory(memory);
  }

  @Override
  public boolean runsInParallel() {
    return false;
  }

  @Override
  public void close() {}
}
