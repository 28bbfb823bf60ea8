package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process's messages to another. They are numbered, and kept until the receiver has said that
 * it has them; when the connection breaks, those it has not are sent again over the next, so that
 * each arrives once. Of a receiver that does not take them only so many bytes are kept: then new
 * ones are dropped, as by a link to a crashed process.
 */
final class LinkSender implements Network.Ticking {
  private static final Logger LOG = LoggerFactory.getLogger(SocketProcess.class);
  private static final long RETRY_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long RETRY_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long HANDSHAKE_NANOS_MAX = TimeUnit.SECONDS.toNanos(3);

  /** The receiver says what it has much earlier than this, if it lives. */
  private static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  private static final int UNSENT_BYTES_MAX = 1 << 20;
  private static final int MESSAGE_HEADER_BYTES = Long.BYTES + Integer.BYTES;

  private final SocketProcess process;
  private final int to;
  private final Endpoint endpoint;
  private final long session;
  private final Ring<Message> messages = new Ring<>(Message::new);

  /** How many of the messages have been put into the connection. */
  private int sent;

  /** The number of the oldest message, or of the next if there is none. */
  private long first = 1;

  private long bytes;
  private boolean overflowed;
  private @Nullable LinkConnection connection;
  private long retryNanos = RETRY_NANOS_MIN;
  private long heardAt;

  LinkSender(SocketProcess process, int to, Endpoint endpoint, long session) {
    this.process = process;
    this.to = to;
    this.endpoint = endpoint;
    this.session = session;
  }

  void start() {
    process.network().add(this);
    connect();
  }

  boolean isConnected() {
    LinkConnection now = connection;
    return now != null && now.open;
  }

  void send(int channel, Value message) {
    long size = message.length() + (long) SocketLinks.MESSAGE_BYTES;
    if (size > process.linkBytesMax() - bytes) {
      if (!overflowed) {
        overflowed = true;
        LOG.warn(
            "process {} drops messages to process {}: over {} bytes of its earlier ones wait",
            process.self(),
            to,
            process.linkBytesMax());
      }
      return;
    }
    bytes += size;
    Message slot = messages.addLast();
    slot.channel = channel;
    slot.value = message;
    put();
  }

  private void put() {
    LinkConnection open = connection;
    if (open == null || !open.open || open.isClosed()) {
      return;
    }
    while (sent < messages.size() && open.unsentBytes() < UNSENT_BYTES_MAX) {
      Message message = messages.get(sent);
      if (sent == 0) {
        heardAt = process.loop().now();
      }
      message.value.putInto(
          open.begin(Wire.MESSAGE, 0, MESSAGE_HEADER_BYTES + message.value.length())
              .putLong(first + sent)
              .putInt(message.channel));
      sent++;
    }
  }

  /** The receiver has all up to {@code number}; false if it cannot have. */
  private boolean received(long number) {
    if (number < first - 1 || number >= first + messages.size()) {
      return false;
    }
    heardAt = process.loop().now();
    while (first <= number) {
      Message message = messages.removeFirst();
      bytes -= message.value.length() + (long) SocketLinks.MESSAGE_BYTES;
      message.value = Value.BOTTOM;
      first++;
      sent = Math.max(0, sent - 1);
    }
    overflowed &= bytes > process.linkBytesMax() / 2;
    return true;
  }

  private void connect() {
    if (connection != null) {
      return;
    }
    try {
      LinkConnection made =
          new LinkConnection(
              Pipes.connecting(
                  endpoint.connect(), process.network().sockets.scratch, process.security()));
      connection = made;
      if (made.pipe.channel.isConnected()) {
        made.connected();
      }
    } catch (IOException e) {
      LOG.debug("process {} does not reach process {}", process.self(), to, e);
      retry();
    }
  }

  private void retry() {
    if (!process.loop().isStopped()) {
      long wait = retryNanos / 2 + process.network().jitter.nextLong(retryNanos / 2 + 1);
      retryNanos = Math.min(2 * retryNanos, RETRY_NANOS_MAX);
      process.loop().after(wait, this::connect);
    }
  }

  @Override
  public void tick(long now) {
    LinkConnection open = connection;
    if (open != null
        && (open.open
            ? sent > 0 && now - heardAt > SILENCE_NANOS_MAX
            : now - open.since > HANDSHAKE_NANOS_MAX)) {
      open.close("no answer in time", null);
    }
  }

  /** A message of the queue; a slot that is used again. */
  private static final class Message {
    int channel;
    Value value = Value.BOTTOM;
  }

  /** One connection to the receiver. */
  private final class LinkConnection extends Connection {
    private final long since = process.loop().now();
    private final ClientHandshake handshake;
    private boolean open;

    LinkConnection(Pipe pipe) throws IOException {
      super(process.network().sockets, pipe);
      handshake =
          new ClientHandshake(
              this, process.security(), Identity.process(process.self()), Identity.process(to));
    }

    @Override
    void connected() {
      handshake.greet(Handshake.LINK, session, first);
    }

    @Override
    int frameBytesMax() {
      return Wire.HANDSHAKE_BYTES_MAX;
    }

    @Override
    void drained() {
      put();
    }

    @Override
    void malformed(String what) {
      LOG.warn("process {}: process {} sent {}", process.self(), to, what);
    }

    @Override
    void closed(String why, @Nullable IOException cause) {
      if (Objects.equals(connection, this)) {
        LOG.debug("process {}: the link to {} broke: {}", process.self(), to, why, cause);
        connection = null;
        sent = 0;
        retry();
      }
    }

    @Override
    boolean frame(int type, int number, ByteBuffer in, int from, int end) {
      if (number != 0) {
        return false;
      }
      int size = end - from;
      if (type == Wire.RECEIVED && open && size == Long.BYTES) {
        return received(in.getLong(from));
      }
      if (open) {
        return false;
      }
      if (type == Wire.REFUSED && size == 1) {
        LOG.warn(
            "process {}: process {} refuses its link: {}",
            process.self(),
            to,
            Handshake.refusal(in.get(from)));
        close("refused", null);
        return true;
      }
      if (type == Wire.CHALLENGE && !handshake.isChallenged()) {
        if (!handshake.challenge(in, from, end)) {
          LOG.warn("process {}: not proven to be process {}", process.self(), to);
          close("not proven", null);
        }
        return true;
      }
      if (type == Wire.READY && handshake.isChallenged() && size == Long.BYTES) {
        sent = 0;
        if (!received(in.getLong(from))) {
          return false;
        }
        open = true;
        retryNanos = RETRY_NANOS_MIN;
        put();
        return true;
      }
      return false;
    }
  }
}
