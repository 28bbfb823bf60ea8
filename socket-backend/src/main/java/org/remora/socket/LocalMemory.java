package org.remora.socket;

import org.remora.memory.RegionTable;

/** A memory of this JVM. */
final class LocalMemory {
  final int number;
  final RegionTable table = new RegionTable();
  private volatile boolean crashed;

  LocalMemory(int number) {
    this.number = number;
  }

  void crash() {
    crashed = true;
  }

  boolean isCrashed() {
    return crashed;
  }
}
