package org.remora.byzantine;

import java.util.concurrent.CompletableFuture;
import org.remora.crash.Consensus;
import org.remora.memory.Value;

/**
 * One correct process's part in one instance of Byzantine agreement. All correct processes decide
 * the same value (agreement), in every execution with no more than f Byzantine processes; if no
 * process is Byzantine, it is one that some process proposed (weak validity). They decide once
 * messages and memories are timely, if all correct processes propose and n − f processes and a
 * majority of memories live.
 *
 * <p>A part serves the others, also after it has decided and before it has proposed, until it is
 * closed. Thread-safe; futures are as in {@link Consensus}.
 */
public interface ByzantineConsensus extends Consensus, AutoCloseable {
  /**
   * Proposes a value with a priority: for Preferential Paxos, whose decision is one of the f + 1
   * inputs of highest priority. The other algorithms know no priorities and ignore it.
   *
   * @throws IllegalArgumentException as {@link #propose(Value)}, or if the priority is negative
   */
  CompletableFuture<Value> propose(Value value, int priority);

  /** How the run went, as far as it has come. */
  CompletableFuture<Report> report();

  /**
   * Ends the part: it serves nobody any more, and a decision that is not there yet never comes. A
   * group closes an instance when all its correct members have decided; a process that closes
   * sooner counts as crashed.
   */
  @Override
  void close();
}
