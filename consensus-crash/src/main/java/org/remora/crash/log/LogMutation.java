package org.remora.crash.log;

import org.remora.memory.Coin;

/**
 * A known-wrong variant of the log: one rule of safety broken. For checking checkers only: a
 * checker that finds nothing wrong under a mutation is itself broken.
 */
public enum LogMutation {
  /** A minority decides. */
  DECIDE_ON_MINORITY(
      new LogRules() {
        @Override
        int quorum(int memories) {
          return Math.max(1, super.quorum(memories) - 1);
        }
      }),
  /** A takeover reads before it takes the permission. */
  READ_BEFORE_PERMISSION(
      new LogRules() {
        @Override
        boolean takesPermissionBeforeReading() {
          return false;
        }
      }),
  /** A higher number does not end a takeover. */
  IGNORE_HIGHER_PROPOSAL(
      new LogRules() {
        @Override
        boolean isOutrun(long found, long proposal) {
          return false;
        }
      }),
  /** A takeover adopts the lowest proposal. */
  ADOPT_LOWEST(
      new LogRules() {
        @Override
        boolean isPreferred(long proposal, long toProposal) {
          return proposal < toProposal;
        }
      }),
  /** A takeover adopts what it finds first. */
  ADOPT_FIRST(
      new LogRules() {
        @Override
        boolean isPreferred(long proposal, long toProposal) {
          return false;
        }
      }),
  /** A takeover ends to read at the first hole. */
  STOP_AT_FIRST_HOLE(
      new LogRules() {
        @Override
        int holes(int window) {
          return 1;
        }
      }),
  /** A takeover ends to read in a gap that a memory was left with. */
  STOP_IN_GAPS(
      new LogRules() {
        @Override
        long countHolesFrom(long first, long highestFrom) {
          return first;
        }
      }),
  /** A leader leaves a gap at a memory and does not say so. */
  HIDE_GAPS(
      new LogRules() {
        @Override
        boolean announcesGaps() {
          return false;
        }
      }),
  /** A takeover takes what was overwritten for empty. */
  OVERLOOK_BEING_BEHIND(
      new LogRules() {
        @Override
        boolean isBehind(long found, long decided, int reach) {
          return false;
        }
      }),
  /** A follower takes an old entry for what a newer leader said to be decided. */
  TRUST_ANY_CLAIM(
      new LogRules() {
        @Override
        boolean mayTrustClaim(long claimed, long proposal) {
          return true;
        }
      }),
  /** An index is overwritten in place. */
  OVERWRITE_IN_PLACE(
      new LogRules() {
        @Override
        int registerBeside(int newest) {
          return newest;
        }
      }),
  /** A term begins while writes of the own earlier one are in flight. */
  FORGET_STRAGGLERS(
      new LogRules() {
        @Override
        boolean awaitsStragglers() {
          return false;
        }
      }),
  /** More entries are outstanding at a memory than a takeover reads on for. */
  WIDE_WINDOW(
      new LogRules() {
        @Override
        int windowAt(int window) {
          return 2 * window;
        }

        @Override
        long limit(long decided, int window) {
          return decided + 2L * window;
        }
      }),
  /** The ring is reused however little is decided. */
  REUSE_UNDECIDED(
      new LogRules() {
        @Override
        long limit(long decided, int window) {
          return Long.MAX_VALUE;
        }
      }),
  /** Reads are answered without asking the memories. */
  READ_WITHOUT_PROBE(
      new LogRules() {
        @Override
        boolean probes() {
          return false;
        }
      }),
  /** Reads do not wait for what was adopted. */
  READ_BEFORE_ADOPTED(
      new LogRules() {
        @Override
        boolean readsAwaitAdopted() {
          return false;
        }
      }),
  /** Commands are applied as often as they come. */
  APPLY_AGAIN(
      new LogRules() {
        @Override
        boolean deduplicates() {
          return false;
        }
      }),
  /** A snapshot leaves the sessions out. */
  FORGET_SESSIONS(
      new LogRules() {
        @Override
        boolean snapshotsSessions() {
          return false;
        }
      }),
  /** A replica that came back numbers its reads as the one before it did. */
  NUMBER_READS_AGAIN(
      new LogRules() {
        @Override
        long readsBegin(Coin coin) {
          return 0;
        }
      }),
  /** A leader goes on with the old memories after a change of membership. */
  KEEP_OLD_MEMBERS(
      new LogRules() {
        @Override
        boolean endsTermWithMembership() {
          return false;
        }
      });

  @SuppressWarnings("ImmutableEnumChecker") // rules have no state
  private final LogRules rules;

  LogMutation(LogRules rules) {
    this.rules = rules;
  }

  LogRules rules() {
    return rules;
  }
}
