package org.remora.byzantine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * How a run went at one process.
 *
 * @param path which path decided
 * @param panic why Cheap Quorum was left; null if it was not, or is not part of the algorithm
 * @param abort what Cheap Quorum aborted with; null if it did not, or had nothing
 * @param fastDecision what Cheap Quorum decided; ⊥ if nothing
 * @param backupDecision what the backup decided; ⊥ if nothing, or it did not run
 * @param findings what proves others Byzantine
 * @param exhausted whether the process has used up the messages that the instance allows
 */
public record Report(
    Path path,
    @Nullable PanicReason panic,
    @Nullable Abort abort,
    Value fastDecision,
    Value backupDecision,
    List<Finding> findings,
    boolean exhausted) {
  /** Which path decided. */
  public enum Path {
    /** None so far. */
    NONE,
    /** Cheap Quorum. */
    FAST,
    /** Paxos over trusted links. */
    BACKUP
  }
}
