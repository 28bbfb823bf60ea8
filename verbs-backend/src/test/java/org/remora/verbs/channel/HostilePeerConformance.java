package org.remora.verbs.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.remora.verbs.channel.HostileFabric.Mischief;

/**
 * What every transport's channels do about a peer that does not keep to the protocol: they end, and
 * say so; what was received before stays; nobody else notices.
 */
public abstract class HostilePeerConformance extends ChannelKit {
  private final ChannelFrame frame = new ChannelFrame();

  /** The transport itself, below its channels. */
  abstract Fabric fabric(SelectorCore selector, ChannelOptions options) throws IOException;

  /** How many frames the fuzz test spoils. */
  protected int spoiled() {
    return 60;
  }

  private RdmaSelector hostile(ChannelOptions options, Mischief mischief) throws IOException {
    return SelectorCore.open(
        options, selector -> new HostileFabric(selector, fabric(selector, options), mischief));
  }

  /** Changes the header of the frame of one number, with a checksum that is right. */
  private Mischief forged(int number, Consumer<ChannelFrame> forgery) {
    return (sender, buffer, bytes) -> {
      if (sender.frames == number) {
        forge(buffer, bytes, forgery);
      }
      sender.send(buffer, bytes);
    };
  }

  private void forge(PooledBuffer buffer, int bytes, Consumer<ChannelFrame> forgery) {
    assertThat(frame.decode(buffer.data, bytes)).isNull();
    forgery.accept(frame);
    frame.encode(
        buffer.data,
        frame.kind,
        frame.flags,
        frame.sequence,
        frame.length,
        frame.messageLength,
        frame.grant,
        frame.controls);
  }

  /** Behind the frame of one number, more that nobody asked for. */
  private Mischief followed(int number, int times, Consumer<ChannelFrame> forgery) {
    return (sender, buffer, bytes) -> {
      int[] sequence = {0};
      PooledBuffer[] extra = new PooledBuffer[sender.frames == number ? times : 0];
      for (int i = 0; i < extra.length; i++) {
        extra[i] = sender.copy(buffer, bytes);
        int next = i + 1;
        forge(
            extra[i],
            bytes,
            f -> {
              sequence[0] = f.sequence + next;
              f.sequence += next;
              forgery.accept(f);
            });
      }
      sender.send(buffer, bytes);
      for (PooledBuffer each : extra) {
        sender.send(each, bytes);
      }
    };
  }

  /**
   * Frame 1 is HELLO, 2 a message of 0 bytes, 3 one of 50, 4 and 5 one of 250; then the channel is
   * shut down.
   */
  private Map<String, Mischief> violations() {
    Map<String, Mischief> all = new TreeMap<>();
    all.put("a kind that there is not", forged(3, f -> f.kind = 9));
    all.put("flags that there are not", forged(3, f -> f.flags |= 4));
    all.put("a frame left out", forged(3, f -> f.sequence++));
    all.put("a frame again", followed(3, 1, f -> f.sequence--));
    all.put("a message longer than its frame", forged(3, f -> f.messageLength = 51));
    all.put("a message shorter than its frame", forged(3, f -> f.messageLength = 49));
    all.put("a negative message length", forged(4, f -> f.messageLength = -1));
    all.put("a message too long", forged(4, f -> f.messageLength = 20_001));
    all.put("a message of parts that are too many", forged(4, f -> f.messageLength = 230));
    all.put("a message of parts that are too few", forged(4, f -> f.messageLength = 260));
    all.put("a part of no message", forged(3, f -> noFirst(f)));
    all.put("a message within a message", forged(5, f -> first(f)));
    all.put("no last part", forged(5, f -> f.flags = 0));
    all.put("a last part too early", forged(4, f -> lastOnly(f)));
    all.put("a grant taken back", forged(3, f -> f.grant -= 1));
    all.put("a grant beyond all bounds", forged(3, f -> f.grant += 1 << 21));
    all.put("CREDIT frames received that were not sent", forged(3, f -> f.controls += 1));
    all.put("a second HELLO", forged(3, f -> control(f, ChannelFrame.HELLO)));
    all.put("a second END", followed(6, 1, f -> {}));
    all.put("a message behind the END", followed(6, 1, f -> data(f)));
    all.put("a HELLO too late", forged(1, f -> control(f, ChannelFrame.END)));
    all.put("more than was granted", followed(2, 4, f -> {}));
    all.put("CREDIT frames without end", followed(2, 3, f -> control(f, ChannelFrame.CREDIT)));
    all.put("END with bytes", forged(3, f -> control(f, ChannelFrame.END)));
    all.put("a wrong checksum", spoiled(3, 28));
    all.put("other bytes", spoiled(3, 40));
    all.put("reserved bytes", spoiled(3, 2));
    all.put("more reserved bytes", spoiled(3, 26));
    return all;
  }

