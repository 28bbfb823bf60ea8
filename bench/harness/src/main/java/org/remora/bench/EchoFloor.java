package org.remora.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * No log, but a floor: a command goes over a TCP connection on loopback and back, with plain
 * blocking sockets. What crosses a socket once for each command cannot be faster with one command
 * outstanding.
 */
public final class EchoFloor implements Subject {
  private static final int BUFFER_BYTES = 1 << 16;

  /** What is under way, in order: an echo keeps it. */
  private final Queue<UnderWay> underWay = new ConcurrentLinkedQueue<>();

  private @Nullable OutputStream out;

  /** Creates the floor. */
  public EchoFloor() {}

  private record UnderWay(int bytes, Done done) {}

  @Override
  public void start(Path directory, Map<String, String> options) throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    run("echoes", () -> echo(server));
    Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
    client.setTcpNoDelay(true);
    out = client.getOutputStream();
    run("client", () -> receive(client));
  }

  private static void echo(ServerSocket server) throws IOException {
    try (server;
        Socket socket = server.accept()) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      OutputStream back = socket.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        back.write(buffer, 0, read);
      }
    }
  }

  private void receive(Socket client) throws IOException {
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(client.getInputStream(), BUFFER_BYTES));
    byte[] buffer = new byte[BUFFER_BYTES];
    while (true) {
      // The first byte waits for the command to be under way.
      int first = in.read();
      UnderWay next = underWay.poll();
      if (first < 0 || next == null) {
        throw new EOFException("the echo ended");
      }
      in.readFully(buffer, 0, next.bytes - 1);
      next.done.done(null);
    }
  }

  @Override
  public void submit(byte[] command, Done done) throws IOException {
    underWay.add(new UnderWay(command.length, done));
    OutputStream to = out;
    if (to == null) {
      throw new IllegalStateException("not started");
    }
    to.write(command);
  }

  @Override
  public List<Digest> replicas() {
    return List.of();
  }

  private static void run(String name, Loop loop) {
    Thread thread =
        new Thread(
            () -> {
              try {
                loop.run();
              } catch (IOException e) {
                // The closed loop sees that nothing comes back.
                System.err.println(name + ": " + e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private interface Loop {
    void run() throws IOException;
  }
}
