package org.remora.tests;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What happened at one register: who began to write or read which value when, and when that ended.
 * No value is written twice; 0 is the initial one.
 *
 * <p>Decides exactly whether the history is atomic (linearizable), by the zones of Gibbons and
 * Korach, <em>Testing Shared Memories</em>, 1997. A write and its reads form a cluster, which needs
 * a stretch of time of its own. If some operation of the cluster ends before another begins, the
 * register must hold the value from that end to that beginning: no other cluster may need any of
 * that time, neither for such a stretch nor for a moment that lies wholly within it.
 */
final class RegisterHistory {
  private static final long NEVER = Long.MAX_VALUE;

  private final List<Operation> operations = new ArrayList<>();
  private long time;

  /** A read or write; without an end until it ends. */
  final class Operation {
    private final boolean write;
    private final long begin = ++time;
    private long end = NEVER;
    private long value;

    private Operation(boolean write, long value) {
      this.write = write;
      this.value = value;
    }

    void ended() {
      end = ++time;
    }

    void ended(long valueRead) {
      value = valueRead;
      end = ++time;
    }

    @Override
    public String toString() {
      String ended = end == NEVER ? "…" : Long.toString(end);
      return begin + "–" + ended + (write ? " write " : " read ") + (isEmpty() ? "" : value);
    }

    /** Whether it is a read that told nobody anything. */
    private boolean isEmpty() {
      return !write && end == NEVER;
    }
  }

  Operation write(long value) {
    return add(new Operation(true, value));
  }

  Operation read() {
    return add(new Operation(false, -1));
  }

  int size() {
    return operations.size();
  }

  boolean isAtomic() {
    Map<Long, Cluster> clusters = new HashMap<>();
    clusters.put(0L, new Cluster(-2, -1));
    for (Operation operation : operations) {
      if (operation.write) {
        clusters.put(operation.value, new Cluster(operation.begin, operation.end));
      }
    }
    for (Operation read : operations) {
      if (!read.write && !read.isEmpty()) {
        Cluster cluster = clusters.get(read.value);
        if (cluster == null || read.end < cluster.writeBegin) {
          return false; // out of thin air, or before it was written
        }
        cluster.add(read);
      }
    }
    // A write that never ended and that nobody read need not have happened: it begins and never
    // ends, so that its moment lies within no stretch.
    List<Cluster> all = List.copyOf(clusters.values());
    for (Cluster one : all) {
      for (Cluster other : all) {
        if (one != other && one.excludes(other)) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public String toString() {
    StringBuilder lines = new StringBuilder();
    operations.forEach(operation -> lines.append('\n').append(operation));
    return lines.toString();
  }

  private Operation add(Operation operation) {
    operations.add(operation);
    return operation;
  }

  /** A write with its reads. */
  private static final class Cluster {
    private final long writeBegin;
    private long firstEnd;
    private long lastBegin;

    Cluster(long writeBegin, long writeEnd) {
      this.writeBegin = writeBegin;
      firstEnd = writeEnd;
      lastBegin = writeBegin;
    }

    void add(Operation read) {
      firstEnd = Math.min(firstEnd, read.end);
      lastBegin = Math.max(lastBegin, read.begin);
    }

    boolean holdsForAStretch() {
      return firstEnd < lastBegin;
    }

    /** Whether this one's stretch meets the stretch of another, or contains its moment. */
    boolean excludes(Cluster other) {
      return holdsForAStretch() && firstEnd < other.lastBegin && other.firstEnd < lastBegin;
    }
  }
}
