package org.remora.memory;

/**
 * Signs for one process and verifies for all: nobody makes a signature of a correct process but
 * that process. Called on the event loop only.
 */
public interface Signer {
  /** This process's signature over {@code message}. */
  Value sign(Value message);

  /**
   * Whether {@code signature} is one of {@code process} over {@code message}. Any input is safe:
   * garbage is just not a signature.
   */
  boolean verify(int process, Value message, Value signature);
}
