package org.remora.memory;

/**
 * A process's clock: virtual in simulation, where one delay is {@value #DELAY_NANOS} nanoseconds,
 * monotonic real time elsewhere. Called on the event loop only.
 */
public interface Clock {
  /** One delay of the model, in the simulator's virtual nanoseconds. */
  long DELAY_NANOS = 1_000;

  /** Nanoseconds since an arbitrary origin; never decreases. */
  long now();

  /**
   * Runs {@code expiry} on the event loop once at least {@code delayNanos} have passed.
   *
   * @return a handle to call it off
   */
  Timer after(long delayNanos, Runnable expiry);

  /** A timer that was set. */
  interface Timer {
    /** Calls the expiry off, if it has not run yet. */
    void cancel();
  }
}
