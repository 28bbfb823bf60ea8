package org.remora.socket;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Region;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;

/** What a host holds: a region table, whose regions are bounded in number and size. Thread-safe. */
final class HostMemory {
  /** What a register takes beside its bytes, about. */
  private static final long REGISTER_BYTES = 48;

  /** The answer to a read of a whole region still fits one frame. */
  private static final long REGION_BYTES_MAX = 1L << 30;

  final RegionTable table = new RegionTable();
  private final Map<Integer, Value> descriptors = new HashMap<>();
  private final int regionsMax;
  private final long bytesMax;
  private final int frameBytesMax;
  private long bytes;

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
    long size = region.registers() * (region.registerBytes() + REGISTER_BYTES);
    if (size > REGION_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a region of " + size + " bytes; at most " + REGION_BYTES_MAX + " are served");
    }
    if (region.registerBytes() > frameBytesMax - Wire.OPERATION_BYTES_MAX) {
      throw new IllegalArgumentException(
          "registers of "
              + region.registerBytes()
              + " bytes; frames here carry at most "
              + (frameBytesMax - Wire.OPERATION_BYTES_MAX));
    }
    if (descriptors.size() >= regionsMax || size > bytesMax - bytes) {
      throw new IllegalArgumentException(
          "this memory holds at most "
              + regionsMax
              + " regions of "
              + bytesMax
              + " bytes together; "
              + descriptors.size()
              + " of "
              + bytes
              + " are there");
    }
    table.define(region);
    descriptors.put(region.id(), descriptor);
    bytes += size;
    return true;
  }

  /** The descriptor of a region; null if there is none of that id. */
  synchronized @Nullable Value descriptor(int id) {
    return descriptors.get(id);
  }
}
