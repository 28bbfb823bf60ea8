package org.remora.sim;

/** Something that will happen in a world: the arrival of what is in flight, a timer, a fault. */
abstract class Event {
  /** When it is due, in nanoseconds of virtual time. */
  long time;

  /** Breaks ties: the number of events put on the schedule before. */
  long order;

  /** Between whom it is in flight: an adversary holds or hurries all events of one way alike. */
  final int way;

  Event(int way) {
    this.way = way;
  }

  abstract void happen();
}
