package org.remora.byzantine;

import org.remora.memory.Value;

/**
 * How Cheap Quorum ends for a process in panic: with a value for Preferential Paxos, its priority,
 * and the evidence for that.
 *
 * @param value the value
 * @param priority {@link #UNANIMOUS}, {@link #SIGNED} or {@link #BARE}
 * @param evidence what proves the priority
 */
public record Abort(Value value, int priority, Value evidence) {
  /** T: all processes have signed for the value; the evidence is the proof of unanimity. */
  public static final int UNANIMOUS = 2;

  /** M: the leader has signed the value; the evidence is its signature. */
  public static final int SIGNED = 1;

  /** B: any other value; the evidence is empty. */
  public static final int BARE = 0;
}
