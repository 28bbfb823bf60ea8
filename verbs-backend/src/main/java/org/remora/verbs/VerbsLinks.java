package org.remora.verbs;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Links;
import org.remora.memory.Value;

/**
 * One channel of one process, to the other processes of this JVM; its state belongs to the event
 * loop. Messages do not take the card.
 */
final class VerbsLinks implements Links {
  private record Message(int from, Value value) {}

  private final VerbsMachine machine;
  private final VerbsProcess process;
  private final int channel;
  private final Queue<Message> early = new ArrayDeque<>();
  private @Nullable Receiver receiver;

  VerbsLinks(VerbsMachine machine, VerbsProcess process, int channel) {
    this.machine = machine;
    this.process = process;
    this.channel = channel;
  }

  @Override
  public void send(int to, Value message) {
    process.loop().check();
    VerbsProcess receiving = machine.verbs(to);
    Objects.requireNonNull(message);
    if (process.loop().isStopped()) {
      return;
    }
    int from = process.self();
    if (to != from) {
      process.costs.messages(1, message.length());
    }
    receiving.execute(() -> machine.links(receiving, channel).arrived(new Message(from, message)));
  }

  @Override
  public void broadcast(Value message) {
    for (int to = 1; to <= process.processes(); to++) {
      send(to, message);
    }
  }

  @Override
  public void onReceive(Receiver newReceiver) {
    process.loop().check();
    receiver = Objects.requireNonNull(newReceiver);
    if (!early.isEmpty()) {
      process.execute(this::deliverEarly);
    }
  }

  private void deliverEarly() {
    // As many as there are now: the receiver may send to itself, or be replaced.
    for (int left = early.size(); left > 0 && !process.loop().isStopped(); left--) {
      deliver(early.remove());
    }
  }

  private void arrived(Message message) {
    if (receiver == null) {
      early.add(message);
    } else {
      deliver(message);
    }
  }

  private void deliver(Message message) {
    Objects.requireNonNull(receiver).received(message.from, message.value);
  }
}
