package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import org.remora.crash.Omega;
import org.remora.memory.ProcessContext;

/**
 * Ω from a clock alone: processes 1, 2, … lead in turn, each round of turns twice as long as the
 * one before. Nothing that a Byzantine process does can hold a turn or take one.
 *
 * <p>Processes that start within some time of each other agree on the leader for most of every turn
 * that is much longer than that; once a turn of a correct process is long enough for a decision,
 * there is one. Used on the event loop only.
 */
public final class RotatingOmega implements Omega {
  private static final int DOUBLINGS_MAX = 20;

  private final ProcessContext process;
  private final long turnNanos;
  private final List<Runnable> listeners = new ArrayList<>();
  private int turns;
  private boolean stopped;

  private RotatingOmega(ProcessContext process, long turnNanos) {
    this.process = process;
    this.turnNanos = turnNanos;
  }

  /**
   * The Ω of {@code process}, whose first turns are so long.
   *
   * @throws IllegalArgumentException if they have no length
   */
  public static RotatingOmega start(ProcessContext process, long turnNanos) {
    if (turnNanos < 1) {
      throw new IllegalArgumentException("a turn has a length");
    }
    RotatingOmega omega = new RotatingOmega(process, turnNanos);
    process.execute(omega::await);
    return omega;
  }

  /** Lets the leader be whoever it is now; from any thread. */
  public void stop() {
    process.execute(() -> stopped = true);
  }

  @Override
  public int leader() {
    return turns % process.processes() + 1;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  private void await() {
    int doublings = Math.min(turns / process.processes(), DOUBLINGS_MAX);
    process
        .clock()
        .after(
            turnNanos << doublings,
            () -> {
              if (!stopped) {
                turns++;
                listeners.forEach(Runnable::run);
                await();
              }
            });
  }
}
