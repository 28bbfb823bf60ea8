package org.remora.apps;

/** Bad usage or bad input; the message is the one line that the user reads. */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadInputException(String message) {
    super(message);
  }
}
