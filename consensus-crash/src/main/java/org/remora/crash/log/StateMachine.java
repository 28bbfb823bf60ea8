package org.remora.crash.log;

import org.remora.memory.Value;

/**
 * What an application replicates. Every replica applies the same commands in the same order, so it
 * must be deterministic: the same commands give the same states and results everywhere.
 *
 * <p>Its methods are called on the process's event loop, one at a time, and hold up everything else
 * there while they run. What they throw stops the process as if it had crashed.
 */
public interface StateMachine {
  /**
   * Applies a command.
   *
   * @param index the place of its entry in the log; several commands may share one
   * @param command as it was appended
   * @return the result that whoever appended it gets; not ⊥
   */
  Value apply(long index, Value command);

  /**
   * Answers a question without changing anything.
   *
   * @return the answer; not ⊥
   */
  Value query(Value question);

  /** The whole state, in bytes that {@link #restore} understands; not ⊥. */
  Value snapshot();

  /** Replaces the state by that of a {@link #snapshot}, of this or another replica. */
  void restore(Value snapshot);
}
