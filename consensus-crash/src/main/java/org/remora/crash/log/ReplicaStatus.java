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
    int sessions,
    Configuration configuration,
    List<Long> appliedBy,
    List<Long> acknowledgedAt) {
  /** Takes copies. */
  public ReplicaStatus {
    appliedBy = List.copyOf(appliedBy);
    acknowledgedAt = List.copyOf(acknowledgedAt);
  }

  /** What an operator wants to know first. */
  public enum Health {
    /** There is a leader, and this replica keeps up. */
    UP,
    /** It fetches what it misses. */
    BEHIND,
    /** It knows of no leader. */
    NO_LEADER
  }

  /** In a word. */
  public Health health() {
    return transferring ? Health.BEHIND : leader == 0 ? Health.NO_LEADER : Health.UP;
  }
}
