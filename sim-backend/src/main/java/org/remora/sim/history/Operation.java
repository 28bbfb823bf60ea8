package org.remora.sim.history;

/**
 * One operation of a history, as its caller saw it.
 *
 * @param process the caller
 * @param object the object that it is on; different objects are checked apart
 * @param input what was asked
 * @param output what was answered; of no account if it never was
 * @param called when it was called
 * @param returned when it was answered, after {@code called}; {@link #NEVER} if it never was
 * @param <I> inputs
 * @param <O> outputs
 */
public record Operation<I, O>(
    int process, String object, I input, O output, long called, long returned) {
  /** It was never answered: it took effect at some time after the call, or not at all. */
  public static final long NEVER = Long.MAX_VALUE;

  /**
   * Checks the times.
   *
   * @throws IllegalArgumentException if it was answered before it was called
   */
  public Operation {
    if (returned <= called) {
      throw new IllegalArgumentException("answered at " + returned + ", called at " + called);
    }
  }

  /** Whether it was answered. */
  public boolean isComplete() {
    return returned != NEVER;
  }
}
