package org.remora.byzantine;

/**
 * Something that proves a process Byzantine, found by a correct one. It is recorded once per
 * process and kind; the process is as good as crashed to what it concerns, and the run goes on.
 *
 * @param process the guilty one
 * @param guilt what it did
 * @param round the number of the broadcast it did it in; 0 where there are none
 */
public record Finding(int process, Guilt guilt, long round) {
  /** What a correct process never does. */
  public enum Guilt {
    /** Signed two different contents where only one belongs. */
    EQUIVOCATION,
    /** Broadcast a message that is no encoding of a history. */
    MALFORMED_MESSAGE,
    /** Claimed to have received what was never sent to it, or out of order. */
    FALSE_REFERENCE,
    /** Sent what its protocol, run on its history, does not send. */
    FALSE_STEP,
    /** Claimed a priority that its evidence does not prove. */
    FALSE_PRIORITY
  }
}
