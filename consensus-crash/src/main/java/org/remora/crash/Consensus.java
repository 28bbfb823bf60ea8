package org.remora.crash;

import java.util.concurrent.CompletableFuture;
import org.remora.memory.Value;

/**
 * One process's part in one instance of consensus. All processes of an instance decide the same
 * value (agreement), and it is one that some process proposed (validity), in every execution; they
 * decide once an eventual leader emerges and as many processes and memories live as the algorithm
 * needs.
 *
 * <p>Thread-safe. The futures may be cancelled or timed out at will: each call returns one of its
 * own, and the instance goes on. A future's dependent actions run on the process's event loop; give
 * those that take long to an executor, with the {@code Async} forms.
 */
public interface Consensus {
  /**
   * Proposes a value. Only the first proposal of a process counts.
   *
   * @return the decision, which may be another process's value
   * @throws IllegalArgumentException if the value is ⊥ or larger than the instance allows; nothing
   *     was sent
   */
  CompletableFuture<Value> propose(Value value);

  /** The decision, also for a process that proposes nothing. */
  CompletableFuture<Value> decision();
}
