package org.remora.verbs.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/** What links promise over every transport: once, in order, from whom they say. */
public abstract class LinksConformance {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final ChannelLinks.Settings SETTINGS =
      new ChannelLinks.Settings(
          ChannelOptions.DEFAULT.withBuffers(256, 4, 3).withMessageBytesMax(20_000),
          1 << 20,
          5_000,
          5);

  private final List<ChannelLinks> opened = new ArrayList<>();
  private final List<ExecutorService> loops = new ArrayList<>();

  /** The transport under test. */
  protected abstract Transport transport();

  /** An address of this host that servers can be bound to, with port 0. */
  protected abstract InetSocketAddress anyPort();

  /** The transport itself, below its channels. */
  abstract Fabric fabric(SelectorCore selector, ChannelOptions options) throws IOException;

  @AfterEach
  final void close() throws InterruptedException {
    for (ChannelLinks links : opened) {
      links.close();
    }
    for (ExecutorService loop : loops) {
      loop.shutdownNow();
      assertThat(loop.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Executor loop() {
    ExecutorService loop = Executors.newSingleThreadExecutor();
    loops.add(loop);
    return task -> {
      try {
        loop.execute(task);
      } catch (java.util.concurrent.RejectedExecutionException afterTheTest) {
        // The links of a test that ends.
      }
    };
  }

  private ChannelLinks open(
      Transport transport, int self, int processes, PeerAuthentication authentication)
      throws IOException {
    ChannelLinks links =
        ChannelLinks.open(transport, self, processes, anyPort(), authentication, loop(), SETTINGS);
    opened.add(links);
    return links;
  }

  private List<ChannelLinks> group(int processes) throws IOException {
    List<ChannelLinks> all = new ArrayList<>();
    for (int p = 1; p <= processes; p++) {
      all.add(open(transport(), p, processes, PeerAuthentication.none()));
    }
    start(all);
    return all;
  }

  private static void start(List<ChannelLinks> all) {
    List<InetSocketAddress> addresses = all.stream().map(ChannelLinks::localAddress).toList();
    all.forEach(links -> links.start(addresses));
  }

  private interface Condition {
    boolean holds();
  }

  private static void until(Condition condition) throws InterruptedException {
    long begin = System.nanoTime();
    while (!condition.holds()) {
      assertThat(System.nanoTime() - begin).as("still waiting").isLessThan(PATIENCE_NANOS);
      Thread.sleep(1);
    }
  }

  /** What one process receives on one channel, by sender. */
  private static final class Received {
    final Map<Integer, List<String>> from = new ConcurrentHashMap<>();

    Received(ChannelLinks links, int channel) {
      links
          .links(channel)
          .onReceive(
              (sender, message) ->
                  from.computeIfAbsent(sender, s -> new CopyOnWriteArrayList<>())
                      .add(message.asText()));
    }

    List<String> of(int sender) {
      return from.getOrDefault(sender, List.of());
    }
  }

  private static List<String> numbers(String prefix, int count) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(prefix + i + "x".repeat(i % 97 * 7));
    }
    return all;
  }

  /** Everybody gets everybody's messages, one's own included, in order, once. */
  @Test
  public final void everyMessageArrivesOnce() throws Exception {
    int processes = 3;
    List<ChannelLinks> all = group(processes);
    List<Received> received = new ArrayList<>();
    for (ChannelLinks links : all) {
      received.add(new Received(links, 7));
    }
    for (ChannelLinks links : all) {
      for (String message : numbers("from " + links.self() + " ", 200)) {
        links.links(7).broadcast(Value.of(message));
      }
    }
    for (int p = 1; p <= processes; p++) {
      for (int q = 1; q <= processes; q++) {
        List<String> expected = numbers("from " + q + " ", 200);
        List<String> got =
            received.get(p - 1).from.computeIfAbsent(q, s -> new CopyOnWriteArrayList<>());
        until(() -> got.size() >= expected.size());
        assertThat(got).isEqualTo(expected);
      }
    }
    assertThat(all.get(0).connectedPeers()).isEqualTo(2);
  }

  /** Messages wait for a receiver, those of one channel in nobody's way. */
  @Test
  public final void messagesWaitForTheirReceiver() throws Exception {
    List<ChannelLinks> all = group(2);
    for (String message : numbers("early ", 100)) {
      all.get(0).links(1).send(2, Value.of(message));
    }
    all.get(0).links(2).send(2, Value.of("other"));
    Received other = new Received(all.get(1), 2);
    until(() -> other.of(1).size() == 1);
    Received late = new Received(all.get(1), 1);
    until(() -> late.of(1).size() == 100);
    assertThat(late.of(1)).isEqualTo(numbers("early ", 100));
  }

  /** Connections that break, again and again, lose nothing and repeat nothing. */
  @Test
  public final void brokenConnectionsLoseNothing() throws Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    AtomicInteger cuts = new AtomicInteger();
    Transport brittle =
        options ->
            SelectorCore.open(
                options,
                selector ->
                    new HostileFabric(
                        selector,
                        fabric(selector, options),
                        (sender, buffer, bytes) -> {
                          sender.send(buffer, bytes);
                          if (cuts.get() < 40 && sender.frames > 6 && random.nextInt(20) == 0) {
                            cuts.incrementAndGet();
                            sender.cut();
                          }
                        }));
    List<ChannelLinks> all = new ArrayList<>();
    all.add(open(transport(), 1, 2, PeerAuthentication.none()));
    all.add(open(brittle, 2, 2, PeerAuthentication.none()));
    start(all);
    Received one = new Received(all.get(0), 1);
    Received two = new Received(all.get(1), 1);
    List<String> messages = numbers("message ", 600);
    for (String message : messages) {
      all.get(0).links(1).send(2, Value.of(message));
      all.get(1).links(1).send(1, Value.of(message));
      if (message.length() % 10 == 0) {
        Thread.sleep(1);
      }
    }
    until(() -> one.of(2).size() >= messages.size() && two.of(1).size() >= messages.size());
    assertThat(one.of(2)).as("seed %d", seed).isEqualTo(messages);
    assertThat(two.of(1)).as("seed %d", seed).isEqualTo(messages);
    assertThat(cuts.get()).isPositive();
  }

