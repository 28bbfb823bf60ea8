package org.remora.byzantine;

/**
 * The rules that safety rests on, and one that termination rests on, each with the reason why it
 * may not be broken. A {@link Mutation} replaces exactly one, and the checkers must notice.
 */
class SafetyRules {
  /** All rules kept. */
  static final SafetyRules KEPT = new SafetyRules();

  /** Where the process departs from the algorithm, if it is Byzantine. */
  Deviation deviation() {
    return Deviation.NONE;
  }

  /** That n ≥ 2·f + 1: else two sets of n − f processes need not share one, let alone a correct. */
  void checkBound(ByzantineInstance instance) {
    instance.checkBound();
  }

  /** Whether Paxos inside may go on with n − f processes though they are no majority. */
  boolean acceptsMinority() {
    return false;
  }

  /**
   * Whether what is signed names its protocol, instance, register and round. Else a correct
   * process's signature in one place is an adversary's in another.
   */
  boolean namesWhatItSigns() {
    return true;
  }

  /**
   * Whether a process writes its copy of a broadcast to a majority of memories before it looks for
   * other copies. Of two correct processes with different copies, whose writes both ended before
   * they read, one sees the other's; if both look first, neither does, and both make an L1.
   */
  boolean copiesBeforeLooking() {
    return true;
  }

  /**
   * Whether a broadcast is delivered only when the own L2 can be read by all. Who delivers sooner
   * may be the only one that ever does.
   */
  boolean deliversWithL2() {
    return true;
  }

  /**
   * Whether two signed contents are the same. Not their signatures: a signer can make two over one
   * content, which equivocates about nothing.
   */
  boolean same(Signed one, Signed other) {
    return one.content().equals(other.content());
  }

  /**
   * Whether a message is accepted only after its sender's protocol, run on the history that it
   * carries, has sent it. This is what makes a Byzantine sender one that may only crash.
   */
  boolean checksHistory() {
    return true;
  }

  /** Whether the claim to a priority is believed without its evidence. */
  boolean believesPriority() {
    return false;
  }

  /**
   * Whether a process in panic takes the leader's right to write. If not, the leader may write, and
   * decide, after everybody has looked.
   */
  boolean revokes() {
    return true;
  }

  /**
   * Whether it does so before it reads the leader's value. If after, the leader may write between
   * the two.
   */
  boolean revokesBeforeReading() {
    return true;
  }

  /**
   * How many processes make it unanimous. All: then each correct one has signed for this value and
   * no other, so that there is no proof of another, and each has the proof when one decides.
   */
  int unanimity(int processes) {
    return processes;
  }

  /**
   * Whether a process that decided in Cheap Quorum goes on watching for panic. If not, the others
   * may wait for its input for ever.
   */
  boolean keepsServing() {
    return true;
  }
}
