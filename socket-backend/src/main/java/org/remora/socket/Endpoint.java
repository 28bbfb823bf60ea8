package org.remora.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where something listens: {@code tcp:HOST:PORT} or {@code unix:PATH}.
 *
 * @param host the name or address of the host; null for a Unix-domain socket
 * @param port the port, 0 for one that the system chooses; 0 for a Unix-domain socket
 * @param path the path of the Unix-domain socket; null for TCP
 */
public record Endpoint(@Nullable String host, int port, @Nullable Path path) {
  /**
   * Checks that it is one or the other.
   *
   * @throws IllegalArgumentException if it is both or neither, or the port is none
   */
  public Endpoint {
    if ((host == null) == (path == null)
        || port < 0
        || port > 65_535
        || (path != null && port > 0)) {
      throw new IllegalArgumentException("a host with a port in 0..65535, or a path");
    }
  }

  /** A port of a host. */
  public static Endpoint tcp(String host, int port) {
    return new Endpoint(Objects.requireNonNull(host), port, null);
  }

  /** A Unix-domain socket. */
  public static Endpoint unix(Path path) {
    return new Endpoint(null, 0, Objects.requireNonNull(path));
  }

  /**
   * What {@link #toString} writes, read back.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static Endpoint parse(String text) {
    if (text.startsWith("unix:") && text.length() > "unix:".length()) {
      return unix(Path.of(text.substring("unix:".length())));
    }
    int colon = text.lastIndexOf(':');
    if (text.startsWith("tcp:") && colon > "tcp:".length()) {
      String host = text.substring("tcp:".length(), colon);
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      }
      try {
        return tcp(host, Integer.parseInt(text.substring(colon + 1)));
      } catch (NumberFormatException noNumber) {
        throw new IllegalArgumentException("no port number in \"" + text + "\"", noNumber);
      }
    }
    throw new IllegalArgumentException(
        "an address is tcp:HOST:PORT or unix:PATH, not \"" + text + "\"");
  }

  /** For people, and for {@link #parse}. */
  @Override
  public String toString() {
    if (path != null) {
      return "unix:" + path;
    }
    String name = String.valueOf(host);
    return "tcp:" + (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
  }

  /** A non-blocking channel that listens here. */
  ServerSocketChannel listen() throws IOException {
    Path file = path;
    ServerSocketChannel channel =
        file == null
            ? ServerSocketChannel.open()
            : ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      if (file == null) {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      } else {
        removeIfDead(file);
      }
      channel.bind(address());
      channel.configureBlocking(false);
      return channel;
    } catch (IOException | UnresolvedAddressException e) {
      channel.close();
      throw new IOException("cannot listen on " + this + ": " + e, e);
    }
  }

  /** Where a channel listens: with the port that the system chose. */
  Endpoint of(ServerSocketChannel channel) throws IOException {
    return channel.getLocalAddress() instanceof InetSocketAddress bound && host != null
        ? tcp(host, bound.getPort())
        : this;
  }

  /** A non-blocking channel that is being connected, or is connected already, to here. */
  SocketChannel connect() throws IOException {
    SocketChannel channel =
        path == null ? SocketChannel.open() : SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      tune(channel);
      channel.connect(address());
      return channel;
    } catch (IOException | UnresolvedAddressException e) {
      channel.close();
      throw new IOException("cannot connect to " + this + ": " + e, e);
    }
  }

  /** Small frames leave at once. */
  static void tune(SocketChannel channel) throws IOException {
    if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }
  }

  /** Removes the file that was listened on, if it is one. */
  void removeFile() throws IOException {
    if (path != null) {
      Files.deleteIfExists(path);
    }
  }

  private SocketAddress address() {
    return path == null
        ? new InetSocketAddress(Objects.requireNonNull(host), port)
        : UnixDomainSocketAddress.of(path);
  }

  /** A socket file outlives a listener that was killed; one that nobody listens on may go. */
  private static void removeIfDead(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(file));
    } catch (IOException nobodyListens) {
      if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
        Files.delete(file);
      }
    }
  }
}
