package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import org.remora.crash.Omega;

/**
 * Ω as a replayed algorithm sees it: changes of leader are local events of its history. A Byzantine
 * process may invent them, and the others may be told wrong ones: safety never rests on Ω.
 */
final class RecordedOmega implements Omega {
  private final List<Runnable> listeners = new ArrayList<>();

  /** Process 1 leads until somebody is told otherwise: one event fewer in every history. */
  private int leader = 1;

  void name(int newLeader) {
    if (leader != newLeader) {
      leader = newLeader;
      listeners.forEach(Runnable::run);
    }
  }

  @Override
  public int leader() {
    return leader;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }
}
