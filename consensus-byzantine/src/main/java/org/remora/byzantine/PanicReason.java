package org.remora.byzantine;

/** Why a process left the fast path. */
public enum PanicReason {
  /** The leader's value did not come in time. */
  NO_VALUE_IN_TIME,
  /** What the leader wrote is not one value with its signature. */
  BAD_VALUE,
  /** Not all processes signed for the value in time. */
  NO_UNANIMITY_IN_TIME,
  /** Somebody signed for another value. */
  DISSENT,
  /** Not all processes proved unanimity in time. */
  NO_PROOFS_IN_TIME,
  /** The leader was refused: somebody has taken its right to write. */
  REFUSED,
  /** Another process panicked first. */
  OTHERS_PANIC
}
