package org.remora.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** A host against clients that break every rule. */
final class MemoryHostTest {
  static final PreSharedKeys KEYS =
      PreSharedKeys.ofGroup("the key of these tests".getBytes(StandardCharsets.UTF_8));

  private static final Region SLOTS =
      Region.of(0, "slots", 4, 1_024, Permission.open(3), LegalChange.NEVER);

  private static MemoryHost.Settings settings() {
    return MemoryHost.of(1, Endpoint.tcp("127.0.0.1", 0), KEYS);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still awaiting " + what).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static void assertServes(MemoryHost host, int process) throws IOException {
    try (RawClient client = RawClient.ready(host, process, KEYS)) {
      Value value = Value.of("served " + host.counts().operations());
      client.write(0, 3, value);
      assertThat(Objects.requireNonNull(client.next()).body()).isEqualTo(Value.of(new byte[1]));
      assertThat(client.read(0, 3)).isEqualTo(value);
    }
  }

  /** Whatever comes, before or after the handshake: at worst that connection is closed. */
  @Property(tries = 30)
  void garbageClosesItsConnectionAndNothingElse(@ForAll long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    try (MemoryHost host = settings().start()) {
      host.define(SLOTS);
      for (int attempt = 0; attempt < 5; attempt++) {
        boolean proven = random.nextBoolean();
        try (RawClient client = proven ? RawClient.ready(host, 1, KEYS) : new RawClient(host)) {
          send(client, random);
          client.socket.shutdownOutput();
          assertThat(client.isClosedByHost()).isTrue();
        }
      }
      assertServes(host, 2);
    }
  }

