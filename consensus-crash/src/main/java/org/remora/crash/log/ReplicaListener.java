package org.remora.crash.log;

/**
 * Who is told of what happens to a replica. Called on the event loop; must return soon, and not
 * throw.
 */
public interface ReplicaListener {
  /**
   * Another leader is known.
   *
   * @param leader the process that has taken over a majority of the memories; 0 if this replica was
   *     that one and no longer is
   * @param proposal the number of its term
   */
  default void leaderChanged(int leader, long proposal) {}

  /** The membership has changed. */
  default void configurationChanged(Configuration configuration) {}

  /**
   * This replica misses entries that may be gone from the memories, and fetches them from another.
   *
   * @param applied how far it is
   */
  default void behind(long applied) {}

  /**
   * A snapshot of another replica was installed.
   *
   * @param index it holds everything up to this entry
   */
  default void restored(long index) {}

  /**
   * As the leader, this replica no longer waits for one that has not reported progress: it may need
   * a snapshot.
   *
   * @param replica which
   * @param applied how far it said it is
   */
  default void leftBehind(int replica, long applied) {}

  /**
   * A memory has owed this replica, as the leader, answers for long: it crashed, or the way to it
   * is broken.
   */
  default void memorySilent(int memory) {}

  /** A memory that was silent answers again. */
  default void memoryAnswers(int memory) {}

  /**
   * Commands or reads were refused because too many wait. Told at most once a second.
   *
   * @param refused how many, since this was told last
   * @param why of the last one
   */
  default void overloaded(long refused, String why) {}
}
