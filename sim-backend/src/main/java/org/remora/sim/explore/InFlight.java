package org.remora.sim.explore;

import org.remora.memory.Value;

/**
 * Something on its way between processes and memories. Equal ones are the same for all purposes.
 */
sealed interface InFlight {
  /**
   * An operation that has not taken effect.
   *
   * @param process whose it is
   * @param memory where it goes
   * @param slot tells it from equal operations of this process in flight at this memory
   * @param operation what it is
   */
  record Request(int process, int memory, int slot, Operation operation) implements InFlight {}

  /**
   * An operation that has taken effect.
   *
   * @param process to whom
   * @param memory from where
   * @param slot that of the request
   * @param operation that of the request
   * @param result how it ended
   */
  record Answer(int process, int memory, int slot, Operation operation, Operation.Result result)
      implements InFlight {}

  /**
   * A message.
   *
   * @param from its sender
   * @param to its receiver
   * @param channel its channel
   * @param value its content
   */
  record Message(int from, int to, int channel, Value value) implements InFlight {}
}
