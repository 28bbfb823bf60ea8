package org.remora.socket;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Outcome;
import org.remora.memory.Region;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;

/**
 * What a host holds: a region table that is bounded in the number of regions and in bytes.
 *
 * <p>A region whose registers all fit into what is left of the bytes has them reserved when it is
 * defined. A larger one, of which few registers are expected to be used, has what it really holds
 * counted at each write, and a write that does not fit any more is not executed: then this memory
 * is to that process as good as crashed.
 *
 * <p>Thread-safe.
 */
final class HostMemory {
  /** What a register that was written takes beside its bytes, about. */
  private static final long REGISTER_BYTES = 48;

  /** Thrown when there is no room for a write. */
  static final class FullException extends Exception {
    private static final long serialVersionUID = 1L;

    FullException(String message) {
      super(message, null, false, false);
    }
  }

  /** A region that is counted; its lock makes the count and the write one step. */
  private static final class Counted {}

  final RegionTable table = new RegionTable();
  private final Map<Integer, Value> descriptors = new HashMap<>();
  private final int regionsMax;
  private final long bytesMax;
  private final int frameBytesMax;

  /** Reserved and held together. Guarded by this object's lock. */
  private long bytes;

  /** By region id; null for those that are reserved. Replaced when it must grow. */
  private volatile @Nullable Counted[] counted = new Counted[0];

  HostMemory(int regionsMax, long bytesMax, int frameBytesMax) {
    this.regionsMax = regionsMax;
    this.bytesMax = bytesMax;
    this.frameBytesMax = frameBytesMax;
  }

  /**
   * Defines a region, unless the very same is defined already.
   *
   * @return whether it is new
   * @throws IllegalArgumentException that says why not
   */
  synchronized boolean define(Region region) {
    Value descriptor = Wire.encode(region);
    Value known = descriptors.get(region.id());
    if (known != null) {
      if (known.equals(descriptor)) {
        return false;
      }
      Region other = Wire.decodeRegionOrNull(known);
      throw new IllegalArgumentException(
          "region "
              + region.id()
              + " is defined already, differently, as "
              + (other == null ? "another" : other.name()));
    }
    if (region.registerBytes() > frameBytesMax - Wire.OPERATION_BYTES_MAX) {
      throw new IllegalArgumentException(
          "registers of "
              + region.registerBytes()
              + " bytes; frames here carry at most "
              + (frameBytesMax - Wire.OPERATION_BYTES_MAX));
    }
    if (descriptors.size() >= regionsMax) {
      throw new IllegalArgumentException("this memory holds at most " + regionsMax + " regions");
    }
    long whole = region.registers() * (region.registerBytes() + REGISTER_BYTES);
    boolean reserved = whole <= bytesMax - bytes;
    // What the table takes for a region that is empty but for its last register.
    long now = reserved ? whole : region.registers() / 4L;
    if (now > bytesMax - bytes || (!reserved && region.words())) {
      throw new IllegalArgumentException(
          "a region of "
              + region.registers()
              + " registers; this memory holds at most "
              + bytesMax
              + " bytes, and "
              + bytes
              + " are taken");
    }
    if (!reserved) {
      @Nullable Counted[] grown = Arrays.copyOf(counted, Math.max(counted.length, region.id() + 1));
      grown[region.id()] = new Counted();
      counted = grown;
    }
    table.define(region);
    descriptors.put(region.id(), descriptor);
    bytes += now;
    return true;
  }

  /** As {@link RegionTable#write}. */
  Outcome write(int process, int region, int register, Value value) throws FullException {
    @Nullable Counted[] regions = counted;
    Counted found = region >= 0 && region < regions.length ? regions[region] : null;
    if (found == null || !table.has(region, register)) {
      return table.write(process, region, register, value);
    }
    synchronized (found) {
      Value before = table.peek(region, register);
      long more = value.length() - before.length() + (before.isBottom() ? REGISTER_BYTES : 0);
      take(more);
      Outcome outcome = table.write(process, region, register, value);
      if (outcome != Outcome.ACK) {
        take(-more);
      }
      return outcome;
    }
  }

  private synchronized void take(long more) throws FullException {
    if (more > bytesMax - bytes) {
      throw new FullException("it holds " + bytes + " bytes of at most " + bytesMax);
    }
    bytes += more;
  }
}
