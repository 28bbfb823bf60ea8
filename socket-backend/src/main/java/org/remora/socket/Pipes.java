package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Makes the pipe that a security asks for. */
final class Pipes {
  private Pipes() {}

  static Pipe accepted(SocketChannel channel, ByteBuffer scratch, Security security)
      throws IOException {
    return make(channel, scratch, security, false);
  }

  static Pipe connecting(SocketChannel channel, ByteBuffer scratch, Security security)
      throws IOException {
    return make(channel, scratch, security, true);
  }

  private static Pipe make(
      SocketChannel channel, ByteBuffer scratch, Security security, boolean client)
      throws IOException {
    if (security instanceof TlsSecurity tls) {
      return new TlsPipe(channel, scratch, tls.engine(client));
    }
    return new Pipe(channel, scratch);
  }
}
