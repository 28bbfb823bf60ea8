package org.remora.byzantine;

import org.remora.memory.Value;

/**
 * What proves a priority in Preferential Paxos. Every process asks it, of every input, its own
 * included, and all must get the same answer: a pure function.
 */
@FunctionalInterface
public interface PriorityRule {
  /** Every claim is believed: for applications whose processes may choose their priority. */
  PriorityRule CLAIMED = (value, priority, evidence) -> true;

  /** Whether {@code evidence} proves that {@code value} has {@code priority}. Any input is safe. */
  boolean proves(Value value, int priority, Value evidence);
}
