package org.remora.socket;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Links;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One channel of one process; its state belongs to the event loop. */
final class SocketLinks implements Links {
  private static final Logger LOG = LoggerFactory.getLogger(SocketProcess.class);

  /** What a message takes in a queue besides its payload, about. */
  static final int MESSAGE_BYTES = 64;

  private final SocketProcess process;
  private final int channel;
  private final Queue<Early> early = new ArrayDeque<>();

  /** The bytes of each process's messages among the early ones. */
  private final long[] earlyBytes;

  private @Nullable Receiver receiver;

  private record Early(int from, Value message) {}

  SocketLinks(SocketProcess process, int channel) {
    this.process = process;
    this.channel = channel;
    earlyBytes = new long[process.processes() + 1];
  }

  @Override
  public void send(int to, Value message) {
    process.loop().check();
    Objects.requireNonNull(message);
    Objects.checkIndex(to - 1, process.processes());
    if (message.length() > process.messageBytesMax()) {
      throw new IllegalArgumentException(
          "a message of "
              + message.length()
              + " bytes; links carry at most "
              + process.messageBytesMax());
    }
    if (process.loop().isStopped()) {
      return;
    }
    if (to == process.self()) {
      process
          .loop()
          .put(
              new Inbox.Item() {
                @Override
                void run() {
                  arrived(to, message);
                }
              });
    } else {
      process.costs().messages(1, message.length());
      process.sender(to).send(channel, message);
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
    process.loop().check();
    receiver = Objects.requireNonNull(newReceiver);
    if (!early.isEmpty()) {
      process.execute(this::deliverEarly);
    }
  }

  /** A message has come; on the event loop. */
  void arrived(int from, Value message) {
    Receiver known = receiver;
    if (known != null) {
      known.received(from, message);
      return;
    }
    // Counted per sender, so that a flood harms nobody's messages but the flooder's.
    long bytes = message.length() + (long) MESSAGE_BYTES;
    if (bytes > process.linkBytesMax() - earlyBytes[from]) {
      LOG.warn(
          "process {} drops a message of process {}: nobody receives on channel {}",
          process.self(),
          from,
          channel);
      return;
    }
    earlyBytes[from] += bytes;
    early.add(new Early(from, message));
  }

  private void deliverEarly() {
    // As many as there are now: the receiver may send to itself, or be replaced.
    for (int left = early.size(); left > 0 && !process.loop().isStopped(); left--) {
      Early next = early.remove();
      earlyBytes[next.from] -= next.message.length() + (long) MESSAGE_BYTES;
      Objects.requireNonNull(receiver).received(next.from, next.message);
    }
  }
}
