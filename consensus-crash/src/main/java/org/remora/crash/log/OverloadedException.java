package org.remora.crash.log;

/** As many commands are unanswered as the settings allow. This one was not sent. */
public final class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  OverloadedException(String what) {
    super(what);
  }
}
