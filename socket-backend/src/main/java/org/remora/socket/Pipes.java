package org.remora.socket;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Makes the pipe that a security asks for. */
final class Pipes {
  private Pipes() {}

  static Pipe accepted(SocketChannel channel, Sockets sockets, Security security)
      throws IOException {
    return make(channel, sockets, security, false);
  }

  static Pipe connecting(SocketChannel channel, Sockets sockets, Security security)
      throws IOException {
    return make(channel, sockets, security, true);
  }

  private static Pipe make(
      SocketChannel channel, Sockets sockets, Security security, boolean client)
      throws IOException {
    if (security instanceof TlsSecurity tls) {
      return new TlsPipe(channel, sockets.scratch, tls.engine(client));
    }
    return new Pipe(channel, sockets.scratch);
  }
}
