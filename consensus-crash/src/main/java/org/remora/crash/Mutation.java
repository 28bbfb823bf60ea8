package org.remora.crash;

import org.remora.memory.Value;

/**
 * A known-wrong variant of the algorithms: one rule of safety broken. For checking checkers only: a
 * checker that finds no disagreement under a mutation is itself broken.
 */
public enum Mutation {
  /** A leader leaves phase 1 out in a later attempt too. */
  SKIP_PHASE_1(
      new SafetyRules() {
        @Override
        boolean mayOmitPhase1(int self, long attempt) {
          return attempt > 1 || super.mayOmitPhase1(self, attempt);
        }
      }),
  /** A phase ends with one agent less than a majority. */
  DECIDE_ON_MINORITY(
      new SafetyRules() {
        @Override
        int quorum(int agents) {
          return Math.max(1, super.quorum(agents) - 1);
        }
      }),
  /** A rival's higher number does not end an attempt. */
  IGNORE_HIGHER_PROPOSAL(
      new SafetyRules() {
        @Override
        boolean isOutrun(long minProposal, long proposal) {
          return false;
        }
      }),
  /** A leader goes on with its own value whatever phase 1 found. */
  KEEP_OWN_VALUE(
      new SafetyRules() {
        @Override
        Value choose(Slot highest, Value own) {
          return own.isBottom() ? super.choose(highest, own) : own;
        }
      }),
  /** Phase 1 reads the slots before it takes the permission. */
  READ_BEFORE_PERMISSION(
      new SafetyRules() {
        @Override
        boolean takesPermissionBeforeReading() {
          return false;
        }
      }),
  /** Phase 2 writes to memories whose slots were not read. */
  ACCEPT_UNPREPARED(
      new SafetyRules() {
        @Override
        boolean acceptsOnlyWherePrepared() {
          return false;
        }
      }),
  /** Phase 2 of Disk Paxos does not read. */
  SKIP_FINAL_READ(
      new SafetyRules() {
        @Override
        boolean readsInPhase2() {
          return false;
        }
      }),
  /** An attempt writes while a write of an earlier one is in flight to the same register. */
  FORGET_STRAGGLERS(
      new SafetyRules() {
        @Override
        boolean awaitsStragglers() {
          return false;
        }
      }),
  /** Hybrid Ben-Or counts a process as often as it is spoken for. */
  COUNT_MESSAGES(
      new SafetyRules() {
        @Override
        boolean countsProcesses() {
          return false;
        }
      }),
  /** Half of all processes pass for a majority. */
  DECIDE_ON_HALF(
      new SafetyRules() {
        @Override
        boolean isMajority(int processes, int all) {
          return 2L * processes >= all;
        }
      }),
  /** The consensus objects are words that anybody overwrites. */
  OVERWRITE_OBJECTS(
      new SafetyRules() {
        @Override
        boolean usesConsensusObjects() {
          return false;
        }
      }),
  /** Hybrid Ben-Or decides on a majority of phase R. */
  SKIP_PHASE_P(
      new SafetyRules() {
        @Override
        boolean confirmsMajorities() {
          return false;
        }
      }),
  /** The coin comes up with a value that nobody proposed. */
  INVENT_VALUES(
      new SafetyRules() {
        @Override
        Value flipped(Value proposed) {
          return Value.of("invented");
        }
      });

  @SuppressWarnings("ImmutableEnumChecker") // rules have no state
  private final SafetyRules rules;

  Mutation(SafetyRules rules) {
    this.rules = rules;
  }

  SafetyRules rules() {
    return rules;
  }
}
