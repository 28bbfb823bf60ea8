package org.remora.crash;

/**
 * Ω, the eventual leader: from some time on, all correct processes are told the same leader, and it
 * is correct. Before that, any process may be told anything: safety never rests on Ω.
 *
 * <p>One process's view of it, used on that process's event loop only.
 */
public interface Omega {
  /** The process that is the leader as far as this process knows; 0 if it knows none. */
  int leader();

  /** Runs {@code listener} on the event loop after every change of {@link #leader}. */
  void onChange(Runnable listener);

  /** Asks that this process be the leader no more. Without effect where nobody can see to that. */
  default void abdicate() {}

  /**
   * Asks that, while {@code back}, any other process that is alive be the leader in place of this
   * one, which could not do much as such; if there is none, it may be named all the same. Without
   * effect where nobody can see to that.
   */
  default void standBack(boolean back) {}
}
