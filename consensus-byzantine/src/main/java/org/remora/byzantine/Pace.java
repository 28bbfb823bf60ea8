package org.remora.byzantine;

import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;

/**
 * When to look at registers again: at once after something new was found, else after a wait that
 * doubles every few looks. Stops when told to.
 */
final class Pace {
  private static final int LOOKS_PER_WAIT = 8;

  private final Clock clock;
  private final ByzantineInstance.Timing timing;
  private final Runnable look;
  private long waitNanos;
  private int looks;
  private boolean stopped;
  private Clock.@Nullable Timer timer;

  Pace(Clock clock, ByzantineInstance.Timing timing, Runnable look) {
    this.clock = clock;
    this.timing = timing;
    this.look = look;
    waitNanos = timing.lookNanos();
  }

  /** Something new was found: waits are short again. */
  void quicken() {
    waitNanos = timing.lookNanos();
    looks = 0;
    Clock.Timer pending = timer;
    if (pending != null && !stopped) {
      pending.cancel();
      arm();
    }
  }

  /** Looks now, and again and again. */
  void start() {
    tick();
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void tick() {
    timer = null;
    if (!stopped) {
      if (waitNanos < timing.lookNanosMax() && ++looks > LOOKS_PER_WAIT) {
        looks = 0;
        waitNanos = Math.min(2 * waitNanos, timing.lookNanosMax());
      }
      arm();
      look.run();
    }
  }

  private void arm() {
    timer = clock.after(waitNanos, this::tick);
  }
}
