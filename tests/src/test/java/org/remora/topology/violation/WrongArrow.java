package org.remora.topology.violation;

import org.remora.memory.Value;

/** Breaks the table of rooms, for the architecture test to find. */
interface WrongArrow {
  void use(Value other);
}