  private static void control(ChannelFrame frame, int kind) {
    frame.kind = kind;
    frame.flags = 0;
    frame.messageLength = 0;
  }

  private static void data(ChannelFrame frame) {
    frame.kind = ChannelFrame.DATA;
    frame.flags = ChannelFrame.FIRST | ChannelFrame.LAST;
  }

  private static void noFirst(ChannelFrame frame) {
    frame.flags = ChannelFrame.LAST;
    frame.messageLength = 0;
  }

  private static void first(ChannelFrame frame) {
    frame.flags = ChannelFrame.FIRST;
    frame.messageLength = 1_000;
  }

  private static void lastOnly(ChannelFrame frame) {
    frame.flags = ChannelFrame.FIRST | ChannelFrame.LAST;
    frame.messageLength = frame.length;
  }

  private static Mischief spoiled(int number, int at) {
    return (sender, buffer, bytes) -> {
      if (sender.frames == number) {
        buffer.data.put(at, (byte) (buffer.data.get(at) ^ 0x10));
      }
      sender.send(buffer, bytes);
    };
  }

  /** Each violation ends its channel, and no other. */
  @TestFactory
  final List<DynamicTest> everyViolationEndsItsChannel() {
    List<DynamicTest> tests = new ArrayList<>();
    violations()
        .forEach(
            (name, mischief) ->
                tests.add(DynamicTest.dynamicTest(name, () -> violationEndsItsChannel(mischief))));
    return tests;
  }

  private void violationEndsItsChannel(Mischief mischief) throws IOException {
    RdmaSelector servers = transport().openSelector(SMALL);
    RdmaSelector honest = transport().openSelector(SMALL);
    try (RdmaSelector hostile = hostile(SMALL.withTimes(2_000, 0), mischief)) {
      RdmaServerChannel server = server(servers);
      Pair good = connect(honest, server);
      RdmaChannel bad = hostile.openChannel();
      bad.connect(server.localAddress());
      List<byte[]> got = new ArrayList<>();
      RdmaChannel[] victim = {null};
      Misdeeds misdeeds = new Misdeeds(bad);
      until(
          () -> {
            misdeeds.goOn();
            victim[0] = victim[0] == null ? server.accept() : victim[0];
            if (victim[0] == null) {
              return !misdeeds.connecting; // it was never let in
            }
            collect(victim[0], got);
            return victim[0].ending() != null
                && victim[0].ending().cause() != Ending.Cause.FINISHED;
          },
          hostile,
          servers,
          honest);
      if (victim[0] != null) {
        assertThat(victim[0].ending().cause())
            .as(victim[0].ending().reason())
            .isEqualTo(Ending.Cause.VIOLATION);
        assertGenuine(got);
      }
      for (int i = 0; i < 3; i++) {
        write(good.client(), message(i, 700), honest, servers);
        assertThat(read(good.server(), honest, servers)).isEqualTo(message(i, 700));
      }
      if (victim[0] != null) {
        victim[0].close();
      }
      server.close();
      good.client().close();
      until(() -> servers.bufferUse().used() == 0, honest, servers);
    } finally {
      servers.close();
      honest.close();
    }
  }

  private static void collect(RdmaChannel channel, List<byte[]> got) throws IOException {
    try (ReceivedMessage message = channel.read()) {
      if (message != null) {
        got.add(message.toBytes());
      }
    }
  }

  private static final int[] LENGTHS = {0, 50, 250};

  /** What was let through is what was written, from the first on; at most one again. */
  private static void assertGenuine(List<byte[]> got) {
    assertThat(got.size()).isLessThanOrEqualTo(LENGTHS.length + SMALL.receiveBuffers());
    for (int i = 0; i < Math.min(got.size(), 1); i++) {
      assertThat(got.get(i)).isEqualTo(message(i, LENGTHS[i]));
    }
  }

  /** What the hostile peer's user does: the usual. */
  private static final class Misdeeds {
    private final RdmaChannel channel;
    private ByteBuffer rest = ByteBuffer.wrap(message(0, LENGTHS[0]));
    private int written;
    boolean connecting = true;

