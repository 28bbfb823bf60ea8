package org.remora.memory;

/**
 * What an algorithm has spent: each number counts what was submitted, whether or not it was
 * answered.
 *
 * @param memoryReads reads of a register or a range
 * @param memoryWrites writes
 * @param compareAndSwaps compare-and-swaps
 * @param permissionChanges requests to change a permission
 * @param messages messages sent, those to oneself not counted
 * @param signatures signatures made
 * @param verifications signatures verified
 * @param bytes payload bytes of writes and of counted messages
 */
public record Costs(
    long memoryReads,
    long memoryWrites,
    long compareAndSwaps,
    long permissionChanges,
    long messages,
    long signatures,
    long verifications,
    long bytes) {
  /** Nothing spent. */
  public static final Costs NONE = new Costs(0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public Costs plus(Costs other) {
    return new Costs(
        memoryReads + other.memoryReads,
        memoryWrites + other.memoryWrites,
        compareAndSwaps + other.compareAndSwaps,
        permissionChanges + other.permissionChanges,
        messages + other.messages,
        signatures + other.signatures,
        verifications + other.verifications,
        bytes + other.bytes);
  }
}
