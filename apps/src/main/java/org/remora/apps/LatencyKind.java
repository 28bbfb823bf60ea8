package org.remora.apps;

import java.util.Locale;
import org.remora.memory.Clock;
import org.remora.sim.Latency;

/** How long a message, a request to a memory or its answer takes in the simulator, by name. */
enum LatencyKind {
  /** Exactly one delay: the common execution. */
  CONSTANT(Latency.ONE_DELAY),
  /** From half a delay to one and a half. */
  UNIFORM(Latency.uniform(Clock.DELAY_NANOS / 2, Clock.DELAY_NANOS * 3 / 2)),
  /** From half a delay to three. */
  WIDE(Latency.uniform(Clock.DELAY_NANOS / 2, Clock.DELAY_NANOS * 3)),
  /** Mostly little more than one delay, sometimes up to a thousand. */
  HEAVY_TAILED(Latency.heavyTailed(Clock.DELAY_NANOS));

  @SuppressWarnings("ImmutableEnumChecker") // what draws has no state
  private final Latency latency;

  LatencyKind(Latency latency) {
    this.latency = latency;
  }

  Latency latency() {
    return latency;
  }

  /** The name on the command line. */
  String commandName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
