package org.remora.socket;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a memory host keeps its contents beyond its own end, and when they are on the disk.
 *
 * @param file the journal; made if it is not there
 * @param policy when what was written is forced to the disk
 */
public record Durability(Path file, Policy policy) {
  /** When writes are forced to the disk. All policies outlive the end of the host's process. */
  public enum Policy {
    /**
     * Whenever the system does. After the system itself has gone down the contents count as lost.
     */
    NONE,
    /** Every 10 ms. After the system itself has gone down the contents count as lost. */
    INTERVAL,
    /**
     * Before anything that rests on them is answered. Outlives the system, and its disk's cache.
     */
    EACH
  }

  /** Checks that both are there. */
  public Durability {
    Objects.requireNonNull(file);
    Objects.requireNonNull(policy);
  }
}
