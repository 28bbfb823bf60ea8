package org.remora.verbs.channel;

import java.util.Objects;

/**
 * Why a channel has no more messages.
 *
 * @param cause what happened
 * @param reason the same for people
 */
public record Ending(Cause cause, String reason) {
  /** What may end the messages of a channel. */
  public enum Cause {
    /** The peer shut its output down: it sends no more, but still receives. */
    FINISHED,
    /** The peer closed the channel, and everything that it had sent before has arrived. */
    CLOSED,
    /** The connection broke, or the peer died. What it sent last may be missing. */
    LOST,
    /** The peer sent what the protocol does not allow. */
    VIOLATION
  }

  /** Checks for null. */
  public Ending {
    Objects.requireNonNull(cause);
    Objects.requireNonNull(reason);
  }
}
