package org.remora.verbs.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every transport's channels promise: messages, credits, memory, endings. */
public abstract class ChannelConformance extends ChannelKit {

  private static final int PART = 256 - ChannelFrame.HEADER_BYTES;

  // Messages

  /** A message in is a message out: of any length, in order, unchanged, both ways. */
  @Test
  public final void messagesArriveWholeInOrderAndUnchanged() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    int[] lengths = {0, 1, PART - 1, PART, PART + 1, 2 * PART, 5 * PART + 7, 0, 20_000, 3};
    for (int i = 0; i < 5 * lengths.length; i++) {
      byte[] message = message(i, lengths[i % lengths.length]);
      write(pair.client(), message, here, there);
      byte[] received = read(pair.server(), here, there);
      assertThat(received).isEqualTo(message);
      write(pair.server(), received, here, there);
      assertThat(read(pair.client(), here, there)).isEqualTo(message);
    }
  }

  /** Both ends stream at once, faster than either reads. */
  @Test
  public final void bothWaysAtOnce() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    Stream out = new Stream(pair.client(), pair.server(), 1);
    Stream back = new Stream(pair.server(), pair.client(), 1_000_000);
    until(
        () -> {
          boolean outDone = out.step(1_000);
          boolean backDone = back.step(1_000);
          return outDone && backDone;
        },
        here,
        there);
  }

  /** Sends numbered messages of many lengths, and checks that they come out. */
  private static final class Stream {
    private final RdmaChannel from;
    private final RdmaChannel to;
    private final int first;
    private int written;
    private int read;
    private ByteBuffer rest;

    Stream(RdmaChannel from, RdmaChannel to, int first) {
      this.from = from;
      this.to = to;
      this.first = first;
      rest = next();
    }

    private byte[] content(int number) {
      return message(first + number, number * 31 % (3 * PART));
    }

    private ByteBuffer next() {
      return ByteBuffer.wrap(content(written));
    }

    /** One step; true once so many messages have come out. */
    boolean step(int count) throws IOException {
      while (written < count && from.write(rest)) {
        written++;
        rest = next();
      }
      if (read < count) {
        try (ReceivedMessage message = to.read()) {
          if (message != null) {
            assertThat(message.toBytes()).isEqualTo(content(read));
            read++;
          }
        }
      }
      return read == count;
    }
  }

  /** One thread and one selector serve many channels, clients and servers. */
  @Test
  public final void oneThreadServesManyChannels() throws IOException {
    RdmaSelector selector = selector(SMALL.withBacklog(16));
    RdmaServerChannel server = server(selector);
    server.key().interestOps(RdmaSelectionKey.OP_ACCEPT);
    int count = many();
    int messages = 10;
    for (int i = 0; i < count; i++) {
      RdmaChannel client = selector.openChannel();
      client.key().attach(new int[] {i, 0});
      client.key().interestOps(RdmaSelectionKey.OP_CONNECT);
      client.connect(server.localAddress());
    }
    int[] done = {0};
    until(
        () -> {
          selector.select(1_000);
          for (RdmaSelectionKey key : List.copyOf(selector.selectedKeys())) {
            selector.selectedKeys().remove(key);
            if (key.isAcceptable()) {
              RdmaChannel accepted = server.accept();
              accepted.key().interestOps(RdmaSelectionKey.OP_READ);
            } else if (key.isConnectable()) {
              assertThat(((RdmaChannel) key.channel()).finishConnect()).isTrue();
              key.interestOps(RdmaSelectionKey.OP_WRITE | RdmaSelectionKey.OP_READ);
            } else {
              done[0] += serve(key, messages);
            }
          }
          return done[0] == count;
        });
    assertThat(selector.keys()).hasSize(1 + 2 * count);
  }

  /** An echo where the key has no attachment, else a client; 1 if that has all its answers. */
  private static int serve(RdmaSelectionKey key, int messages) throws IOException {
    RdmaChannel channel = (RdmaChannel) key.channel();
    if (!(key.attachment() instanceof int[] client)) {
      try (ReceivedMessage message = channel.read()) {
        if (message != null) {
          // One request at a time per channel, so that the answer always fits.
          assertThat(channel.write(message.content())).isTrue();
        }
        return 0;
      }
    }
    if (key.isReadable()) {
      try (ReceivedMessage message = channel.read()) {
        if (message != null) {
          assertThat(message.toBytes()).isEqualTo(message(client[0] * 100 + client[1], 40));
          client[1]++;
          if (client[1] == messages) {
            key.interestOps(0);
            return 1;
          }
          key.interestOps(RdmaSelectionKey.OP_WRITE | RdmaSelectionKey.OP_READ);
        }
      }
    } else if (key.isWritable()) {
      assertThat(channel.write(ByteBuffer.wrap(message(client[0] * 100 + client[1], 40)))).isTrue();
      key.interestOps(RdmaSelectionKey.OP_READ);
    }
    return 0;
  }

  // Credits

  /** A receiver that does not read stops its sender, and nothing is lost. */
  @Test
  public final void aReceiverThatDoesNotReadStopsTheSender() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    pair.client().key().interestOps(RdmaSelectionKey.OP_WRITE);
    int written = 0;
    for (int quiet = 0; quiet < 3; quiet++) {
      while (pair.client().write(ByteBuffer.wrap(message(written, 50)))) {
        written++;
        quiet = 0;
      }
      settle(here, there);
    }
    assertThat(written).isEqualTo(SMALL.receiveBuffers());
    assertThat(here.selectNow()).isZero();
    int used = there.bufferUse().used();
    for (int i = 0; i < 500; i++) {
      assertThat(read(pair.server(), here, there)).isEqualTo(message(i, 50));
      write(pair.client(), message(written++, 50), here, there);
      assertThat(there.bufferUse().used()).isEqualTo(used);
    }
  }

  /** Lent messages withhold credits of their own channel, and of no other; released, they give. */
  @Test
  public final void lentMessagesHoldUpTheirOwnChannelOnly() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair slow = connect(here, there);
    Pair other = connect(here, there);
    List<ReceivedMessage> lent = new ArrayList<>();
    for (int i = 0; i < SMALL.receiveBuffers(); i++) {
      write(slow.client(), message(i, 50), here, there);
      lent.add(lend(slow.server(), here, there));
    }
    assertThat(there.bufferUse().lent()).isEqualTo(SMALL.receiveBuffers());
    settle(here, there);
    assertThat(slow.client().write(ByteBuffer.wrap(message(9, 50)))).isFalse();
    for (int i = 0; i < 50; i++) {
      write(other.client(), message(i, 50), here, there);
      assertThat(read(other.server(), here, there)).isEqualTo(message(i, 50));
    }
    for (int i = 0; i < lent.size(); i++) {
      assertThat(lent.get(i).toBytes()).isEqualTo(message(i, 50));
    }
    lent.get(2).close();
    write(slow.client(), message(9, 50), here, there);
    assertThat(read(slow.server(), here, there)).isEqualTo(message(9, 50));
    lent.forEach(ReceivedMessage::close);
    assertThat(there.bufferUse().lent()).isZero();
  }

  /** What is released twice is not handed out twice; what is lent is read-only. */
  @Test
  public final void lentBuffersAreReadOnlyAndReleasedOnce() throws IOException {
    RdmaSelector both = selector(SMALL);
    Pair pair = connect(both, both);
    write(pair.client(), message(1, 50), both);
    ReceivedMessage first = lend(pair.server(), both);
    assertThat(first.length()).isEqualTo(50);
    assertThat(first.content().isDirect()).isTrue();
    assertThat(first.content().remaining()).isEqualTo(50);
    assertThatThrownBy(() -> first.content().put(0, (byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
    first.close();
    first.close();
    assertThatThrownBy(first::content).isInstanceOf(IllegalStateException.class);
    List<ReceivedMessage> lent = new ArrayList<>();
    for (int i = 0; i < SMALL.receiveBuffers(); i++) {
      write(pair.client(), message(i, 50), both);
      lent.add(lend(pair.server(), both));
    }
    first.close();
    settle(both);
    assertThat(pair.client().write(ByteBuffer.wrap(message(9, 50)))).isFalse();
    for (int i = 0; i < lent.size(); i++) {
      assertThat(lent.get(i).toBytes()).isEqualTo(message(i, 50));
      lent.get(i).close();
    }
  }

  /** Messages of several buffers take bounded memory; those behind them keep their order. */
  @Test
  public final void messagesInMemoryOfTheirOwnAreBounded() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      sent.add(message(i, 20_000));
      sent.add(message(100 + i, 10));
    }
    List<ReceivedMessage> lent = new ArrayList<>();
    int[] written = {0};
    ByteBuffer[] rest = {ByteBuffer.wrap(sent.get(0))};
    Condition step =
        () -> {
          while (written[0] < sent.size() && pair.client().write(rest[0])) {
            written[0]++;
            rest[0] = written[0] < sent.size() ? ByteBuffer.wrap(sent.get(written[0])) : rest[0];
          }
          ReceivedMessage message = pair.server().read();
          if (message != null) {
            lent.add(message);
          }
          return lent.size() == 4;
        };
    until(step, here, there);
    for (int i = 0; i < 50; i++) {
      step.holds();
      settleOnce(here, there);
    }
    // Two large ones fit, the third waits, and what is behind it too.
    assertThat(lent).hasSize(4);
    assertThat(written[0]).isLessThan(6);
    List<byte[]> received = new ArrayList<>();
    until(
        () -> {
          step.holds();
          for (ReceivedMessage message : lent) {
            received.add(message.toBytes());
            message.close();
          }
          lent.clear();
          return received.size() == sent.size();
        },
        here,
        there);
    for (int i = 0; i < sent.size(); i++) {
      assertThat(received.get(i)).isEqualTo(sent.get(i));
    }
  }

  private static void settleOnce(RdmaSelector... at) throws IOException {
    for (RdmaSelector selector : at) {
      selector.selectNow();
    }
  }

  /** A message longer than the peer receives is refused here, and harms nothing. */
  @Test
  public final void aMessageTooLongForThePeerIsRefused() throws IOException {
    RdmaSelector here = selector(SMALL.withMessageBytesMax(1_000_000));
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    assertThat(pair.client().messageBytesMax()).isEqualTo(20_000);
    assertThat(pair.server().messageBytesMax()).isEqualTo(1_000_000);
    assertThatThrownBy(() -> pair.client().write(ByteBuffer.allocate(20_001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("20001");
    write(pair.client(), message(1, 20_000), here, there);
    assertThat(read(pair.server(), here, there)).isEqualTo(message(1, 20_000));
  }

  /** A message that was begun must be ended before any other. */
  @Test
  public final void aMessageBegunMustBeEnded() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    ByteBuffer message = ByteBuffer.wrap(message(1, 5_000));
    assertThat(pair.client().write(message)).isFalse();
    assertThat(message.remaining()).isBetween(1, 4_999);
    assertThatThrownBy(() -> pair.client().write(ByteBuffer.allocate(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> pair.client().shutdownOutput())
        .isInstanceOf(IllegalStateException.class);
    until(() -> pair.client().write(message), here, there);
    assertThat(read(pair.server(), here, there)).isEqualTo(message(1, 5_000));
  }

  /** Peers of other bounds understand each other. */
  @Test
  public final void peersOfOtherBoundsUnderstandEachOther() throws IOException {
    RdmaSelector here =
        selector(ChannelOptions.DEFAULT.withBuffers(128, 1, 1).withMessageBytesMax(30_000));
    RdmaSelector there =
        selector(ChannelOptions.DEFAULT.withBuffers(4096, 7, 2).withMessageBytesMax(30_000));
    Pair pair = connect(here, there);
    for (int i = 0; i < 30; i++) {
      byte[] message = message(i, i * 997);
      write(pair.client(), message, here, there);
      byte[] received = read(pair.server(), here, there);
      write(pair.server(), received, here, there);
      assertThat(read(pair.client(), here, there)).isEqualTo(message);
    }
  }

  /** The pool of a selector bounds its channels: too many wait, and none fails. */
  @Test
  public final void connectionsWaitForBuffers() throws IOException {
    ChannelOptions tight = SMALL.withPoolBuffers(2 * ChannelCore.buffersMin(3) + 4);
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(tight);
    RdmaServerChannel server = server(there);
    Pair first = connect(here, server);
    Pair second = connect(here, server); // with fewer receive buffers than it wants
    RdmaChannel third = here.openChannel();
    third.connect(server.localAddress());
    settle(here, there);
    assertThat(third.finishConnect()).isFalse();
    assertThat(server.accept()).isNull();
    for (int i = 0; i < 20; i++) {
      write(second.client(), message(i, 600), here, there);
      assertThat(read(second.server(), here, there)).isEqualTo(message(i, 600));
    }
    first.server().close();
    RdmaChannel[] accepted = {null};
    until(
        () -> {
          accepted[0] = accepted[0] == null ? server.accept() : accepted[0];
          return third.finishConnect() && accepted[0] != null;
        },
        here,
        there);
    write(third, message(3, 600), here, there);
    assertThat(read(accepted[0], here, there)).isEqualTo(message(3, 600));
    assertThat(there.bufferUse().used()).isLessThanOrEqualTo(tight.poolBuffers());
  }

  /** So does a client's: connect waits for the buffers of a channel that closes. */
  @Test
  public final void aClientWaitsForBuffers() throws IOException {
    RdmaSelector here = selector(SMALL.withPoolBuffers(ChannelCore.buffersMin(3) + 1));
    RdmaSelector there = selector(SMALL);
    RdmaServerChannel server = server(there);
    Pair first = connect(here, server);
    RdmaChannel second = here.openChannel();
    second.connect(server.localAddress());
    settle(here, there);
    assertThat(second.finishConnect()).isFalse();
    first.client().close();
    until(() -> second.finishConnect(), here, there);
  }

  // Endings

  /** A connection that nobody accepts fails, and says so to whoever waits. */
  @Test
  public final void aRefusedConnectionIsAnEvent() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaServerChannel server = server(here);
    InetSocketAddress nobody = server.localAddress();
    server.close();
    here.selectNow();
    RdmaChannel client = here.openChannel();
    client.key().interestOps(RdmaSelectionKey.OP_CONNECT);
    client.connect(nobody);
    until(() -> here.select(1_000) > 0);
    assertThat(client.key().isConnectable()).isTrue();
    assertThatThrownBy(client::finishConnect).isInstanceOf(ConnectException.class);
    assertThat(client.isOpen()).isFalse();
    assertThat(here.keys()).isEmpty();
  }

  /** What was written before close arrives; then the end, which is an event. */
  @Test
  public final void closeDeliversWhatWasWritten() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    for (int i = 0; i < 10; i++) {
      Pair pair = connect(here, there);
      pair.server().key().interestOps(RdmaSelectionKey.OP_READ);
      for (int j = 0; j < 3; j++) {
        write(pair.client(), message(j, 200), here, there);
      }
      pair.client().close();
      assertThat(pair.client().isOpen()).isFalse();
      for (int j = 0; j < 3; j++) {
        assertThat(read(pair.server(), here, there)).isEqualTo(message(j, 200));
      }
      Ending ending = ending(pair.server(), here, there);
      assertThat(ending.cause()).isEqualTo(Ending.Cause.CLOSED);
      assertThat(pair.server().read()).isNull();
      there.selectNow();
      assertThat(there.selectedKeys()).contains(pair.server().key());
      assertThatThrownBy(() -> pair.server().write(ByteBuffer.allocate(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("closed");
      pair.server().close();
    }
    until(() -> here.bufferUse().used() + there.bufferUse().used() == 0, here, there);
  }

  /** Closing the selector right behind a write delivers it too. */
  @Test
  public final void closingTheSelectorDeliversWhatWasWritten() throws Exception {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    for (int i = 0; i < 4; i++) {
      write(pair.client(), message(i, 200), here);
    }
    Thread closing = new Thread(here::close);
    closing.start();
    for (int i = 0; i < 4; i++) {
      assertThat(read(pair.server(), there)).isEqualTo(message(i, 200));
    }
    assertThat(ending(pair.server(), there).cause()).isEqualTo(Ending.Cause.CLOSED);
    until(() -> !closing.isAlive(), there);
  }

  /** One direction ends, the other goes on. */
  @Test
  public final void halfOpen() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    write(pair.client(), message(1, 700), here, there);
    pair.client().shutdownOutput();
    pair.client().shutdownOutput();
    assertThatThrownBy(() -> pair.client().write(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThat(read(pair.server(), here, there)).isEqualTo(message(1, 700));
    assertThat(ending(pair.server(), here, there).cause()).isEqualTo(Ending.Cause.FINISHED);
    for (int i = 0; i < 40; i++) {
      write(pair.server(), message(i, 700), here, there);
      assertThat(read(pair.client(), here, there)).isEqualTo(message(i, 700));
    }
    assertThat(pair.client().ending()).isNull();
    pair.server().shutdownOutput();
    assertThat(ending(pair.client(), here, there).cause()).isEqualTo(Ending.Cause.FINISHED);
    pair.client().close();
    until(() -> pair.server().ending().cause() == Ending.Cause.CLOSED, here, there);
  }

  /** Both ends close at once; messages not read, or lent, are in nobody's way. */
  @Test
  public final void bothEndsCloseAtOnce() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    for (int i = 0; i < 3; i++) {
      write(pair.client(), message(i, 50), here, there);
      write(pair.server(), message(i, 50), here, there);
    }
    ReceivedMessage lent = lend(pair.server(), here, there);
    pair.client().close();
    pair.server().close();
    assertThatThrownBy(() -> pair.server().read()).isInstanceOf(ClosedChannelException.class);
    until(() -> here.bufferUse().used() + there.bufferUse().used() == 1, here, there);
    assertThat(lent.toBytes()).isEqualTo(message(0, 50));
    lent.close();
    assertThat(there.bufferUse().used()).isZero();
  }

  /** What arrived before the peer's end can still be read, and its memory comes back. */
  @Test
  public final void messagesOutliveTheirChannel() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    write(pair.client(), message(0, 50), here, there);
    write(pair.client(), message(1, 2_000), here, there);
    write(pair.client(), message(2, 50), here, there);
    pair.client().close();
    until(() -> here.bufferUse().used() == 0, here, there);
    ReceivedMessage lent = lend(pair.server(), there);
    assertThat(read(pair.server(), there)).isEqualTo(message(1, 2_000));
    assertThat(pair.server().ending()).isNull();
    assertThat(read(pair.server(), there)).isEqualTo(message(2, 50));
    assertThat(pair.server().ending()).isNotNull();
    pair.server().close();
    there.close();
    assertThat(lent.toBytes()).isEqualTo(message(0, 50));
    lent.close();
    assertThat(there.bufferUse()).matches(use -> use.used() == 0 && use.lent() == 0);
  }

  /** A process that is killed ends its channels, whatever was under way. */
  @Test
  public final void aKilledPeerIsAnEvent() throws Exception {
    RdmaSelector here = selector(ChannelOptions.DEFAULT);
    EchoProcess peer = EchoProcess.start(transport(), anyPort());
    try {
      RdmaChannel channel = here.openChannel();
      channel.connect(peer.address());
      until(channel::finishConnect, here);
      write(channel, message(1, 100_000), here);
      assertThat(read(channel, here)).isEqualTo(message(1, 100_000));
      // Answers are on their way when it dies.
      for (int i = 0; i < 8; i++) {
        write(channel, message(i, 5_000), here);
      }
      channel.key().interestOps(RdmaSelectionKey.OP_READ);
      peer.kill();
      until(
          () -> {
            here.select(1_000);
            try (ReceivedMessage message = channel.read()) {
              return message == null && channel.ending() != null;
            }
          });
      assertThat(channel.ending().cause()).isEqualTo(Ending.Cause.LOST);
      assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
          .isInstanceOf(IOException.class);
    } finally {
      peer.kill();
    }
  }

  /** Connections come and go, and leave nothing. */
  @Test
  public final void connectingAndClosingLeavesNothing() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    RdmaServerChannel server = server(there);
    int allocated = 0;
    for (int i = 0; i < 2 * many(); i++) {
      Pair pair = connect(here, server);
      write(pair.client(), message(i, 300), here, there);
      assertThat(read(pair.server(), here, there)).isEqualTo(message(i, 300));
      if (i % 2 == 0) {
        pair.client().close();
        assertThat(ending(pair.server(), here, there)).isNotNull();
        pair.server().close();
      } else {
        pair.server().close();
        pair.client().close();
      }
      if (i == 10) {
        allocated = there.bufferUse().allocated();
      }
    }
    until(() -> here.bufferUse().used() + there.bufferUse().used() == 0, here, there);
    assertThat(here.keys()).isEmpty();
    assertThat(there.keys()).containsExactly(server.key());
    assertThat(there.bufferUse().allocated()).isLessThanOrEqualTo(2 * allocated);
  }

  // States

  /** Calls out of order fail as those of java.nio.channels do. */
  @Test
  public final void callsOutOfOrder() throws IOException {
    RdmaSelector both = selector(SMALL);
    RdmaChannel fresh = both.openChannel();
    assertThat(fresh.isConnected()).isFalse();
    assertThat(fresh.localAddress()).isNull();
    assertThat(fresh.remoteAddress()).isNull();
    assertThat(fresh.ending()).isNull();
    assertThatThrownBy(fresh::finishConnect).isInstanceOf(NoConnectionPendingException.class);
    assertThatThrownBy(fresh::read).isInstanceOf(NotYetConnectedException.class);
    assertThatThrownBy(() -> fresh.write(ByteBuffer.allocate(1)))
        .isInstanceOf(NotYetConnectedException.class);
    assertThatThrownBy(fresh::shutdownOutput).isInstanceOf(NotYetConnectedException.class);
    RdmaServerChannel server = both.openServer();
    assertThatThrownBy(server::accept).isInstanceOf(NotYetBoundException.class);
    assertThat(server.localAddress()).isNull();
    server.bind(anyPort());
    assertThatThrownBy(() -> server.bind(anyPort())).isInstanceOf(AlreadyBoundException.class);
    assertThat(server.accept()).isNull();
    fresh.connect(server.localAddress());
    assertThatThrownBy(() -> fresh.connect(server.localAddress()))
        .isInstanceOf(ConnectionPendingException.class);
    until(fresh::finishConnect, both);
    assertThat(fresh.finishConnect()).isTrue();
    assertThat(fresh.remoteAddress()).isEqualTo(server.localAddress());
    assertThatThrownBy(() -> fresh.connect(server.localAddress()))
        .isInstanceOf(AlreadyConnectedException.class);
    fresh.close();
    fresh.close();
    assertThatThrownBy(fresh::finishConnect).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> fresh.write(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> fresh.connect(server.localAddress()))
        .isInstanceOf(ClosedChannelException.class);
    server.close();
    assertThatThrownBy(server::accept).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> server.bind(anyPort())).isInstanceOf(ClosedChannelException.class);
  }

  /** An address that is taken cannot be bound twice. */
  @Test
  public final void anAddressInUseCannotBeBound() throws IOException {
    RdmaSelector both = selector(SMALL);
    RdmaServerChannel server = server(both);
    RdmaServerChannel second = both.openServer();
    assertThatThrownBy(() -> second.bind(server.localAddress())).isInstanceOf(IOException.class);
    assertThat(second.localAddress()).isNull();
  }

  /** A server closed under a connection that waits for it ends that connection. */
  @Test
  public final void closingAServerEndsWhatItHasNotAccepted() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    RdmaServerChannel server = server(there);
    RdmaChannel client = here.openChannel();
    client.connect(server.localAddress());
    until(client::finishConnect, here, there);
    server.close();
    assertThat(ending(client, here, there)).isNotNull();
    until(() -> there.bufferUse().used() == 0, here, there);
  }

  /** Who is connected to, but never greeted, does not wait for ever. */
  @Test
  public final void whoDoesNotGreetIsDropped() throws Exception {
    ChannelOptions hasty = SMALL.withTimes(200, 100);
    RdmaSelector here = selector(hasty);
    RdmaSelector there = selector(SMALL);
    RdmaServerChannel server = server(there);
    RdmaChannel client = here.openChannel();
    client.connect(server.localAddress());
    // The server's selector is not served meanwhile.
    assertThatThrownBy(() -> until(client::finishConnect, here))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("greeting");
    until(() -> here.bufferUse().used() + there.bufferUse().used() == 0, here, there);
  }
}
