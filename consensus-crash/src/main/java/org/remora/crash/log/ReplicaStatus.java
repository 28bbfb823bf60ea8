package org.remora.crash.log;

import java.util.List;

/**
 * How a replica is.
 *
 * @param process its number
 * @param leads whether it leads: a majority of the memories was taken over, and no rival was met
 *     since
 * @param leader the leader that it knows of; 0 for none
 * @param proposal the number of that one's term
 * @param applied it has applied all entries up to this one
 * @param decided all up to this one are known to be decided
 * @param transferring whether it fetches what it misses from another replica
 * @param cutOff whether, as the leader or while it tried to be, it got no answer from a majority of
 *     the memories for a while
 * @param silentMemories the memories that have owed it answers, as the leader, for long
 * @param sessions how many client sessions there are
 * @param configuration the members
 * @param appliedBy how far each process, from 1, said it is
 * @param acknowledgedAt how far each memory, from 1, has what this leader wrote; −1 if it was not
 *     taken over, or this replica does not lead
 */
public record ReplicaStatus(
    int process,
    boolean leads,
    int leader,
    long proposal,
    long applied,
    long decided,
    boolean transferring,
    boolean cutOff,
    List<Integer> silentMemories,
    int sessions,
    Configuration configuration,
    List<Long> appliedBy,
    List<Long> acknowledgedAt) {
  /** Takes copies. */
  public ReplicaStatus {
    silentMemories = List.copyOf(silentMemories);
    appliedBy = List.copyOf(appliedBy);
    acknowledgedAt = List.copyOf(acknowledgedAt);
  }

  /** What an operator wants to know first. */
  public enum Health {
    /** There is a leader, and this replica keeps up. */
    UP,
    /** It leads, but not all memories answer: it has fewer to lose. */
    DEGRADED,
    /** It fetches what it misses. */
    BEHIND,
    /** It knows of no leader. */
    NO_LEADER,
    /** It does not reach a majority of the memories: nothing is decided through it. */
    CUT_OFF
  }

  /** In a word. */
  public Health health() {
    if (cutOff) {
      return Health.CUT_OFF;
    } else if (transferring) {
      return Health.BEHIND;
    } else if (leader == 0) {
      return Health.NO_LEADER;
    }
    return leads && !silentMemories.isEmpty() ? Health.DEGRADED : Health.UP;
  }
}
