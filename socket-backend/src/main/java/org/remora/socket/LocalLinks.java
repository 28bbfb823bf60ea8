package org.remora.socket;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Links;
import org.remora.memory.Value;

/** One channel of one process; its state belongs to the event loop. */
final class LocalLinks implements Links {
  private final LocalProcess process;
  private final int channel;
  private final Queue<Message> early = new ArrayDeque<>();
  private @Nullable Receiver receiver;

  LocalLinks(LocalProcess process, int channel) {
    this.process = process;
    this.channel = channel;
  }

  @Override
  public void send(int to, Value message) {
    process.loop.check();
    LocalProcess receiving = process.peer(to);
    Objects.requireNonNull(message);
    if (!process.loop.isStopped()) {
      if (to != process.self()) {
        process.costs.messages(1, message.length());
      }
      process.send(receiving, channel, message);
    }
  }

  @Override
  public void broadcast(Value message) {
    for (int to = 1; to <= process.processes(); to++) {
      send(to, message);
    }
  }

  @Override
  public void onReceive(Receiver newReceiver) {
    process.loop.check();
    receiver = Objects.requireNonNull(newReceiver);
    if (!early.isEmpty()) {
      process.execute(this::deliverEarly);
    }
  }

  private void deliverEarly() {
    // As many as there are now: the receiver may send to itself, or be replaced.
    for (int left = early.size(); left > 0 && !process.loop.isStopped(); left--) {
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
    process.took(message.from, message.value);
    Objects.requireNonNull(receiver).received(message.from, message.value);
  }

  /** A message on its way, put into the receiver's inbox. */
  static final class Message extends Inbox.Item {
    private final LocalProcess to;
    private final int channel;
    private final int from;
    private final Value value;

    Message(LocalProcess to, int channel, int from, Value value) {
      this.to = to;
      this.channel = channel;
      this.from = from;
      this.value = value;
    }

    @Override
    void run() {
      to.channel(channel).arrived(this);
    }
  }
}
