package org.remora.byzantine;

import java.util.Objects;
import org.remora.crash.Instance;

/**
 * What the processes of one instance of Byzantine agreement must know alike.
 *
 * @param number the number of the instance, from 1, unique on its machine. It takes the region ids
 *     from (2n+1)·number on, 2n+1 of them, where an instance for crash faults takes the id number:
 *     on a machine with both, number them apart
 * @param processes n
 * @param faults f, how many processes may be Byzantine
 * @param valueBytes the most bytes that a proposed value has
 * @param broadcastsMax the most messages that one process broadcasts in the instance. A process
 *     that has used them up falls silent; no process can make another one keep more than as many
 * @param timing how long to wait before looking, panicking, trying or asking again
 */
public record ByzantineInstance(
    int number, int processes, int faults, int valueBytes, int broadcastsMax, Timing timing) {
  /** The bound on values where none is named: 4 KiB. */
  public static final int VALUE_BYTES_DEFAULT = 4 * 1024;

  /** The bound on broadcasts where none is named. */
  public static final int BROADCASTS_DEFAULT = 4 * 1024;

  /**
   * Checks the numbers. That n ≥ 2·f + 1 is checked where the instance is installed.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ByzantineInstance {
    Objects.requireNonNull(timing);
    if (number < 1 || processes < 1 || faults < 0 || valueBytes < 1 || broadcastsMax < 1) {
      throw new IllegalArgumentException(
          "an instance has a positive number, positive bounds and no negative number of faults");
    }
  }

  /** Instance {@code number} for n processes and the most faults they tolerate, ⌊(n−1)/2⌋. */
  public static ByzantineInstance of(int number, int processes) {
    return of(number, processes, (processes - 1) / 2);
  }

  /** Instance {@code number} for n processes of which f may be Byzantine. */
  public static ByzantineInstance of(int number, int processes, int faults) {
    return new ByzantineInstance(
        number, processes, faults, VALUE_BYTES_DEFAULT, BROADCASTS_DEFAULT, Timing.DEFAULT);
  }

  /** This instance with other waits. */
  public ByzantineInstance withTiming(Timing other) {
    return new ByzantineInstance(number, processes, faults, valueBytes, broadcastsMax, other);
  }

  /** This instance with another bound on broadcasts. */
  public ByzantineInstance withBroadcastsMax(int other) {
    return new ByzantineInstance(number, processes, faults, valueBytes, other, timing);
  }

  /**
   * Checks that so few faults can be tolerated.
   *
   * @throws IllegalArgumentException unless n ≥ 2·f + 1
   */
  void checkBound() {
    if (processes < 2 * faults + 1) {
      throw new IllegalArgumentException(
          processes
              + " processes do not tolerate "
              + faults
              + " Byzantine ones: that takes n ≥ 2f + 1 = "
              + (2 * faults + 1));
    }
  }

  /** How many processes answer for certain: n − f. */
  int quorum() {
    return processes - faults;
  }

  /** The id of the leader's region of Cheap Quorum. */
  int leaderRegion() {
    return (2 * processes + 1) * number;
  }

  /** The id of a process's own region of Cheap Quorum. */
  int cheapQuorumRegion(int process) {
    return leaderRegion() + process;
  }

  /** The id of a process's region of the broadcast. */
  int broadcastRegion(int process) {
    return leaderRegion() + processes + process;
  }

  /** The instance of Paxos that runs inside. Its channels are those of its own trusted links. */
  Instance paxos() {
    return new Instance(1, valueBytes, timing.paxos());
  }

  /** The most bytes of anything that carries a value: the value, signatures over it, a header. */
  int carrierBytes() {
    return 64 + valueBytes + Certificate.bytes(valueBytes, processes);
  }

  /**
   * How long a process waits, in nanoseconds of its clock. Only speed depends on these, never
   * safety.
   *
   * @param lookNanos the wait before registers in which nothing new was found are read again; it
   *     doubles from time to time
   * @param lookNanosMax the longest such wait
   * @param panicNanos how long a step of Cheap Quorum may take before the process panics
   * @param paxos the waits of Paxos over trusted links
   */
  public record Timing(long lookNanos, long lookNanosMax, long panicNanos, Instance.Timing paxos) {
    /**
     * For memories at a distance of microseconds: looks every 2 µs to 1 ms, panics after 100 µs,
     * and gives a message of Paxos, which takes a dozen memory operations, time accordingly.
     */
    public static final Timing DEFAULT =
        new Timing(
            2_000,
            1_000_000,
            100_000,
            new Instance.Timing(100_000, 50_000_000, 1_000_000, 1_000_000_000));

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException unless all are positive and no maximum is below its first
     */
    public Timing {
      Objects.requireNonNull(paxos);
      if (lookNanos < 1 || lookNanosMax < lookNanos || panicNanos < 1) {
        throw new IllegalArgumentException("waits are positive and do not end below their first");
      }
    }
  }
}
