package org.remora.verbs;

/**
 * The work requests that a process has posted, counted as they are handed to its card.
 *
 * @param writes RDMA writes
 * @param reads RDMA reads
 * @param atomics compare-and-swaps
 * @param messages messages to memories' hosts, for setting up, permissions and questions
 */
public record WorkRequests(long writes, long reads, long atomics, long messages) {
  /** These and others. */
  public WorkRequests plus(WorkRequests other) {
    return new WorkRequests(
        writes + other.writes,
        reads + other.reads,
        atomics + other.atomics,
        messages + other.messages);
  }

  /** These without those of before. */
  public WorkRequests minus(WorkRequests before) {
    return new WorkRequests(
        writes - before.writes,
        reads - before.reads,
        atomics - before.atomics,
        messages - before.messages);
  }
}