  /** A process that starts again takes its predecessor's place. */
  @Test
  public final void aProcessThatStartsAgainIsHeard() throws Exception {
    List<ChannelLinks> all = group(2);
    Received before = new Received(all.get(0), 1);
    all.get(1).links(1).send(1, Value.of("one"));
    until(() -> before.of(2).size() == 1);
    all.get(1).close();
    ChannelLinks again = open(transport(), 2, 2, PeerAuthentication.none());
    Received after = new Received(again, 1);
    again.start(List.of(all.get(0).localAddress(), again.localAddress()));
    again.links(1).send(1, Value.of("two"));
    until(() -> before.of(2).size() == 2);
    assertThat(before.of(2)).containsExactly("one", "two");
    all.get(0).links(1).send(2, Value.of("three"));
    until(() -> after.of(1).size() == 1);
    assertThat(after.of(1)).containsExactly("three");
  }

  /** A signer whose signatures need the signer's key; the key of one process is its own. */
  private static Signer signer(int self, Map<Integer, String> keys) {
    return new Signer() {
      @Override
      public Value sign(Value message) {
        return Value.of(keys.get(self) + message.hashCode());
      }

      @Override
      public boolean verify(int process, Value message, Value signature) {
        return signature.equals(Value.of(keys.get(process) + message.hashCode()));
      }
    };
  }

  /** Only who proves it is a peer: an impostor is not heard, and keeps nobody out. */
  @Test
  public final void anImpostorIsNotHeard() throws Exception {
    Map<Integer, String> keys = Map.of(1, "red", 2, "green", 3, "blue");
    Map<Integer, String> stolen = Map.of(1, "red", 2, "green", 3, "guessed");
    List<ChannelLinks> all = new ArrayList<>();
    for (int p = 1; p <= 3; p++) {
      all.add(open(transport(), p, 3, PeerAuthentication.signed(signer(p, keys))));
    }
    ChannelLinks impostor = open(transport(), 3, 3, PeerAuthentication.signed(signer(3, stolen)));
    List<InetSocketAddress> addresses = all.stream().map(ChannelLinks::localAddress).toList();
    all.get(0).start(addresses);
    all.get(1).start(addresses);
    impostor.start(addresses);
    Received one = new Received(all.get(0), 1);
    impostor.links(1).send(1, Value.of("it is me"));
    Thread.sleep(100);
    assertThat(impostor.connectedPeers()).isZero();
    assertThat(one.of(3)).isEmpty();
    all.get(2).start(addresses);
    all.get(2).links(1).send(1, Value.of("true"));
    all.get(1).links(1).send(1, Value.of("too"));
    until(() -> one.of(3).size() == 1 && one.of(2).size() == 1);
    assertThat(one.of(3)).containsExactly("true");
  }

