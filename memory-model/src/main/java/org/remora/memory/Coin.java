package org.remora.memory;

/** A process's source of chance. Called on the event loop only. */
public interface Coin {
  /** Heads or tails, evenly. */
  boolean flip();

  /** A number from 0 to {@code bound} − 1, evenly; {@code bound} is at least 1. */
  long below(long bound);
}
