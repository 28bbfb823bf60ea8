package org.remora.verbs.nic;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.remora.memory.Value;

/**
 * What has happened to a connection.
 *
 * @param type what it is
 * @param status why, for failures: a number whose meaning depends on the type
 * @param id the connection that it is about; for {@link Type#CONNECT_REQUEST} a new one
 * @param privateData what the peer sent along: 56 bytes at a request, 196 at an acceptance, with
 *     zeros where the peer sent less
 */
public record ConnectionEvent(Type type, int status, long id, Value privateData) {
  /** In the order of the verbs. */
  public enum Type {
    /** The peer's address is known. */
    ADDRESS_RESOLVED,
    /** It is not reachable from here. */
    ADDRESS_ERROR,
    /** The way to it is known. */
    ROUTE_RESOLVED,
    /** There is no way to it. */
    ROUTE_ERROR,
    /** A peer wants to connect. */
    CONNECT_REQUEST,
    /** Connected, but for the last step. */
    CONNECT_RESPONSE,
    /** It could not be connected. */
    CONNECT_ERROR,
    /** The peer does not answer. */
    UNREACHABLE,
    /** The peer refused. */
    REJECTED,
    /** Connected. */
    ESTABLISHED,
    /** The peer has left, or this side has. */
    DISCONNECTED,
    /** The card is gone. */
    DEVICE_REMOVAL,
    /** Of multicast. */
    MULTICAST_JOIN,
    /** Of multicast. */
    MULTICAST_ERROR,
    /** The address has moved to another card. */
    ADDRESS_CHANGE,
    /** The queue pair's number may be used again. */
    TIMEWAIT_EXIT,
    /** None that is known here. */
    OTHER
  }

  private static final Type[] TYPES = Type.values();

  static final int BYTES = 32 + 256;

  static ConnectionEvent read(ByteBuffer from) {
    int type = from.getInt(0);
    byte[] data = new byte[from.getInt(24)];
    from.get(32, data);
    return new ConnectionEvent(
        type >= 0 && type < TYPES.length ? TYPES[type] : Type.OTHER,
        from.getInt(4),
        from.getLong(16),
        Value.of(data));
  }

  /** An IPv4 address and port as the verbs take it. */
  static ByteBuffer address(java.net.InetSocketAddress address) throws UnknownHostException {
    InetAddress host = address.getAddress();
    if (host == null || host.getAddress().length != 4) {
      throw new UnknownHostException("not an IPv4 address: " + address);
    }
    ByteBuffer out = Nic.structure(16);
    out.putShort(0, (short) 2); // AF_INET
    out.duplicate().order(ByteOrder.BIG_ENDIAN).putShort(2, (short) address.getPort());
    out.put(4, host.getAddress());
    return out;
  }
}
