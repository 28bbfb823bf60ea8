package org.remora.socket;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.jspecify.annotations.Nullable;

/**
 * A pipe under TLS. The handshake goes on in whichever of {@link #read} and {@link #write} is
 * called; its tasks run on the calling thread. Every buffer has the fixed size of a TLS record.
 */
final class TlsPipe extends Pipe {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** A record leads to a bounded number of steps; far more than any handshake takes. */
  private static final int STEPS_MAX = 1_000;

  private final SSLEngine engine;

  /** Encrypted bytes received, from 0 to the position. */
  private final ByteBuffer received;

  /** Encrypted bytes to send, from 0 to the position. */
  private final ByteBuffer toSend;

  /** Decrypted bytes that nobody has taken yet, from 0 to the position. */
  private final ByteBuffer plain;

  private boolean established;
  private boolean needsMore;

  TlsPipe(SocketChannel channel, ByteBuffer scratch, SSLEngine engine) throws IOException {
    super(channel, scratch);
    this.engine = engine;
    received = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    toSend = ByteBuffer.allocate(2 * engine.getSession().getPacketBufferSize());
    plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    engine.beginHandshake();
  }

  @Override
  int read(ByteBuffer target) throws IOException {
    int before = target.position();
    for (int step = 0; step < STEPS_MAX; step++) {
      take(target);
      if (!target.hasRemaining() || plain.position() > 0) {
        break;
      }
      if (needsMore || received.position() == 0) {
        if (target.position() > before) {
          break; // a blocking channel would wait for the next while this is waited for
        }
        int count = readChannel(received);
        if (count < 0) {
          return -1;
        }
        if (count == 0) {
          break;
        }
        needsMore = false;
      }
      received.flip();
      SSLEngineResult result = engine.unwrap(received, plain);
      received.compact();
      switch (result.getStatus()) {
        case BUFFER_UNDERFLOW -> needsMore = true;
        case CLOSED -> {
          return -1;
        }
        case BUFFER_OVERFLOW -> throw new IOException("a TLS record that is too large");
        case OK -> {}
      }
      shakeHands();
      if (result.getStatus() == SSLEngineResult.Status.OK
          && result.bytesConsumed() == 0
          && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        break; // what is to be sent must go first
      }
    }
    return target.position() - before;
  }

  @Override
  void write(ByteBuffer source) throws IOException {
    for (int step = 0; step < STEPS_MAX; step++) {
      shakeHands();
      if (!flush() || !established || !source.hasRemaining()) {
        return;
      }
      wrap(source);
    }
  }

  @Override
  boolean hasUnsent() {
    return toSend.position() > 0;
  }

  @Override
  boolean hasUnread() {
    return plain.position() > 0 || (received.position() > 0 && !needsMore);
  }

  @Override
  @Nullable Identity peer() {
    return TlsSecurity.peer(engine);
  }

  @Override
  boolean isEstablished() {
    return established;
  }

  /** Does what the handshake asks of this end. */
  private void shakeHands() throws IOException {
    for (int step = 0; step < STEPS_MAX; step++) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        }
        case NEED_WRAP -> {
          if (!flush() || !wrap(NOTHING.duplicate())) {
            return;
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          established = true;
          flush();
          return;
        }
        default -> {
          flush();
          return;
        }
      }
    }
    throw new IOException("a TLS handshake without an end");
  }

  /** False if nothing came of it. */
  private boolean wrap(ByteBuffer source) throws IOException {
    SSLEngineResult result = engine.wrap(source, toSend);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      flush();
      throw new EOFException("TLS was closed");
    }
    return result.bytesProduced() > 0;
  }

  /** Sends what is encrypted; false if some of it is left. */
  private boolean flush() throws IOException {
    toSend.flip();
    writeChannel(toSend);
    toSend.compact();
    return toSend.position() == 0;
  }

  private void take(ByteBuffer target) {
    plain.flip();
    int count = Math.min(plain.remaining(), target.remaining());
    target.put(target.position(), plain, plain.position(), count);
    target.position(target.position() + count);
    plain.position(plain.position() + count);
    plain.compact();
  }
}
