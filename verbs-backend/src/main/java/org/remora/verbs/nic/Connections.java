package org.remora.verbs.nic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Connections over the connection manager of RDMA, and what happens to them. A connection is named
 * by the number of its id; every id must be given back with {@link #destroy}.
 *
 * <p>No call blocks: what it starts ends as an event. The stock connection classes of DiSNI wait
 * for ever where a peer refuses or cannot be reached.
 */
public final class Connections extends Handle {
  /** How often a message without an answer is repeated: below 7, which some take for no limit. */
  private static final int RETRIES = 6;

  /** How often one is repeated whose receiver has no buffer yet. */
  private static final int FOR_EVER = 7;

  private final Nic nic;
  private final ByteBuffer event = Nic.structure(ConnectionEvent.BYTES);
  private final long eventAddress = Natives.address(event);
  private final int fd;

  private Connections(Nic nic, long pointer) throws IOException {
    super(pointer);
    this.nic = nic;
    fd = Natives.eventChannelFd(pointer);
  }

  /** A source of connections. */
  public static Connections open() throws IOException {
    Nic nic = Nic.open();
    try {
      return new Connections(nic, nic.disni()._createEventChannel());
    } catch (IOException e) {
      throw new VerbsUnavailableException(
          "this machine has no RDMA connections ("
              + e.getMessage()
              + "): is the kernel module rdma_ucm loaded?",
          e);
    }
  }

  /** The file descriptor that can be read when there is an event. */
  public int fd() {
    return fd;
  }

  /** The next event; null if there is none now. */
  public @Nullable ConnectionEvent next() throws IOException {
    return Natives.nextCmEvent(pointer(), eventAddress) ? ConnectionEvent.read(event) : null;
  }

  /** An id that listens at an address of a card of this machine; port 0 is any that is free. */
  public long listen(InetSocketAddress address, int backlog) throws IOException {
    long id = nic.disni()._createId(pointer(), (short) 0);
    try {
      ByteBuffer at = ConnectionEvent.address(address);
      nic.disni()._bindAddr(id, Natives.address(at));
      nic.disni()._listen(id, backlog);
      return id;
    } catch (IOException e) {
      destroy(id, null);
      throw e;
    }
  }

  /** The address that an id has on this side. */
  public InetSocketAddress localAddress(long id) throws IOException {
    ByteBuffer out = Nic.structure(16);
    check("rdma_get_local_addr", nic.disni()._getSrcAddr(id, Natives.address(out)));
    return address(out);
  }

  /** The address of the other side of an id. */
  public InetSocketAddress remoteAddress(long id) throws IOException {
    ByteBuffer out = Nic.structure(16);
    check("rdma_get_peer_addr", nic.disni()._getDstAddr(id, Natives.address(out)));
    return address(out);
  }

  private static InetSocketAddress address(ByteBuffer out) throws IOException {
    byte[] host = new byte[4];
    out.get(4, host);
    int port = out.duplicate().order(ByteOrder.BIG_ENDIAN).getShort(2) & 0xFFFF;
    return new InetSocketAddress(InetAddress.getByAddress(host), port);
  }

  /** An id on its way to {@code address}: ends as ADDRESS_RESOLVED or ADDRESS_ERROR. */
  public long resolveAddress(InetSocketAddress address, int milliseconds) throws IOException {
    return resolve(null, address, milliseconds);
  }

  /**
   * The same by the card that has the address {@code from}, whatever ways there are besides.
   *
   * @throws IOException if none has
   */
  public long resolveAddress(InetAddress from, InetSocketAddress address, int milliseconds)
      throws IOException {
    return resolve(from, address, milliseconds);
  }

  private long resolve(@Nullable InetAddress from, InetSocketAddress address, int milliseconds)
      throws IOException {
    long id = nic.disni()._createId(pointer(), (short) 0);
    try {
      if (from != null) {
        ByteBuffer at = ConnectionEvent.address(new InetSocketAddress(from, 0));
        nic.disni()._bindAddr(id, Natives.address(at));
      }
      ByteBuffer to = ConnectionEvent.address(address);
      nic.disni()._resolveAddr(id, 0, Natives.address(to), milliseconds);
      return id;
    } catch (IOException e) {
      destroy(id, null);
      throw e;
    }
  }

  /**
   * The card that has an address of this machine.
   *
   * @throws IOException if none has
   */
  public Card cardAt(InetAddress address) throws IOException {
    long id = nic.disni()._createId(pointer(), (short) 0);
    try {
      ByteBuffer at = ConnectionEvent.address(new InetSocketAddress(address, 0));
      nic.disni()._bindAddr(id, Natives.address(at));
      return card(id);
    } finally {
      destroy(id, null);
    }
  }

  /** Ends as ROUTE_RESOLVED or ROUTE_ERROR. */
  public void resolveRoute(long id, int milliseconds) throws IOException {
    nic.disni()._resolveRoute(id, milliseconds);
  }

  /**
   * The card of an id whose address is resolved, or that a peer wants to connect to.
   *
   * @throws IOException if it has none
   */
  public Card card(long id) throws IOException {
    long context = nic.disni()._getContext(id);
    if (context == 0 || context == -1) {
      throw new IOException("no RDMA device has the address");
    }
    return new Card(context);
  }

  /**
   * Connects an id whose route is resolved; ends as ESTABLISHED, REJECTED, UNREACHABLE or
   * CONNECT_ERROR.
   *
   * @param pair made by {@link QueuePair#ofConnection} for this id
   * @param data at most 56 bytes for the peer
   */
  public void connect(long id, QueuePair pair, byte[] data) throws IOException {
    pair.pointer();
    Natives.connect(id, QueuePair.DEPTH, RETRIES, FOR_EVER, data);
  }

  /**
   * Connects this end of a request's queue pair, which was made by {@link QueuePair#create}: from
   * now on buffers for receives can be posted. It never allows the peer more than {@code access}.
   */
  public void prepare(long id, QueuePair pair, int access) throws IOException {
    Natives.prepare(id, pair.pointer(), access, QueuePair.DEPTH, FOR_EVER);
  }

  /** Accepts a request on a queue pair that was prepared; ends as ESTABLISHED. */
  public void accept(long id, QueuePair pair, byte[] data) throws IOException {
    Natives.accept(id, pair.pointer(), QueuePair.DEPTH, FOR_EVER, data);
  }

  /** Refuses a request. */
  public void reject(long id, byte[] data) throws IOException {
    Natives.reject(id, data);
  }

  /** Tells the peer that this side leaves. */
  public void disconnect(long id) throws IOException {
    check("rdma_disconnect", nic.disni()._disconnect(id));
  }

  /** Gives an id back, and the queue pair before it, if it has one. */
  public void destroy(long id, @Nullable QueuePair pair) throws IOException {
    if (pair != null) {
      pair.close();
    }
    check("rdma_destroy_id", nic.disni()._destroyCmId(id));
  }

  @Override
  void destroy(long channel) throws IOException {
    check("rdma_destroy_event_channel", nic.disni()._destroyEventChannel(channel));
  }
}
