package org.remora.testing;

import java.util.List;
import java.util.function.Consumer;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * The algorithm under test. One object serves all processes of one run, so it holds no state of a
 * process; what a requirement wants to know beside decisions it may note down.
 */
public interface Program {
  /** The regions that every memory holds, in a world of so many processes and memories. */
  List<Region> regions(int processes, int memories);

  /** The channels of its messages, for Byzantine processes that send noise. */
  default List<Integer> channels() {
    return List.of();
  }

  /**
   * Starts the algorithm at a process; called on its event loop when the world starts.
   *
   * @param input what it proposes
   * @param decide is to be given its decision, on the event loop
   */
  void start(ProcessContext process, Value input, Consumer<Value> decide);
}