  /** Whatever a stranger says to the links, they go on. */
  @Test
  public final void strangersHarmNobody() throws Exception {
    List<ChannelLinks> all = group(2);
    Received two = new Received(all.get(1), 1);
    Value nonce = Value.of(new byte[LinkMessage.NONCE_BYTES]);
    Value proof = new LinkMessage.Proof(Value.EMPTY, 0, 1).encode();
    Value hello3 = new LinkMessage.Hello(3, 2, 5, nonce).encode();
    Value hello1 = new LinkMessage.Hello(1, 2, 5, nonce).encode();
    List<List<Value>> speeches =
        List.of(
            List.of(Value.EMPTY),
            List.of(Value.of("no message of ours at all")),
            List.of(proof),
            List.of(hello3),
            List.of(new LinkMessage.Hello(1, 1, 5, nonce).encode()),
            List.of(new LinkMessage.Hello(2, 2, 5, nonce).encode()),
            List.of(new LinkMessage.Hello(1, 2, 5, Value.of("short")).encode()),
            List.of(hello1, hello1),
            List.of(hello1, new LinkMessage.Ack(0).encode()),
            List.of(hello1, new LinkMessage.Proof(Value.of("wrong"), 0, 1).encode()),
            List.of(hello1, new LinkMessage.Proof(Value.EMPTY, 1 << 30, 1).encode()),
            List.of(hello1, new LinkMessage.Proof(Value.EMPTY, -1, 1).encode()),
            List.of(hello1, proof, data(2)),
            List.of(hello1, proof, new LinkMessage.Ack(1 << 20).encode()),
            List.of(hello1, proof, hello1),
            List.of(hello1, proof, Value.of(new byte[] {9})));
    try (RdmaSelector strangers = transport().openSelector(SETTINGS.channels());
        RdmaSelector tiny = transport().openSelector(SETTINGS.channels().withMessageBytesMax(10))) {
      for (List<Value> speech : speeches) {
        assertDropped(speech, strangers, all.get(1));
      }
      assertDropped(List.of(hello1), tiny, all.get(1));
    }
    // The true process 1 is heard again. It had been thrown out by whom nobody asked for a proof.
    all.get(0).links(1).send(2, Value.of("still here"));
    until(() -> two.of(1).size() == 1);
    assertThat(two.of(1)).containsExactly("still here");
  }

  private static Value data(long sequence) {
    ByteBuffer encoded = new LinkMessage.Data(0, sequence, 1, Value.of("x")).encode();
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return Value.of(bytes);
  }

  private static void assertDropped(List<Value> speech, RdmaSelector selector, ChannelLinks links)
      throws IOException {
    RdmaChannel channel = selector.openChannel();
    channel.connect(links.localAddress());
    ChannelKit.until(channel::finishConnect, selector);
    for (Value message : speech) {
      ByteBuffer rest = message.asBuffer();
      ChannelKit.until(
          () -> {
            try {
              return channel.write(rest);
            } catch (IOException dropped) {
              return true;
            }
          },
          selector);
    }
    ChannelKit.until(
        () -> {
          try (ReceivedMessage message = channel.read()) {
            return message == null && channel.ending() != null;
          }
        },
        selector);
    channel.close();
  }

  /** A process that takes nothing costs its peers a bounded memory; messages to it are dropped. */
  @Test
  public final void whoTakesNothingIsGivenUp() throws Exception {
    List<ChannelLinks> all = group(2);
    Value large = Value.of(new byte[10_000]);
    assertThatThrownBy(() -> all.get(0).links(1).send(2, Value.of(new byte[20_000])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> all.get(0).links(1).send(3, large))
        .isInstanceOf(IndexOutOfBoundsException.class);
    LinkOutbox outbox = new LinkOutbox(100_000);
    int taken = 0;
    while (outbox.add(1, large)) {
      taken++;
    }
    assertThat(taken).isEqualTo(9);
    assertThat(outbox.acknowledged(1)).as("never written").isFalse();
    for (int i = 1; i <= 9; i++) {
      assertThat(outbox.poll(0)).isNotNull();
    }
    assertThat(outbox.poll(0)).isNull();
    assertThat(outbox.acknowledged(4)).isTrue();
    assertThat(outbox.next()).isEqualTo(5);
    assertThat(outbox.resume(6)).isTrue();
    assertThat(outbox.next()).isEqualTo(7);
    assertThat(outbox.poll(0).getLong(LinkMessage.DATA_RECEIVED_AT + 8)).isEqualTo(7);
    assertThat(outbox.acknowledged(9)).as("written once").isTrue();
    assertThat(outbox.poll(0)).isNull();
    assertThat(outbox.resume(10)).isFalse();
    assertThat(outbox.add(1, large)).isTrue();
    assertThat(outbox.next()).isEqualTo(10);
  }

  /** What is proved is bound to both names, both random numbers and the side. */
  @Test
  public final void transcriptsDiffer() {
    LinkMessage.Hello one =
        new LinkMessage.Hello(1, 2, 5, Value.of(new byte[LinkMessage.NONCE_BYTES]));
    LinkMessage.Hello two =
        new LinkMessage.Hello(2, 1, 6, Value.of(new byte[LinkMessage.NONCE_BYTES]));
    byte[] other = new byte[LinkMessage.NONCE_BYTES];
    other[31] = 1;
    assertThat(
            List.of(
                LinkMessage.transcript(true, one, two),
                LinkMessage.transcript(false, one, two),
                LinkMessage.transcript(true, two, one),
                LinkMessage.transcript(true, new LinkMessage.Hello(1, 2, 5, Value.of(other)), two),
                LinkMessage.transcript(true, one, new LinkMessage.Hello(2, 1, 6, Value.of(other))),
                LinkMessage.transcript(true, new LinkMessage.Hello(3, 2, 5, one.nonce()), two)))
        .doesNotHaveDuplicates();
  }
}
