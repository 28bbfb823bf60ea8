package org.remora.sim;

/** Thrown when a program threw in a world; it names the seed with which that can be seen again. */
public final class SimulationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SimulationException(long seed, long event, Throwable cause) {
    super("seed " + seed + ", event " + event + ": " + cause, cause);
  }
}
