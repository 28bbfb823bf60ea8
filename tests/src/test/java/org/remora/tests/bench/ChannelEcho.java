package org.remora.tests.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.remora.verbs.channel.ChannelOptions;
import org.remora.verbs.channel.RdmaChannel;
import org.remora.verbs.channel.RdmaSelectionKey;
import org.remora.verbs.channel.RdmaSelector;
import org.remora.verbs.channel.RdmaServerChannel;
import org.remora.verbs.channel.ReceivedMessage;
import org.remora.verbs.channel.Transport;

/**
 * How long a message takes to a server and back, over each transport named, by the same code: the
 * client and the server have a thread and a selector each, and wait in blocking selections.
 *
 * <pre>
 *   java -cp "$(cat tests/target/class-path):tests/target/test-classes" \
 *     --add-exports java.base/sun.nio.ch=ALL-UNNAMED \
 *     org.remora.tests.bench.ChannelEcho ADDRESS SECONDS TRANSPORT..
 * </pre>
 *
 * <p>The transports take turns, so that what else the machine does falls on all of them; what is
 * reported of several rounds is the median round. Over Soft-RoCE, and the more so in an emulated
 * machine, the figures say nothing about RDMA hardware, only that it works.
 */
public final class ChannelEcho {
  private static final int ROUNDS = 5;
  private static final int[] SIZES = {64, 4096, 65536};
  private static final int[] DEPTHS = {1, 8};

  private final Transport transport;
  private final String address;

  private ChannelEcho(Transport transport, String address) {
    this.transport = transport;
    this.address = address;
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    if (args.length < 3) {
      System.err.println("usage: ChannelEcho ADDRESS SECONDS TRANSPORT..   (tcp, or a device)");
      System.exit(2);
    }
    double seconds = Double.parseDouble(args[1]);
    List<ChannelEcho> all = new ArrayList<>();
    for (String name : Arrays.asList(args).subList(2, args.length)) {
      Transport transport = name.equals("tcp") ? Transport.tcp() : Transport.rdma(name);
      all.add(new ChannelEcho(transport, args[0]));
    }
    String software =
        all.stream().anyMatch(e -> e.transport.toString().startsWith("rxe")) ? "  EMULATED" : "";
    for (int size : SIZES) {
      for (int depth : DEPTHS) {
        List<List<Round>> rounds = new ArrayList<>();
        for (ChannelEcho echo : all) {
          rounds.add(new ArrayList<>());
          echo.round(size, depth, seconds / 2); // warms up
        }
        for (int i = 0; i < ROUNDS; i++) {
          for (int t = 0; t < all.size(); t++) {
            rounds.get(t).add(all.get(t).round(size, depth, seconds));
          }
        }
        for (int t = 0; t < all.size(); t++) {
          System.out.printf(
              Locale.ROOT,
              "%-6s %6d bytes, %d outstanding: %s%s%n",
              all.get(t).transport,
              size,
              depth,
              median(rounds.get(t)),
              all.get(t).transport.toString().equals("tcp") ? "" : software);
        }
      }
    }
  }

  private record Round(double p50, double p99, double perSecond) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "p50 %.1f µs, p99 %.1f µs, %.0f/s", p50, p99, perSecond);
    }
  }

  private static Round median(List<Round> rounds) {
    return rounds.stream()
        .sorted((a, b) -> Double.compare(a.p50, b.p50))
        .toList()
        .get(rounds.size() / 2);
  }

  private Round round(int size, int depth, double seconds) throws Exception {
    ChannelOptions options =
        ChannelOptions.DEFAULT
            .withPoolBuffers(256)
            .withMessageBytesMax(Math.max(size, 4096))
            .withTimes(60_000, 1_000);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (RdmaSelector servers = transport.openSelector(options);
        RdmaSelector clients = transport.openSelector(options)) {
      RdmaServerChannel server = servers.openServer().bind(new InetSocketAddress(address, 0));
      server.key().interestOps(RdmaSelectionKey.OP_ACCEPT);
      Thread echo =
          new Thread(
              () -> {
                try {
                  serve(servers, server);
                } catch (IOException | RuntimeException e) {
                  failure.set(e);
                }
              });
      echo.start();
      RdmaChannel client = clients.openChannel();
      client.connect(server.localAddress());
      while (!client.finishConnect()) {
        clients.select(1);
      }
      Histogram times = new Histogram(TimeUnit.SECONDS.toNanos(60), 3);
      long begin = System.nanoTime();
      run(clients, client, size, depth, begin + (long) (seconds * 1e9), times);
      double took = (System.nanoTime() - begin) / 1e9;
      client.close();
      clients.selectNow();
      echo.join(TimeUnit.SECONDS.toMillis(20));
      if (failure.get() != null) {
        throw new IOException("the server", failure.get());
      }
      return new Round(
          times.getValueAtPercentile(50) / 1e3,
          times.getValueAtPercentile(99) / 1e3,
          times.getTotalCount() / took);
    }
  }

  private static void run(
      RdmaSelector selector, RdmaChannel channel, int size, int depth, long end, Histogram times)
      throws IOException {
    byte[] message = new byte[size];
    ByteBuffer rest = ByteBuffer.wrap(message);
    long[] sentAt = new long[depth];
    long sent = 0;
    long received = 0;
    RdmaSelectionKey key = channel.key();
    while (System.nanoTime() < end || received < sent) {
      boolean full = false;
      while (!full && sent - received < depth && System.nanoTime() < end) {
        if (rest.position() == 0) {
          sentAt[(int) (sent % depth)] = System.nanoTime();
        }
        if (channel.write(rest)) {
          sent++;
          rest.clear();
        } else {
          full = true;
        }
      }
      key.interestOps(
          full ? RdmaSelectionKey.OP_READ | RdmaSelectionKey.OP_WRITE : RdmaSelectionKey.OP_READ);
      if (received < sent || full) {
        selector.select(1_000);
        selector.selectedKeys().clear();
      }
      for (ReceivedMessage got = channel.read(); got != null; got = channel.read()) {
        got.close();
        times.recordValue(System.nanoTime() - sentAt[(int) (received % depth)]);
        received++;
      }
      if (channel.ending() != null) {
        throw new IOException(channel.ending().reason());
      }
      if (rest.position() != 0 && System.nanoTime() >= end && received == sent) {
        return; // A message begun when the time ran out.
      }
    }
  }

  /** Serves one connection to its end. */
  private static void serve(RdmaSelector selector, RdmaServerChannel server) throws IOException {
    RdmaChannel channel = null;
    while (channel == null) {
      selector.select(1_000);
      selector.selectedKeys().clear();
      channel = server.accept();
    }
    ReceivedMessage lent = null;
    ByteBuffer answer = null;
    while (true) {
      channel
          .key()
          .interestOps(lent == null ? RdmaSelectionKey.OP_READ : RdmaSelectionKey.OP_WRITE);
      selector.select(1_000);
      selector.selectedKeys().clear();
      while (true) {
        if (lent == null) {
          lent = channel.read();
          if (lent == null) {
            break;
          }
          answer = lent.content(); // Out of the buffer that it came in.
        }
        if (channel.ending() != null || !channel.write(answer)) {
          break;
        }
        lent.close();
        lent = null;
      }
      if (channel.ending() != null) {
        if (lent != null) {
          lent.close();
        }
        channel.close();
        return;
      }
    }
  }
}
