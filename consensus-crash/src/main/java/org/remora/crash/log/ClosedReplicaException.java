package org.remora.crash.log;

/** The replica was closed, or is no longer a member. What was under way has an unknown fate. */
public final class ClosedReplicaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ClosedReplicaException(String what) {
    super(what);
  }
}
