package org.remora.socket;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/** A client that sends what it is told to, right or wrong. */
final class RawClient implements AutoCloseable {
  private static final int MILLIS_MAX = 20_000;

  final Socket socket = new Socket();
  private final DataInputStream in;
  private final OutputStream out;
  private int sequence = 1;

  RawClient(MemoryHost host) throws IOException {
    socket.connect(
        new InetSocketAddress(
            Objects.requireNonNull(host.endpoint().host()), host.endpoint().port()));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(MILLIS_MAX);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** A frame as it came. */
  record Frame(int type, int sequence, Value body) {}

  /** A client whose handshake has ended well. */
  static RawClient ready(MemoryHost host, int process, PreSharedKeys keys) throws IOException {
    RawClient client = new RawClient(host);
    Frame last = client.greet(Identity.process(process), Identity.memory(host.number()), keys);
    if (last.type != Wire.READY) {
      throw new IOException("not admitted: " + last);
    }
    return client;
  }

  /** Shakes hands; the last frame that came. */
  Frame greet(Identity self, Identity peer, PreSharedKeys keys) throws IOException {
    Value hello =
        new Handshake.Hello(
                Wire.VERSION, Handshake.MEMORY, false, self, peer, Handshake.nonce(), 0, 0)
            .encode();
    frame(Wire.HELLO, 0, hello);
    Frame answer = next();
    if (answer == null || answer.type != Wire.CHALLENGE) {
      return answer == null ? new Frame(0, 0, Value.EMPTY) : answer;
    }
    Handshake.Challenge challenge = Handshake.Challenge.decode(answer.body);
    frame(
        Wire.PROOF,
        0,
        Handshake.clientProof(
            Objects.requireNonNull(keys.key(self, peer)),
            hello,
            challenge.nonce(),
            challenge.incarnation()));
    Frame last = next();
    return last == null ? new Frame(0, 0, Value.EMPTY) : last;
  }

  void bytes(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  void frame(int type, int number, Value body) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(Wire.HEADER_BYTES + body.length());
    Wire.header(frame, type, number, body.length());
    body.putInto(frame);
    out.write(frame.array());
  }

  void operation(int type, Value body) throws IOException {
    frame(type, sequence++, body);
  }

  void write(int region, int register, Value value) throws IOException {
    ByteBuffer body = ByteBuffer.allocate(8 + value.length()).putInt(region).putInt(register);
    value.putInto(body);
    operation(Wire.WRITE, Value.of(body.array()));
  }

  /** The value of a register, by an operation of its own. */
  Value read(int region, int register) throws IOException {
    operation(Wire.READ, Value.of(ByteBuffer.allocate(8).putInt(region).putInt(register).array()));
    Frame answer = Objects.requireNonNull(next());
    return answer.body.length() < 5 ? Value.BOTTOM : answer.body.slice(5, answer.body.length() - 5);
  }

  /** The next frame; null at the end of the stream. */
  @Nullable Frame next() throws IOException {
    try {
      int length = in.readInt();
      int type = in.readUnsignedByte();
      int number = in.readInt();
      byte[] body = new byte[length - Wire.COUNTED_BYTES];
      in.readFully(body);
      return new Frame(type, number, Value.of(body));
    } catch (EOFException | java.net.SocketException end) {
      return null;
    }
  }

  /** Whether the host has closed the connection: nothing more comes. */
  boolean isClosedByHost() throws IOException {
    while (next() != null) {}
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
