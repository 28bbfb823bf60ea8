package org.remora.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** Stands between two ends of TCP connections, and does to them what networks do. */
final class Proxy implements AutoCloseable {
  private final ServerSocket listener;
  private volatile Endpoint target;
  private final List<Socket> sockets = new ArrayList<>();

  /** Connections are accepted, and nothing passes. */
  volatile boolean stalled;

  /** Answers do not pass, requests do. */
  volatile boolean mute;

  /** New connections are closed at once. */
  volatile boolean refusing;

  /** One byte in so many is changed; 0 for none. */
  volatile int corruption;

  private final SplittableRandom random;

  Proxy(Endpoint target, long seed) throws IOException {
    this.target = target;
    random = new SplittableRandom(seed);
    listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  Endpoint endpoint() {
    return Endpoint.tcp("127.0.0.1", listener.getLocalPort());
  }

  void retarget(Endpoint other) {
    target = other;
  }

  /** Breaks every connection. */
  synchronized void cut() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          client.close();
          continue;
        }
        Socket server = new Socket();
        try {
          server.connect(
              new InetSocketAddress(Objects.requireNonNull(target.host()), target.port()));
        } catch (IOException notThere) {
          client.close();
          continue;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        synchronized (this) {
          sockets.add(client);
          sockets.add(server);
        }
        SplittableRandom there = random.split();
        SplittableRandom back = random.split();
        daemon(() -> pump(client, server, there, false));
        daemon(() -> pump(server, client, back, true));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void pump(Socket from, Socket to, SplittableRandom chance, boolean answers) {
    byte[] buffer = new byte[64 * 1_024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        while (stalled || (mute && answers)) {
          if (from.isClosed() || to.isClosed() || listener.isClosed()) {
            return;
          }
          Thread.sleep(1);
        }
        for (int i = 0; i < n && corruption > 0; i++) {
          if (chance.nextInt(corruption) == 0) {
            buffer[i] ^= (byte) (1 << chance.nextInt(8));
          }
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // cut
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void daemon(Runnable code) {
    Thread thread = new Thread(code, "proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
