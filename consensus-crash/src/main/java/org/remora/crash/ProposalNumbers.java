package org.remora.crash;

/**
 * The proposal numbers of one process: positive, each higher than any it has seen or used, and of
 * no other process. Number k·n + p − 1 is the k-th round of process p of n, k from 1, so that
 * process 1's first number is the lowest of all.
 */
final class ProposalNumbers {
  private final int self;
  private final int processes;
  private long highest;

  ProposalNumbers(int self, int processes) {
    this.self = self;
    this.processes = processes;
  }

  /** Takes note of a number in use. */
  void seen(long proposal) {
    highest = Math.max(highest, proposal);
  }

  /** A number higher than any seen. */
  long next() {
    long round = highest / processes + 1;
    highest = round * processes + self - 1;
    return highest;
  }
}
