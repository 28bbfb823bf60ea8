package org.remora.memory;

/**
 * A backend as the one who installs algorithms on it sees it: the processes that run in this JVM
 * and the memories that they reach. Thread-safe.
 */
public interface Machine {
  /** The number of processes. */
  int processes();

  /** The number of memories. */
  int memories();

  /**
   * Process {@code number}.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  ProcessContext process(int number);

  /**
   * Defines a region at memory {@code memory}, as its host: no process can.
   *
   * @throws IllegalArgumentException if that memory has a region of that id
   */
  void define(int memory, Region region);

  /** Defines a region at every memory. */
  default void defineEverywhere(Region region) {
    for (int memory = 1; memory <= memories(); memory++) {
      define(memory, region);
    }
  }
}
