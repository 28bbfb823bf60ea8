package org.remora.sim.explore;

import java.util.function.Consumer;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * What every process of an explored world runs.
 *
 * <p>It is run anew, many times, for the same process: it must do the same each time, and share
 * nothing that changes with anything outside the process. A promise ({@link
 * java.util.concurrent.CompletableFuture}) gets its dependent actions in {@link #start} and not
 * later.
 */
@FunctionalInterface
public interface Program {
  /**
   * Installs the program at a process and lets it begin.
   *
   * @param process all that it sees; the clock stands still, any timer may expire at any time
   * @param decide to be called with the process's decision, at most once
   */
  void start(ProcessContext process, Consumer<Value> decide);
}