  private static void send(RawClient client, SplittableRandom random) throws IOException {
    try {
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        byte[] bytes = new byte[random.nextInt(80)];
        random.nextBytes(bytes);
        switch (random.nextInt(4)) {
          case 0 -> client.bytes(bytes);
          case 1 -> client.frame(random.nextInt(256), random.nextInt(3), Value.of(bytes));
          case 2 -> client.operation(random.nextInt(14, 26), Value.of(bytes));
          default -> {
            ByteBuffer numbers = ByteBuffer.allocate(8 + 4 * random.nextInt(3));
            numbers.putInt(random.nextInt(2)).putInt(random.nextInt(-1, 6));
            client.operation(random.nextInt(16, 20), Value.of(numbers.array()));
          }
        }
      }
    } catch (java.net.SocketException closedAlready) {
      // as it may be, after the first of them
    }
  }

  @Test
  void oversizedAndSkippedFramesAreCountedAndClose() throws Exception {
    try (MemoryHost host = settings().frameBytesMax(4_096).start()) {
      host.define(SLOTS);
      try (RawClient large = RawClient.ready(host, 1, KEYS)) {
        large.bytes(ByteBuffer.allocate(4).putInt(4_097).array());
        assertThat(large.isClosedByHost()).isTrue();
      }
      try (RawClient early = new RawClient(host)) {
        early.bytes(ByteBuffer.allocate(4).putInt(Wire.HANDSHAKE_BYTES_MAX + 1).array());
        assertThat(early.isClosedByHost()).isTrue();
      }
      try (RawClient skipping = RawClient.ready(host, 1, KEYS)) {
        skipping.frame(Wire.NOTHING, 2, Value.EMPTY);
        assertThat(skipping.isClosedByHost()).isTrue();
      }
      await("the counts", () -> host.counts().malformed() == 3);
      assertServes(host, 1);
    }
  }

  @Test
  void whoProvesNothingIsRefused() throws Exception {
    Identity one = Identity.process(1);
    Identity memory = Identity.memory(1);
    PreSharedKeys others = PreSharedKeys.ofGroup(new byte[32]);
    try (MemoryHost host = settings().start()) {
      for (var attempt :
          List.<Map.Entry<Identity, PreSharedKeys>>of(
              Map.entry(memory, others), Map.entry(Identity.memory(2), KEYS))) {
        try (RawClient client = new RawClient(host)) {
          assertThat(client.greet(one, attempt.getKey(), attempt.getValue()).type())
              .isEqualTo(Wire.REFUSED);
          assertThat(client.isClosedByHost()).isTrue();
        }
      }
      try (RawClient client = new RawClient(host)) {
        assertThat(client.greet(memory, memory, KEYS).type()).isEqualTo(Wire.REFUSED);
      }
      assertThat(host.counts().admitted()).isZero();
    }
    try (MemoryHost host =
            MemoryHost.of(
                    1,
                    Endpoint.tcp("127.0.0.1", 0),
                    PreSharedKeys.ofPairs(Map.of(one, new byte[32])))
                .start();
        RawClient stranger = new RawClient(host)) {
      assertThat(stranger.greet(Identity.process(2), memory, KEYS).type()).isEqualTo(Wire.REFUSED);
    }
  }

  /** A proof that was seen once proves nothing again: the host's nonce is another. */
  @Test
  void aHandshakeCannotBeReplayed() throws Exception {
    Identity self = Identity.process(1);
    Identity peer = Identity.memory(1);
    try (MemoryHost host = settings().start()) {
      Value hello =
          new Handshake.Hello(
                  Wire.VERSION, Handshake.MEMORY, false, self, peer, Handshake.nonce(), 0, 0)
              .encode();
      Value proof;
      try (RawClient client = new RawClient(host)) {
        client.frame(Wire.HELLO, 0, hello);
        Handshake.Challenge challenge =
            Handshake.Challenge.decode(Objects.requireNonNull(client.next()).body());
        proof =
            Handshake.clientProof(
                Objects.requireNonNull(KEYS.key(self, peer)),
                hello,
                challenge.nonce(),
                challenge.incarnation());
        client.frame(Wire.PROOF, 0, proof);
        assertThat(Objects.requireNonNull(client.next()).type()).isEqualTo(Wire.READY);
      }
      try (RawClient replay = new RawClient(host)) {
        replay.frame(Wire.HELLO, 0, hello);
        assertThat(Objects.requireNonNull(replay.next()).type()).isEqualTo(Wire.CHALLENGE);
        replay.frame(Wire.PROOF, 0, proof);
        assertThat(Objects.requireNonNull(replay.next()).type()).isEqualTo(Wire.REFUSED);
      }
      // Nor does what the host itself has proven: its side is in the proof.
      try (RawClient reflected = new RawClient(host)) {
        reflected.frame(Wire.HELLO, 0, hello);
        Handshake.Challenge challenge =
            Handshake.Challenge.decode(Objects.requireNonNull(reflected.next()).body());
        reflected.frame(Wire.PROOF, 0, challenge.proof());
        assertThat(Objects.requireNonNull(reflected.next()).type()).isEqualTo(Wire.REFUSED);
      }
    }
  }

  /** The fence: once the newer connection stands, nothing sent over the older takes effect. */
  @Test
  void aNewerConnectionFencesTheOlder() throws Exception {
    try (MemoryHost host = settings().start()) {
      host.define(SLOTS);
      for (int round = 0; round < 15; round++) {
        AtomicBoolean over = new AtomicBoolean();
        try (RawClient older = RawClient.ready(host, 1, KEYS)) {
          Thread stream =
              new Thread(
                  () -> {
                    try {
                      for (long i = 0; !over.get(); i++) {
                        older.write(0, 0, Value.ofWord(i));
                      }
                    } catch (IOException fenced) {
                      // closed by the host
                    }
                  });
          Thread reader =
              new Thread(
                  () -> {
                    try {
                      older.isClosedByHost();
                    } catch (IOException closed) {
                      // by this test
                    }
                  });
          stream.start();
          reader.start();
          Value before = Value.ofWord(round);
          await("the stream", () -> !host.memory.table.peek(0, 0).equals(before));
          try (RawClient newer = RawClient.ready(host, 1, KEYS)) {
            Value left = newer.read(0, 0);
            for (int again = 0; again < 20; again++) {
              assertThat(newer.read(0, 0)).as("a straggler landed").isEqualTo(left);
            }
            over.set(true);
            stream.join();
            assertThat(newer.read(0, 0)).as("a straggler landed").isEqualTo(left);
          }
          reader.join();
        }
      }
      // The newer of one round may itself still stand when the older of the next comes.
      assertThat(host.counts().superseded()).isGreaterThanOrEqualTo(15);
    }
  }

  /** Who does not read its answers stops itself alone, and holds a bounded number of bytes. */
  @Test
  void aReaderThatDoesNotReadStopsItselfAlone() throws Exception {
    Region large = Region.of(1, "large", 64, 64 * 1_024, Permission.open(3), LegalChange.NEVER);
    try (MemoryHost host = settings().start()) {
      host.define(SLOTS);
      host.define(large);
      byte[] content = new byte[64 * 1_024];
      for (int register = 0; register < 64; register++) {
        host.memory.table.write(1, 1, register, Value.of(content));
      }
      try (RawClient flooder = RawClient.ready(host, 1, KEYS)) {
        Value whole = Value.of(ByteBuffer.allocate(12).putInt(1).putInt(0).putInt(64).array());
        // 4 MiB each: 10,000 of them are 40 GiB of answers.
        Thread flood =
            new Thread(
                () -> {
                  try {
                    for (int i = 0; i < 10_000; i++) {
                      flooder.operation(Wire.READ_RANGE, whole);
                    }
                  } catch (IOException closed) {
                    // at the end of the test
                  }
                });
        flood.start();
        await("some operations", () -> host.counts().operations() > 0);
        for (int i = 0; i < 20; i++) {
          assertServes(host, 2);
        }
        // It executed what fitted into the sockets' buffers, and one more.
        assertThat(host.counts().operations()).isLessThan(100);
        flooder.socket.close();
        flood.join(30_000);
        assertThat(flood.isAlive()).isFalse();
      }
    }
  }

  @Test
  void connectionsThatProveNothingMakeRoom() throws Exception {
    try (MemoryHost host = settings().connectionsMax(8).start()) {
      host.define(SLOTS);
      List<RawClient> idle = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        idle.add(new RawClient(host));
      }
      assertServes(host, 2);
      for (RawClient client : idle) {
        client.close();
      }
    }
  }

  @Test
  void regionsAreDefinedOnceByWhomMayAndWithinBounds() throws Exception {
    try (MemoryHost host =
            settings().definers(ProcessSet.of(1)).regionsMax(2).bytesMax(100_000).start();
        RawClient definer = RawClient.ready(host, 1, KEYS);
        RawClient other = RawClient.ready(host, 2, KEYS)) {
      assertThat(define(definer, SLOTS)).isEmpty();
      assertThat(define(definer, SLOTS.withNotation(v -> "other"))).isEmpty();
      assertThat(
              define(
                  definer, Region.of(0, "slots", 4, 1_025, Permission.open(3), LegalChange.NEVER)))
          .contains("differently");
      assertThat(define(other, SLOTS)).contains("may not");
      assertThat(
              define(
                  definer,
                  Region.of(
                      1,
                      "huge",
                      Integer.MAX_VALUE,
                      1 << 20,
                      Permission.open(3),
                      LegalChange.NEVER)))
          .contains("registers");
      assertThat(define(definer, Region.of(1, "ok", 10, 64, Permission.open(3), LegalChange.NEVER)))
          .isEmpty();
      assertThat(
              define(definer, Region.of(2, "third", 1, 1, Permission.open(3), LegalChange.NEVER)))
          .contains("at most 2");
    }
  }

  /** A region larger than the memory is served while it is empty enough. */
  @Test
  void aMemoryThatIsFullIsSilentAndHoldsWhatItAcknowledged() throws Exception {
    Region sparse = Region.of(1, "sparse", 10_000, 1_000, Permission.open(3), LegalChange.NEVER);
    try (MemoryHost host = settings().bytesMax(100_000).start()) {
      host.define(SLOTS);
      host.define(sparse);
      int acknowledged = 0;
      try (RawClient writer = RawClient.ready(host, 1, KEYS)) {
        writer.socket.setSoTimeout(1_500); // long enough for any answer that does come
        boolean answers = true;
        while (answers) {
          writer.write(1, acknowledged, Value.of(new byte[1_000]));
          try {
            acknowledged += writer.next() == null ? 0 : 1;
          } catch (java.net.SocketTimeoutException silent) {
            answers = false;
          }
        }
      }
      assertThat(acknowledged).isBetween(80, 95);
      assertServes(host, 2);
      try (RawClient writer = RawClient.ready(host, 1, KEYS)) {
        for (int register = 0; register < acknowledged; register++) {
          assertThat(writer.read(1, register)).isEqualTo(Value.of(new byte[1_000]));
        }
        // What takes no more room still goes, and what gives room back makes room.
        for (int register = 0; register < 10; register++) {
          writer.write(1, register, Value.EMPTY);
          assertThat(writer.next()).isNotNull();
        }
        writer.write(1, acknowledged, Value.of(new byte[1_000]));
        assertThat(writer.next()).isNotNull();
      }
    }
  }

  private static String define(RawClient client, Region region) throws IOException {
    client.operation(Wire.DEFINE, Wire.encode(region));
    Value answer = Objects.requireNonNull(client.next()).body();
    return answer.slice(1, answer.length() - 1).asText();
  }

  @Test
  void anEndedHostLeavesNoThreadAndNoFile() throws Exception {
    java.nio.file.Path directory = java.nio.file.Files.createTempDirectory("remora");
    Endpoint endpoint = Endpoint.unix(directory.resolve("m"));
    for (int i = 0; i < 3; i++) {
      MemoryHost host = MemoryHost.of(1, endpoint, KEYS).start();
      assertThat(java.nio.file.Files.exists(directory.resolve("m"))).isTrue();
      host.close();
      host.close();
    }
    assertThat(Arrays.asList(Objects.requireNonNull(directory.toFile().list()))).isEmpty();
    java.nio.file.Files.delete(directory);
  }
}
