package org.remora.verbs;

import org.remora.memory.Region;

/**
 * Where a region lies at its host and what its host lets one process do there, as the host says.
 *
 * @param region the region's number
 * @param registers how many registers it has; 0 for a region that the host does not have
 * @param registerBytes how many bytes one holds
 * @param words whether they are words
 * @param address where the first begins
 * @param key the key for it; 0 without any right
 * @param rights {@link #READ}, {@link #WRITE}
 */
record Geometry(
    int region,
    int registers,
    int registerBytes,
    boolean words,
    long address,
    int key,
    int rights) {
  static final int READ = 1;
  static final int WRITE = 2;

  static Geometry none(int region) {
    return new Geometry(region, 0, 0, false, 0, 0, 0);
  }

  /** How far the beginnings of two registers are apart: words must not straddle cache lines. */
  static int stride(int registerBytes) {
    return (registerBytes + 7) & -8;
  }

  int stride() {
    return stride(registerBytes);
  }

  /** How many bytes a region takes. */
  static long bytes(Region region) {
    return (long) region.registers() * stride(region.registerBytes());
  }

  long at(int register) {
    return address + (long) register * stride();
  }

  boolean has(int first, int count) {
    return first >= 0 && count >= 1 && count <= registers && first <= registers - count;
  }

  boolean allows(int needed) {
    return (rights & needed) == needed;
  }
}
