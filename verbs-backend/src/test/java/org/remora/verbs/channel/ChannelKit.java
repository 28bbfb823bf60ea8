package org.remora.verbs.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;

/**
 * What the conformance suites of all transports share. A test drives all ends of its connections in
 * its own thread, one turn at a time, until something holds; the time for that is bounded
 * generously, and no test asserts how long anything took.
 */
public abstract class ChannelKit {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Small buffers, so that messages of several are cheap. */
  static final ChannelOptions SMALL =
      ChannelOptions.DEFAULT
          .withBuffers(256, 4, 3)
          .withMessageBytesMax(20_000)
          .withTimes(20_000, 20_000);

  private final List<RdmaSelector> selectors = new ArrayList<>();

  /** The transport under test. */
  protected abstract Transport transport();

  /** An address of this host that servers can be bound to, with port 0. */
  protected abstract InetSocketAddress anyPort();

  /** How many connections a test of many makes. */
  protected int many() {
    return 60;
  }

  /** A selector that is closed after the test, when all its buffers must be back in the pool. */
  RdmaSelector selector(ChannelOptions options) throws IOException {
    RdmaSelector selector = transport().openSelector(options);
    selectors.add(selector);
    return selector;
  }

  @AfterEach
  final void nothingLeaks() throws InterruptedException {
    // At once: each says goodbye to the others.
    List<Thread> closing = selectors.stream().map(selector -> new Thread(selector::close)).toList();
    closing.forEach(Thread::start);
    for (Thread each : closing) {
      each.join();
    }
    for (RdmaSelector selector : selectors) {
      assertThat(selector.bufferUse().used() - selector.bufferUse().lent())
          .as("buffers not given back")
          .isZero();
    }
  }

  RdmaServerChannel server(RdmaSelector selector) throws IOException {
    RdmaServerChannel server = selector.openServer();
    server.bind(anyPort());
    return server;
  }

  /** The two ends of one connection. */
  record Pair(RdmaChannel client, RdmaChannel server) {}

  /** A connection between two selectors, or within one. */
  Pair connect(RdmaSelector clients, RdmaSelector servers) throws IOException {
    RdmaServerChannel server = server(servers);
    Pair pair = connect(clients, server);
    server.close();
    return pair;
  }

  Pair connect(RdmaSelector clients, RdmaServerChannel server) throws IOException {
    RdmaChannel client = clients.openChannel();
    client.connect(server.localAddress());
    RdmaChannel[] accepted = {null};
    until(
        () -> {
          if (accepted[0] == null) {
            accepted[0] = server.accept();
          }
          return client.finishConnect() && accepted[0] != null;
        },
        clients,
        server.key().selector());
    return new Pair(client, accepted[0]);
  }

  /** Something that will hold. */
  interface Condition {
    boolean holds() throws IOException;
  }

  /** Lets the selectors work until something holds. */
  static void until(Condition condition, RdmaSelector... at) throws IOException {
    long begin = System.nanoTime();
    for (int turn = 1; !condition.holds(); turn++) {
      if (System.nanoTime() - begin > PATIENCE_NANOS) {
        throw new AssertionError("still waiting after " + PATIENCE_NANOS + " ns");
      }
      for (RdmaSelector selector : at) {
        selector.selectNow();
      }
      if (turn % 16 == 0) {
        LockSupport.parkNanos(1_000); // Lets others work, too.
      }
    }
  }

  /** Lets the selectors work on what is under way, which then has most likely arrived. */
  static void settle(RdmaSelector... at) throws IOException {
    for (int i = 0; i < 20; i++) {
      for (RdmaSelector selector : at) {
        selector.select(1);
        selector.selectedKeys().clear();
      }
    }
  }

  /** Writes a whole message, and lets the selectors work for it. */
  static void write(RdmaChannel channel, byte[] message, RdmaSelector... at) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(message);
    until(() -> channel.write(rest), at);
  }

  /** The next message; copied and released. */
  static byte[] read(RdmaChannel channel, RdmaSelector... at) throws IOException {
    try (ReceivedMessage message = lend(channel, at)) {
      return message.toBytes();
    }
  }

  /** The next message, not released. */
  static ReceivedMessage lend(RdmaChannel channel, RdmaSelector... at) throws IOException {
    ReceivedMessage[] message = {null};
    until(
        () -> {
          message[0] = channel.read();
          assertThat(message[0] != null || channel.ending() == null)
              .as("ended: %s", channel.ending())
              .isTrue();
          return message[0] != null;
        },
        at);
    return message[0];
  }

  static Ending ending(RdmaChannel channel, RdmaSelector... at) throws IOException {
    until(() -> channel.ending() != null, at);
    return channel.ending();
  }

  /** A message whose bytes depend on its number, and are all of its number's. */
  static byte[] message(int number, int length) {
    byte[] bytes = new byte[length];
    SplittableRandom random = new SplittableRandom(number);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }
}
