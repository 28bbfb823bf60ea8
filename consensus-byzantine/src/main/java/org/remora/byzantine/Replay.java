package org.remora.byzantine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;

/**
 * One process's protocol, run on that process's events: at itself, and at everybody else one
 * message behind what it tells.
 */
final class Replay {
  private final ReplayedProcess process;
  private final Protocol protocol;

  /** What was sent, but is in no message yet. */
  private final Deque<HistoryMessage.Output> unsent = new ArrayDeque<>();

  /** What others have sent to this process and it has not received, by sender, in order. */
  private final List<Deque<Incoming>> incoming = new ArrayList<>();

  /**
   * All that one message holds for one receiver.
   *
   * @param k the number of the message
   * @param digest its digest
   * @param outputs what it holds for the receiver
   */
  record Incoming(int k, Value digest, List<HistoryMessage.Output> outputs) {}

  Replay(int number, int processes, Protocol.Maker maker) {
    process = new ReplayedProcess(number, processes);
    protocol = maker.make(process);
    for (int q = 0; q < processes; q++) {
      incoming.add(new ArrayDeque<>());
    }
    process.settle();
    unsent.addAll(process.takeOutputs());
  }

  ReplayedProcess process() {
    return process;
  }

  Deque<HistoryMessage.Output> unsent() {
    return unsent;
  }

  Deque<Incoming> incoming(int sender) {
    return incoming.get(sender - 1);
  }

  /** Takes a local event; false if no correct process has it. */
  boolean local(Value what) {
    if (!protocol.local(what)) {
      return false;
    }
    process.settle();
    unsent.addAll(process.takeOutputs());
    return true;
  }

  /** Lets a timer expire; false if it is not set. */
  boolean expire(int timer) {
    boolean expired = process.expire(timer);
    unsent.addAll(process.takeOutputs());
    return expired;
  }

  /** Receives what is first in line from {@code sender}. */
  void receive(int sender) {
    Incoming first = incoming(sender).remove();
    for (HistoryMessage.Output output : first.outputs) {
      try {
        process.receive(sender, output.channel(), output.payload());
      } catch (MalformedValueException garbage) {
        // No checked sender makes any; it is as if it had not been sent.
        process.settle();
      }
    }
    unsent.addAll(process.takeOutputs());
  }

  /**
   * The message in line from {@code sender} that has number {@code k}; those before it are lost.
   */
  @Nullable Incoming skipTo(int sender, int k) {
    Deque<Incoming> line = incoming(sender);
    while (!line.isEmpty() && line.element().k < k) {
      line.remove();
    }
    Incoming first = line.peek();
    return first != null && first.k == k ? first : null;
  }
}
