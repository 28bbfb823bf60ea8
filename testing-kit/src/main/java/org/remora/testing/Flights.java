package org.remora.testing;

import java.util.Locale;
import org.remora.memory.Clock;
import org.remora.sim.Latency;

/** How long messages, requests to memories and their answers are in flight; the simplest first. */
public enum Flights {
  /** Each exactly one delay. */
  ONE_DELAY(Latency.ONE_DELAY),
  /** Each between a half and three delays. */
  UNEVEN(Latency.uniform(Clock.DELAY_NANOS / 2, 3 * Clock.DELAY_NANOS)),
  /** Mostly half a delay, sometimes hundreds. */
  HEAVY_TAILED(Latency.heavyTailed(Clock.DELAY_NANOS / 2));

  @SuppressWarnings("ImmutableEnumChecker") // latencies have no state
  private final Latency latency;

  Flights(Latency latency) {
    this.latency = latency;
  }

  /** The latency of the simulator. */
  public Latency latency() {
    return latency;
  }

  /** The name in the text of a plan: {@code heavy-tailed}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
