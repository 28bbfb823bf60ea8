package org.remora.sim.explore;

import java.util.Objects;

/** Leaves out of an execution what its violation does not need [Zeller 2002, ddmin]. */
final class Shrinker {
  private Shrinker() {}

  /** Events of which none can be left out so that the same property still breaks. */
  static int[] shrink(World world, Search.Found found) {
    int[] events = Execution.of(world, found.events()).events();
    for (int length = Math.max(1, events.length / 2); ; ) {
      int[] shorter = withoutSome(world, found.property(), events, length);
      if (shorter.length < events.length) {
        events = shorter;
      } else if (length == 1) {
        return events;
      } else {
        length /= 2;
      }
    }
  }

  /** Leaves out runs of {@code length} events, from the end on. */
  private static int[] withoutSome(World world, String property, int[] events, int length) {
    int[] kept = events;
    for (int end = kept.length; end > 0; end = Math.min(end - length, kept.length)) {
      int begin = Math.max(0, end - length);
      int[] candidate = new int[kept.length - (end - begin)];
      System.arraycopy(kept, 0, candidate, 0, begin);
      System.arraycopy(kept, end, candidate, begin, kept.length - end);
      Execution execution = Execution.of(world, candidate);
      if (Objects.equals(execution.broken(), property)) {
        // Without what could not happen any more.
        kept = execution.events();
      }
    }
    return kept;
  }
}
