package org.remora.byzantine;

import org.remora.memory.Value;

/**
 * A deterministic algorithm on a {@link ReplayedProcess}, as what no message determines reaches it.
 */
interface Protocol {
  /**
   * Takes a local event, which may be any bytes that a Byzantine process chose.
   *
   * @return false if no correct process has such an event; nothing has changed then
   */
  boolean local(Value what);

  /** Makes the algorithm of one process on {@code process}. */
  @FunctionalInterface
  interface Maker {
    /** As the interface says. */
    Protocol make(ReplayedProcess process);
  }
}
