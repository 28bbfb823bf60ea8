package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A transport of a peer that does not keep to the protocol: what its channels send is tampered
 * with.
 */
final class HostileFabric implements Fabric {
  /** What happens to frames. */
  interface Mischief {
    /** Sends a frame, or something else, or nothing. */
    void send(Sender sender, PooledBuffer buffer, int bytes);
  }

  /** A wire as mischief sees it. */
  static final class Sender {
    private final SelectorCore selector;
    private final Wire wire;
    private final ChannelCore channel;

    /** How many frames the channel wanted to send so far, this one included. */
    int frames;

    Sender(SelectorCore selector, Wire wire, ChannelCore channel) {
      this.selector = selector;
      this.wire = wire;
      this.channel = channel;
    }

    /** Breaks the connection. */
    void cut() {
      channel.wireBroke("cut");
    }

    void send(PooledBuffer buffer, int bytes) {
      wire.send(buffer, bytes);
    }

    /** A copy of a frame, in a buffer that the channel knows nothing of. */
    PooledBuffer copy(PooledBuffer buffer, int bytes) {
      try {
        PooledBuffer copy = selector.pool.take(PooledBuffer.Place.WIRE);
        copy.data.clear().put(buffer.data.duplicate().position(0).limit(bytes));
        return copy;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final SelectorCore selector;
  private final Fabric fabric;
  private final Mischief mischief;

  HostileFabric(SelectorCore selector, Fabric fabric, Mischief mischief) {
    this.selector = selector;
    this.fabric = fabric;
    this.mischief = mischief;
  }

  @Override
  public Wire connect(ChannelCore channel, InetSocketAddress peer) throws IOException {
    Wire wire = fabric.connect(channel, peer);
    Sender sender = new Sender(selector, wire, channel);
    return new Wire() {
      @Override
      public void post(PooledBuffer buffer) {
        wire.post(buffer);
      }

      @Override
      public void send(PooledBuffer buffer, int bytes) {
        sender.frames++;
        mischief.send(sender, buffer, bytes);
      }

      @Override
      public void close() {
        wire.close();
      }

      @Override
      public InetSocketAddress localAddress() {
        return wire.localAddress();
      }

      @Override
      public InetSocketAddress remoteAddress() {
        return wire.remoteAddress();
      }
    };
  }

  @Override
  public Listener listen(ServerCore server, InetSocketAddress address, int backlog)
      throws IOException {
    return fabric.listen(server, address, backlog);
  }

  @Override
  public BufferPool.Registration register(ByteBuffer slab) throws IOException {
    return fabric.register(slab);
  }

  @Override
  public void pump() throws IOException {
    fabric.pump();
  }

  @Override
  public boolean arm() throws IOException {
    return fabric.arm();
  }

  @Override
  public void await(long nanosMax) throws IOException {
    fabric.await(nanosMax);
  }

  @Override
  public void wakeup() {
    fabric.wakeup();
  }

  @Override
  public void close() {
    fabric.close();
  }
}
