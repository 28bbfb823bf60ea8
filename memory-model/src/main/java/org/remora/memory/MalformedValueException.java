package org.remora.memory;

/**
 * Thrown by {@link ValueReader} when a value is not the encoding that the reader expects. A codec
 * for input that may come from a Byzantine process catches it; it never leaves a correct process.
 */
public final class MalformedValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception that says what was expected. */
  public MalformedValueException(String message) {
    super(message);
  }
}
