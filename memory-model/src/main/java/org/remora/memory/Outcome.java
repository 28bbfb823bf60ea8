package org.remora.memory;

/** How an operation on a memory ended. An operation on a crashed memory never ends. */
public enum Outcome {
  /** The operation took effect. */
  ACK,
  /**
   * The permission, or for a change of permission the policy, forbade it; nothing changed. Only on
   * a memory that tears, a write that is refused in its middle leaves its register torn ({@link
   * FramedMemory}).
   */
  NAK,
  /**
   * The way to the memory broke while the operation was in flight. It took effect before now, or it
   * never will; nobody can say which. Not an answer: an algorithm that waits for a number of
   * answers does not count it.
   */
  UNKNOWN
}
