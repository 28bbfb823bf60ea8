package org.remora.crash;

import java.util.ArrayList;
import java.util.List;
import org.remora.memory.Clock;
import org.remora.memory.ProcessContext;

/** An Ω that says what it is told to, when it is told to: for simulation. */
public final class ScriptedOmega implements Omega {
  private final List<Runnable> listeners = new ArrayList<>();
  private int leader;

  private ScriptedOmega(int leader) {
    this.leader = leader;
  }

  /**
   * A change of leader.
   *
   * @param nanos when, in nanoseconds after the start; not before the change before it
   * @param leader the leader from then on; 0 for none
   */
  public record Change(long nanos, int leader) {}

  /** An Ω at {@code process} that begins with {@code leader}, and then makes the changes. */
  public static ScriptedOmega start(ProcessContext process, int leader, List<Change> changes) {
    ScriptedOmega omega = new ScriptedOmega(leader);
    process.execute(() -> omega.await(process.clock(), process.clock().now(), changes));
    return omega;
  }

  @Override
  public int leader() {
    return leader;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * Waits for the next change only when the one before was made: an adversary keeps their order.
   */
  private void await(Clock clock, long start, List<Change> changes) {
    if (!changes.isEmpty()) {
      Change next = changes.get(0);
      clock.after(
          start + next.nanos - clock.now(),
          () -> {
            name(next.leader);
            await(clock, start, changes.subList(1, changes.size()));
          });
    }
  }

  private void name(int newLeader) {
    if (leader != newLeader) {
      leader = newLeader;
      listeners.forEach(Runnable::run);
    }
  }
}
