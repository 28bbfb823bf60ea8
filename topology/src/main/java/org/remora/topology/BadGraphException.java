package org.remora.topology;

/** The input is no graph that can be planned or judged; the message is one line that says why. */
public final class BadGraphException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * With one line that names what is wrong.
   *
   * @param message what is wrong and, for a file, in which line
   */
  public BadGraphException(String message) {
    super(message);
  }

  /**
   * With one line that names what is wrong, and what found it.
   *
   * @param message what is wrong and, for a file, in which line
   * @param cause what found it
   */
  public BadGraphException(String message, Throwable cause) {
    super(message, cause);
  }
}
