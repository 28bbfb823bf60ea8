package org.remora.sim.explore;

/**
 * How far an exploration has come.
 *
 * @param states the states seen so far
 * @param nanos the time since it began
 * @param explored an estimate of the part of the work that is done, from 0 to 1: as if behind every
 *     branch there were equally much
 */
public record Progress(long states, long nanos, double explored) {
  /** States a second, of all workers together. */
  public double rate() {
    return nanos == 0 ? 0 : states * 1e9 / nanos;
  }

  /** An estimate of the nanoseconds that are left; it errs much at the beginning. */
  public double nanosLeft() {
    return explored == 0 ? Double.POSITIVE_INFINITY : nanos * (1 - explored) / explored;
  }
}
