package org.remora.crash.violation;

import org.remora.sim.SimWorld;

/** Breaks the table of rooms, for the architecture test to find. */
interface WrongArrow {
  void use(SimWorld other);
}
