package org.remora.socket;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
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

  /** The most registers of a region of a durable memory: which were written is kept apart. */
  private static final int DURABLE_REGISTERS_MAX = 1 << 26;

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

  /** Where everything that changes is kept; null if nowhere. Its lock orders what changes. */
  private @Nullable Journal journal;

  /** By region id, which registers were written. Guarded by the journal's lock. */
  private final Map<Integer, BitSet> written = new TreeMap<>();

  HostMemory(int regionsMax, long bytesMax, int frameBytesMax) {
    this.regionsMax = regionsMax;
    this.bytesMax = bytesMax;
    this.frameBytesMax = frameBytesMax;
  }

  /**
   * Takes over what a journal holds, and keeps everything there from now on; the incarnation of the
   * contents. Before anything else.
   *
   * @throws IOException if it cannot be read, or holds more than this memory may
   */
  long recover(Durability durability, int number) throws IOException {
    Journal opened = Journal.open(durability, number, this::recovered);
    journal = opened;
    return opened.incarnation();
  }

  private void recovered(int type, int region, int register, Value value) throws IOException {
    try {
      switch (type) {
        case Journal.DEFINE -> {
          defineInMemory(Wire.decodeRegion(value));
          written.put(region, new BitSet());
        }
        case Journal.WRITE -> {
          take(growth(region, register, value));
          table.restore(region, register, value);
          written.computeIfAbsent(region, r -> new BitSet()).set(register);
        }
        case Journal.PERMISSION -> table.restore(region, Wire.decodePermission(value));
        default -> throw new IOException("the journal has a record of type " + type);
      }
    } catch (MalformedValueException | IllegalArgumentException | FullException e) {
      throw new IOException("the journal holds what this memory cannot: " + e.getMessage(), e);
    }
  }

  /** Before an answer is sent: all that it rests on is as durable as was asked for. */
  void settle() throws IOException {
    Journal kept = journal;
    if (kept != null) {
      kept.settle();
    }
  }

  /** Ends it; what it holds can be recovered, if it has a journal. */
  void close() {
    Journal kept = journal;
    if (kept != null) {
      kept.close();
    }
  }

  private void snapshot(Journal copy) throws IOException, FullException {
    Journal.Snapshot never =
        other -> {
          throw new IOException("a copy is not compacted");
        };
    for (Map.Entry<Integer, BitSet> region : written.entrySet()) {
      int id = region.getKey();
      Value descriptor = Objects.requireNonNull(descriptors.get(id));
      copy.reserve(descriptor.length(), never);
      copy.put(Journal.DEFINE, id, 0, descriptor);
      Value permission = Wire.encode(table.permission(id));
      copy.reserve(permission.length(), never);
      copy.put(Journal.PERMISSION, id, 0, permission);
      BitSet registers = region.getValue();
      for (int i = registers.nextSetBit(0); i >= 0; i = registers.nextSetBit(i + 1)) {
        Value value = table.peek(id, i);
        copy.reserve(value.length(), never);
        copy.put(Journal.WRITE, id, i, value);
      }
    }
  }

  /**
   * Defines a region, unless the very same is defined already.
   *
   * @return whether it is new
   * @throws IllegalArgumentException that says why not
   */
  boolean define(Region region) {
    Journal kept = journal;
    if (kept == null) {
      return defineInMemory(region);
    }
    synchronized (kept) {
      if (region.registers() > DURABLE_REGISTERS_MAX) {
        throw new IllegalArgumentException(
            region.registers()
                + " registers; a durable memory has at most "
                + DURABLE_REGISTERS_MAX
                + " in a region");
      }
      Value descriptor = Wire.encode(region);
      try {
        kept.reserve(descriptor.length(), this::snapshot);
      } catch (FullException full) {
        throw new IllegalArgumentException(full.getMessage(), full);
      }
      if (!defineInMemory(region)) {
        return false;
      }
      kept.put(Journal.DEFINE, region.id(), 0, descriptor);
      written.put(region.id(), new BitSet());
      return true;
    }
  }

  private synchronized boolean defineInMemory(Region region) {
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
    Journal kept = journal;
    if (kept == null) {
      return writeInMemory(process, region, register, value);
    }
    // The order in the journal is that in memory. The room is there before the memory changes: what
    // others have read must not be lost.
    synchronized (kept) {
      kept.reserve(value.length(), this::snapshot);
      Outcome outcome = writeInMemory(process, region, register, value);
      if (outcome == Outcome.ACK) {
        keep(kept, region, register, value);
      }
      return outcome;
    }
  }

  /** As {@link RegionTable#compareAndSwap}. */
  OptionalLong compareAndSwap(int process, int region, int register, long expected, long desired)
      throws FullException {
    Journal kept = journal;
    if (kept == null) {
      return table.compareAndSwap(process, region, register, expected, desired);
    }
    synchronized (kept) {
      kept.reserve(Long.BYTES, this::snapshot);
      OptionalLong before = table.compareAndSwap(process, region, register, expected, desired);
      if (before.isPresent() && before.getAsLong() == expected) {
        keep(kept, region, register, Value.ofWord(desired));
      }
      return before;
    }
  }

  /** As {@link RegionTable#changePermission}. */
  Outcome changePermission(int process, int region, Permission permission) throws FullException {
    Journal kept = journal;
    if (kept == null) {
      return table.changePermission(process, region, permission);
    }
    synchronized (kept) {
      Value encoded = Wire.encode(permission);
      kept.reserve(encoded.length(), this::snapshot);
      Outcome outcome = table.changePermission(process, region, permission);
      if (outcome == Outcome.ACK) {
        kept.put(Journal.PERMISSION, region, 0, encoded);
      }
      return outcome;
    }
  }

  private void keep(Journal kept, int region, int register, Value value) {
    kept.put(Journal.WRITE, region, register, value);
    written.computeIfAbsent(region, r -> new BitSet()).set(register);
  }

  private Outcome writeInMemory(int process, int region, int register, Value value)
      throws FullException {
    Counted found = counted(region);
    if (found == null || !table.has(region, register)) {
      return table.write(process, region, register, value);
    }
    synchronized (found) {
      long more = growth(region, register, value);
      take(more);
      Outcome outcome = table.write(process, region, register, value);
      if (outcome != Outcome.ACK) {
        take(-more);
      }
      return outcome;
    }
  }

  private @Nullable Counted counted(int region) {
    @Nullable Counted[] regions = counted;
    return region >= 0 && region < regions.length ? regions[region] : null;
  }

  /** How much more a counted region holds with that value in that register. */
  private long growth(int region, int register, Value value) {
    if (counted(region) == null || !table.has(region, register)) {
      return 0;
    }
    Value before = table.peek(region, register);
    return value.length() - before.length() + (before.isBottom() ? REGISTER_BYTES : 0);
  }

  private synchronized void take(long more) throws FullException {
    if (more > bytesMax - bytes) {
      throw new FullException("it holds " + bytes + " bytes of at most " + bytesMax);
    }
    bytes += more;
  }
}
