package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection over which another process sends its messages to this one. */
final class LinkReceiver extends Connection {
  private static final Logger LOG = LoggerFactory.getLogger(SocketProcess.class);
  private static final long HANDSHAKE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
  private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;

  /**
   * After so many messages, or bytes of them, the sender is told at once; else at the next tick.
   */
  private static final int UNTOLD_MAX = 256;

  private static final int UNTOLD_BYTES_MAX = 256 * 1024;

  private final SocketProcess process;
  private final ServerHandshake handshake;
  private final long since;

  /** What has come from the sender; null until it is proven. */
  private @Nullable Peer peer;

  private long told;
  private long untoldBytes;

  /** What one process has received from another, over all its connections. */
  static final class Peer {
    final int number;

    /** The start of the sending process that the numbers count from. */
    long session;

    /** The number of the last message received. */
    long received;

    @Nullable LinkReceiver live;

    Peer(int number) {
      this.number = number;
    }
  }

  LinkReceiver(SocketProcess process, Pipe pipe) throws IOException {
    super(process.network().sockets, pipe);
    this.process = process;
    since = process.loop().now();
    handshake =
        new ServerHandshake(
            this,
            process.security(),
            Identity.process(process.self()),
            Handshake.LINK,
            process.session());
  }

  boolean isOpen() {
    return peer != null;
  }

  @Override
  int frameBytesMax() {
    return isOpen()
        ? Wire.COUNTED_BYTES + HEADER_BYTES + process.messageBytesMax()
        : Wire.HANDSHAKE_BYTES_MAX;
  }

  @Override
  void malformed(String what) {
    Peer from = peer;
    process.countMalformed();
    LOG.warn(
        "process {}: {} sent {}; its connection is closed",
        process.self(),
        from == null ? "somebody unproven" : "process " + from.number,
        what);
  }

  @Override
  void closed(String why, @Nullable IOException cause) {
    process.network().remove(this);
  }

  @Override
  boolean frame(int type, int number, ByteBuffer in, int from, int to) {
    if (number != 0) {
      return false;
    }
    Peer sender = peer;
    if (sender == null) {
      return greet(type, in, from, to);
    }
    if (type != Wire.MESSAGE || to - from < HEADER_BYTES) {
      return false;
    }
    if (in.getLong(from) != sender.received + 1) {
      return false;
    }
    int channel = in.getInt(from + Long.BYTES);
    Value message = Value.copyOf(in, from + HEADER_BYTES, to - from - HEADER_BYTES);
    sender.received++;
    untoldBytes += message.length();
    process.arrived(channel, sender.number, message);
    return true;
  }

  private boolean greet(int type, ByteBuffer in, int from, int to) {
    switch (handshake.frame(type, in, from, to)) {
      case GOES_ON -> {
        return true;
      }
      case PROVEN -> {
        return open(handshake.hello());
      }
      case REFUSED -> {
        LOG.warn("process {} refused a link", process.self());
        flush();
        close("refused", null);
        return true;
      }
      case MALFORMED -> {
        return false;
      }
    }
    return false;
  }

  private boolean open(Handshake.Hello hello) {
    int number = hello.from().number();
    if (number > process.processes() || number == process.self() || hello.first() < 1) {
      return false;
    }
    Peer sender = process.peer(number);
    LinkReceiver older = sender.live;
    sender.live = this;
    if (older != null) {
      older.close("a newer connection took its place", null);
    }
    if (sender.session != hello.session() || hello.first() > sender.received + 1) {
      // Another start of the sender, or one that has dropped what this process never got.
      sender.session = hello.session();
      sender.received = hello.first() - 1;
    }
    peer = sender;
    told = sender.received;
    begin(Wire.READY, 0, Long.BYTES).putLong(sender.received);
    return true;
  }

  @Override
  void taken() {
    Peer sender = peer;
    if (sender != null
        && (sender.received - told >= UNTOLD_MAX || untoldBytes >= UNTOLD_BYTES_MAX)) {
      tell(sender);
    }
  }

  void tick(long now) {
    Peer sender = peer;
    if (sender == null) {
      if (now - since > HANDSHAKE_NANOS_MAX) {
        close("no handshake in time", null);
      }
    } else if (sender.received > told && !isClosed()) {
      tell(sender);
    }
  }

  private void tell(Peer sender) {
    told = sender.received;
    untoldBytes = 0;
    begin(Wire.RECEIVED, 0, Long.BYTES).putLong(told);
  }
}
