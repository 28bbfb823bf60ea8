package org.remora.crash.log;

/**
 * The session of a command has ended: too many others were opened since it was used last. Whether
 * the command took effect before that is not known any more.
 */
public final class SessionEndedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SessionEndedException() {
    super("the session has ended; whether the command took effect before is not known");
  }
}
