package org.remora.sim;

import org.remora.memory.ProcessSet;

/**
 * Something that goes wrong in a world. Times are in nanoseconds of virtual time; in a world of
 * adversarial order a fault at a time is one more event that the adversary places anywhere.
 */
public sealed interface Fault {
  /**
   * A process crashes at a time: it takes no further step. Its operations and messages in flight go
   * on.
   *
   * @param process the process
   * @param nanos when
   */
  record ProcessCrash(int process, long nanos) implements Fault {
    /** Checks the numbers. */
    public ProcessCrash {
      notNegative(nanos);
    }
  }

  /**
   * A process crashes in the middle of a step: right after it has submitted so many operations and
   * messages, those to itself included, so that of one write to every memory, or of a broadcast,
   * only the first few are made.
   *
   * @param process the process
   * @param submissions how many it makes; 0: it never does anything
   */
  record ProcessCrashAfter(int process, long submissions) implements Fault {
    /** Checks the numbers. */
    public ProcessCrashAfter {
      notNegative(submissions);
    }
  }

  /**
   * A memory crashes at a time: it answers nothing any more, not even what has taken effect
   * already. (An answer that is in flight then is lost: to have it arrive is to crash later.)
   *
   * @param memory the memory
   * @param nanos when
   */
  record MemoryCrash(int memory, long nanos) implements Fault {
    /** Checks the numbers. */
    public MemoryCrash {
      notNegative(nanos);
    }
  }

  /**
   * A memory crashes right after so many operations have taken effect or been refused at it; the
   * last one's answer is lost.
   *
   * @param memory the memory
   * @param effects how many
   */
  record MemoryCrashAfter(int memory, long effects) implements Fault {
    /** Checks the numbers. */
    public MemoryCrashAfter {
      notNegative(effects);
    }
  }

  /**
   * What is sent on one link in a period arrives so much later.
   *
   * @param from the sender
   * @param to the receiver
   * @param since the start of the period
   * @param until its end
   * @param nanos the addition
   */
  record SlowLink(int from, int to, long since, long until, long nanos) implements Fault {
    /** Checks the numbers. */
    public SlowLink {
      notNegative(nanos);
    }
  }

  /**
   * Requests of every process to a memory, and its answers, are so much longer in flight in a
   * period.
   *
   * @param memory the memory
   * @param since the start of the period
   * @param until its end
   * @param nanos the addition
   */
  record SlowMemory(int memory, long since, long until, long nanos) implements Fault {
    /** Checks the numbers. */
    public SlowMemory {
      notNegative(nanos);
    }
  }

  /**
   * Messages between a set of processes and the others are held until the partition heals; memories
   * stay reachable for all.
   *
   * @param side the set
   * @param since when it begins
   * @param until when it heals
   */
  record Partition(ProcessSet side, long since, long until) implements Fault {}

  /**
   * The ways to the memories break: so many of a thousand operations end as unknown, half of them
   * without having taken effect.
   *
   * @param perMille from 0 to 999
   */
  record BrokenWays(int perMille) implements Fault {
    /** Checks the number. */
    public BrokenWays {
      if (perMille < 0 || perMille > 999) {
        throw new IllegalArgumentException("perMille is from 0 to 999, not " + perMille);
      }
    }
  }

  private static void notNegative(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("not negative, but " + number);
    }
  }
}
