package org.remora.testing;

import java.util.Objects;

/** Thrown when a run breaks a requirement; its message is the report. */
public final class CounterexampleError extends AssertionError {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialized
  private final transient Counterexample counterexample;

  /** An error that reports a counterexample. */
  public CounterexampleError(Counterexample counterexample) {
    super(counterexample.report(), counterexample.cause());
    this.counterexample = Objects.requireNonNull(counterexample);
  }

  /** What it reports. */
  public Counterexample counterexample() {
    return counterexample;
  }
}
