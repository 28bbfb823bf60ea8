package org.remora.crash;

import org.remora.memory.Quorum;
import org.remora.memory.Value;

/**
 * The rules that the safety of the algorithms rests on, each with the reason why it may not be
 * broken. A {@link Mutation} replaces exactly one, and the checkers must notice.
 */
class SafetyRules {
  /** All rules kept. */
  static final SafetyRules KEPT = new SafetyRules();

  /**
   * Who may begin with phase 2. Only process 1, in its very first attempt: its number is then the
   * lowest there can be, nothing can have been accepted under a lower one, and it holds the initial
   * permission. In any later attempt a value may have been decided that only phase 1 finds.
   */
  boolean mayOmitPhase1(int self, long attempt) {
    return self == 1 && attempt == 1;
  }

  /**
   * How many agents a phase waits for. A majority: phase 1 must meet, in at least one agent, every
   * earlier phase 2 that may have decided.
   */
  int quorum(int agents) {
    return Quorum.majority(agents);
  }

  /**
   * Whether a number in somebody's slot or promise bars the way. A higher number means that a rival
   * has begun after us; it may have read our slot before we accept, and would not adopt our value.
   */
  boolean isOutrun(long minProposal, long proposal) {
    return minProposal > proposal;
  }

  /**
   * The value to go on with: that of the highest accepted proposal found in phase 1, which may have
   * been decided, and the own one only if nothing was accepted.
   */
  Value choose(Slot highest, Value own) {
    return highest.acceptedProposal() == 0 ? own : highest.value();
  }

  /**
   * Whether phase 1 takes the permission of a memory before it reads the slots there. Read first,
   * and a rival that still holds the permission can write its value after the read and decide.
   */
  boolean takesPermissionBeforeReading() {
    return true;
  }

  /**
   * Whether phase 2 writes only to memories where phase 1 has ended. A memory whose slots were not
   * yet read may hold a rival's higher number: accepted there, our value and the rival's could both
   * gather a majority.
   */
  boolean acceptsOnlyWherePrepared() {
    return true;
  }

  /**
   * Whether phase 2 of Disk Paxos reads the other blocks after it wrote its own. Nothing else tells
   * it of a rival that began in between: permissions are static.
   */
  boolean readsInPhase2() {
    return true;
  }

  /**
   * Whether an attempt touches a memory only when the operation that an earlier attempt left in
   * flight there has ended. Otherwise the old write could land over the new, acknowledged one, and
   * hide what was decided.
   */
  boolean awaitsStragglers() {
    return true;
  }

  /**
   * Whether Hybrid Ben-Or counts a process once, however many speak for it. Count messages instead,
   * and a few neighbours that speak for each other pass for a majority.
   */
  boolean countsProcesses() {
    return true;
  }

  /**
   * Whether so many processes of all are a majority: more than half, so that any two majorities
   * share one. Two halves of an even number do not.
   */
  boolean isMajority(int processes, int all) {
    return 2L * processes > all;
  }

  /**
   * Whether what is spoken for a process is what a consensus object decided. Otherwise two
   * neighbours say different things of it, and there can be two majorities in a phase.
   */
  boolean usesConsensusObjects() {
    return true;
  }

  /**
   * Whether Hybrid Ben-Or confirms a majority of phase R in phase P before it decides. Somebody
   * else may have seen no majority in phase R, and go on with anything.
   */
  boolean confirmsMajorities() {
    return true;
  }

  /** What the coin came up with: one of the values that were proposed. */
  Value flipped(Value proposed) {
    return proposed;
  }
}