    Misdeeds(RdmaChannel channel) {
      this.channel = channel;
    }

    void goOn() {
      try {
        if (!channel.isOpen() || !channel.finishConnect() || written > LENGTHS.length) {
          return;
        }
        if (written < LENGTHS.length) {
          if (channel.write(rest)) {
            written++;
            if (written < LENGTHS.length) {
              rest = ByteBuffer.wrap(message(written, LENGTHS[written]));
            }
          }
        } else {
          channel.shutdownOutput();
          written++;
        }
      } catch (IOException thrownOut) {
        connecting = false;
      }
    }
  }

  /** Random bits of random frames are turned around; whatever it does, only that channel ends. */
  @Test
  public final void spoiledFramesHarmNobody() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    RdmaSelector servers = selector(SMALL);
    RdmaSelector honest = selector(SMALL);
    RdmaServerChannel server = server(servers);
    Pair good = connect(honest, server);
    for (int i = 0; i < spoiled(); i++) {
      int spoils = 1 + random.nextInt(6);
      int bits = 1 + random.nextInt(4);
      Mischief mischief =
          (sender, buffer, bytes) -> {
            int length = bytes;
            if (sender.frames == spoils) {
              for (int b = 0; b < bits; b++) {
                int at = random.nextInt(bytes);
                buffer.data.put(at, (byte) (buffer.data.get(at) ^ 1 << random.nextInt(8)));
              }
              length -= random.nextInt(4) == 0 ? random.nextInt(bytes) : 0;
            }
            sender.send(buffer, length);
          };
      List<byte[]> got = new ArrayList<>();
      RdmaChannel[] victim = {null};
      try (RdmaSelector hostile = hostile(SMALL.withTimes(2_000, 0), mischief)) {
        RdmaChannel bad = hostile.openChannel();
        bad.connect(server.localAddress());
        Misdeeds misdeeds = new Misdeeds(bad);
        for (int turn = 0; turn < 40; turn++) {
          misdeeds.goOn();
          hostile.selectNow();
          servers.selectNow();
          victim[0] = victim[0] == null ? server.accept() : victim[0];
          if (victim[0] != null) {
            collect(victim[0], got);
          }
        }
      }
      RdmaChannel ended = victim[0];
      if (ended != null) {
        until(
            () -> {
              collect(ended, got);
              return ended.ending() != null && ended.ending().cause() != Ending.Cause.FINISHED;
            },
            servers);
        ended.close();
      }
      assertThat(got.size()).as("seed %d", seed).isLessThanOrEqualTo(LENGTHS.length);
      for (int j = 0; j < got.size(); j++) {
        assertThat(got.get(j)).as("seed %d", seed).isEqualTo(message(j, LENGTHS[j]));
      }
      if (i % 10 == 0) {
        write(good.client(), message(i, 700), honest, servers);
        assertThat(read(good.server(), honest, servers)).isEqualTo(message(i, 700));
      }
    }
    int mine = servers.options().receiveBuffers() + servers.options().sendBuffers() + 7;
    until(() -> servers.bufferUse().used() <= mine, honest, servers);
  }

  /** Connections that never greet are dropped in time, and cannot keep others out for ever. */
  @Test
  public final void whoNeverGreetsKeepsNobodyOut() throws IOException {
    RdmaSelector servers = selector(SMALL.withBacklog(2).withTimes(300, 1_000));
    RdmaSelector honest = selector(SMALL);
    RdmaServerChannel server = server(servers);
    try (RdmaSelector mute =
        hostile(
            SMALL.withTimes(60_000, 0),
            (sender, buffer, bytes) -> {
              // says nothing
            })) {
      for (int i = 0; i < 4; i++) {
        mute.openChannel().connect(server.localAddress());
      }
      settle(mute, servers);
      assertThat(server.accept()).isNull();
      RdmaChannel[] client = {honest.openChannel()};
      client[0].connect(server.localAddress());
      until(
          () -> {
            try {
              return client[0].finishConnect();
            } catch (ConnectException tooSlow) {
              // On a slow machine even who greets may be late.
              client[0] = honest.openChannel();
              client[0].connect(server.localAddress());
              return false;
            }
          },
          honest,
          servers,
          mute);
      until(() -> server.accept() != null, honest, servers, mute);
      int one = servers.options().receiveBuffers() + servers.options().sendBuffers() + 7;
      until(() -> servers.bufferUse().used() <= one, honest, servers, mute);
    }
  }
}
