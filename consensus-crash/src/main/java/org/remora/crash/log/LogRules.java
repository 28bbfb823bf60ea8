package org.remora.crash.log;

import org.remora.memory.Coin;
import org.remora.memory.Quorum;

/**
 * The rules that the safety of the log rests on, each with the reason why it may not be broken. A
 * {@link LogMutation} replaces exactly one, and the checkers must notice.
 */
class LogRules {
  /** All rules kept. */
  static final LogRules KEPT = new LogRules();

  /**
   * How many memories decide, and are taken over. A majority: what was decided must be found in at
   * least one memory that is taken over later.
   */
  int quorum(int memories) {
    return Quorum.majority(memories);
  }

  /**
   * Whether a takeover takes the permission of a memory before it reads there. Read first, and the
   * old leader can still write after the read, and decide.
   */
  boolean takesPermissionBeforeReading() {
    return true;
  }

  /**
   * Whether a number found at a memory bars the way. A higher one means that a rival has taken over
   * there; it may have read this memory before we write, and would not adopt what we decide. The
   * same one is our own from an earlier life.
   */
  boolean isOutrun(long found, long proposal) {
    return found >= proposal;
  }

  /**
   * Which of two batches found for one index to go on with: that of the higher proposal. The other
   * may never have been decided, this one may.
   */
  boolean isPreferred(long proposal, long toProposal) {
    return proposal > toProposal;
  }

  /**
   * After how many empty indices in a row a takeover ends to read a ring: as many as the window is
   * wide, for a leader may have any of so many outstanding. Stop at the first hole, and what was
   * decided behind it is lost.
   */
  int holes(int window) {
    return window;
  }

  /**
   * From which index on empty ones are counted: the highest from which some leader's entries are
   * without wide holes at this memory. Before it the memory may have been left behind.
   */
  long countHolesFrom(long first, long highestFrom) {
    return Math.max(first, highestFrom);
  }

  /**
   * Whether a memory's content shows that this process is behind: it misses entries that may be
   * overwritten already, and must not take what it finds in their place for empty.
   */
  boolean isBehind(long found, long decided, int reach) {
    return found > decided + reach;
  }

  /**
   * Whether an entry of a proposal is what a claim of another one speaks of; see {@link Claims}.
   */
  boolean mayTrustClaim(long claimed, long proposal) {
    return proposal >= claimed;
  }

  /**
   * Which of an index's two registers to write at a memory that holds the index already: not the
   * one with the newest content. It may have been decided, and would be gone while the write, or if
   * a revocation cuts it off.
   *
   * @param newest 0 or 1
   */
  int registerBeside(int newest) {
    return 1 - newest;
  }

  /**
   * Whether the first operation of a term at a memory waits for the last of the own earlier term
   * there. An old write could otherwise land under the permission that was taken again, over a new
   * one that was acknowledged.
   */
  boolean awaitsStragglers() {
    return true;
  }

  /**
   * How far beyond the lowest index that is not acknowledged at a memory the leader may write
   * there: less than the window. A takeover reads on over so many holes and no more.
   */
  int windowAt(int window) {
    return window;
  }

  /**
   * How far beyond the decided entries the leader may write: a window. So much and no more can be
   * undecided at a change of leaders, and what it overwrites in the ring is decided.
   */
  long limit(long decided, int window) {
    return decided + window;
  }

  /**
   * Whether the leader waits, after it has left entries out at a memory, for its slot to say so
   * before it goes on there. Otherwise a takeover stops reading before the entries behind the gap.
   */
  boolean announcesGaps() {
    return true;
  }

  /**
   * Whether a read waits for a majority of memories to confirm, after the read was invoked, that
   * the leader still has their permission. It may have lost it, and others decided since.
   */
  boolean probes() {
    return true;
  }

  /**
   * Whether a read waits until what the leader adopted is decided. Something in it may have been
   * decided, and answered, in an earlier term.
   */
  boolean readsAwaitAdopted() {
    return true;
  }

  /**
   * Whether a command of a session that was applied before is not applied again. A command is sent
   * again whenever its fate is unknown.
   */
  boolean deduplicates() {
    return true;
  }

  /**
   * Whether sessions are part of a snapshot. Who starts from one must know what was applied before.
   */
  boolean snapshotsSessions() {
    return true;
  }

  /**
   * Whether a term ends with a change of membership. The entries after it are decided by another
   * majority, which this term has not taken over.
   */
  boolean endsTermWithMembership() {
    return true;
  }

  /**
   * After which number a replica counts the reads that it asks the leader about: one that it drew.
   * An answer to a read of the process that had this number before it crashed may arrive yet, and
   * tells too low an index for a read that was asked since: it must not meet one of its number.
   */
  long readsBegin(Coin coin) {
    return coin.below(Long.MAX_VALUE / 2);
  }
}
