package org.remora.bench;

import java.util.List;

/**
 * What every contender is put under.
 *
 * @param outstanding how many commands are under way together, each a measurement of its own
 * @param bytes of one command, each a measurement of its own
 * @param warmSeconds at first, with 64 outstanding
 * @param seconds of each measurement, after as long as a quarter of it unmeasured
 */
public record Load(
    List<Integer> outstanding, List<Integer> bytes, double warmSeconds, double seconds) {
  /** Copies the lists. */
  public Load {
    outstanding = List.copyOf(outstanding);
    bytes = List.copyOf(bytes);
  }

  /** How long a worker under this load takes at most if it works at all, in seconds. */
  double secondsMax() {
    return 120 + 2 * (warmSeconds + outstanding.size() * bytes.size() * 1.25 * seconds);
  }
}
