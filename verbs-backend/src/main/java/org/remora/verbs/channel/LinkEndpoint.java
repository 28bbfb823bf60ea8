package org.remora.verbs.channel;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Links;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One channel of the process's links; its state belongs to the process's event loop. */
final class LinkEndpoint implements Links {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelLinks.class);

  /** What a message takes besides its bytes, about. */
  private static final int MESSAGE_BYTES = 64;

  private record Early(int from, Value message) {}

  private final ChannelLinks links;
  private final int channel;
  private final Executor process;
  private final Queue<Early> early = new ArrayDeque<>();

  /** By sender, so that a flood harms nobody's messages but the flooder's. */
  private final long[] earlyBytes;

  private @Nullable Receiver receiver;

  LinkEndpoint(ChannelLinks links, int channel, Executor process, int processes) {
    this.links = links;
    this.channel = channel;
    this.process = process;
    earlyBytes = new long[processes + 1];
  }

  @Override
  public void send(int to, Value message) {
    Objects.requireNonNull(message);
    if (to == links.self()) {
      process.execute(() -> arrived(to, message));
    } else {
      links.send(to, channel, message);
    }
  }

  @Override
  public void broadcast(Value message) {
    for (int to = 1; to <= links.processes(); to++) {
      send(to, message);
    }
  }

  @Override
  public void onReceive(Receiver newReceiver) {
    receiver = Objects.requireNonNull(newReceiver);
    if (!early.isEmpty()) {
      process.execute(this::deliverEarly);
    }
  }

  private void deliverEarly() {
    // As many as there are now: the receiver may send to itself, or be replaced.
    for (int left = early.size(); left > 0; left--) {
      Early next = early.remove();
      earlyBytes[next.from] -= next.message.length() + MESSAGE_BYTES;
      deliver(next.from, next.message);
    }
  }

  /** On the event loop. */
  void arrived(int from, Value message) {
    if (receiver != null && early.isEmpty()) {
      deliver(from, message);
    } else if (earlyBytes[from] + message.length() <= links.settings().bytesMax()) {
      earlyBytes[from] += message.length() + MESSAGE_BYTES;
      early.add(new Early(from, message));
    } else {
      LOG.warn("dropped a message of process {}: nobody receives on channel {}", from, channel);
    }
  }

  private void deliver(int from, Value message) {
    Objects.requireNonNull(receiver).received(from, message);
  }
}
