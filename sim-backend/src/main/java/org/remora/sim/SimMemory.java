package org.remora.sim;

import org.remora.memory.RegionTable;

/** A memory of a world. */
final class SimMemory {
  final int number;
  final RegionTable table;
  boolean crashed;
  private final SimWorld world;
  private long effectsLeft = Long.MAX_VALUE;

  SimMemory(SimWorld world, int number) {
    this.world = world;
    this.number = number;
    table = new RegionTable(world.settings().enforcement);
  }

  void crash() {
    if (!crashed) {
      crashed = true;
      world.trace(TraceEvent.Kind.MEMORY_CRASH, 0, number, 0, "crash", "");
    }
  }

  void crashAfter(long effects) {
    effectsLeft = effects;
    if (effects == 0) {
      crash();
    }
  }

  /** Called when an operation has taken effect. */
  void effected() {
    if (--effectsLeft == 0) {
      crash();
    }
  }
}
