package org.remora.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.memory.LegalChange;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** Hosts that keep what they hold. */
final class DurabilityTest {
  private static final PreSharedKeys KEYS = MemoryHostTest.KEYS;
  private static final Region SLOTS =
      Region.of(
          3,
          "slots",
          64,
          64 * 1_024,
          Permission.soleWriter(1, 2),
          new LegalChange.SoleWriterForOneself(2));
  private static final Region WORDS =
      Region.ofWords(4, "words", 4, Permission.open(2), LegalChange.NEVER);

  @TempDir Path directory;

  private MemoryHost host(Endpoint at, Path file, Durability.Policy policy) throws IOException {
    return MemoryHost.of(1, at, KEYS).durable(new Durability(file, policy)).start();
  }

  private MemoryHost host(Path file, Durability.Policy policy) throws IOException {
    return host(Endpoint.tcp("127.0.0.1", 0), file, policy);
  }

  private static Outcome write(RawClient client, int register, Value value) throws IOException {
    client.write(SLOTS.id(), register, value);
    Value body = Objects.requireNonNull(client.next()).body();
    return body.byteAt(0) == Wire.ACK ? Outcome.ACK : Outcome.NAK;
  }

  private static void take(RawClient client, int process) throws IOException {
    Value permission = Wire.encode(Permission.soleWriter(process, 2));
    ByteBuffer body = ByteBuffer.allocate(4 + permission.length()).putInt(SLOTS.id());
    permission.putInto(body);
    client.operation(Wire.CHANGE_PERMISSION, Value.of(body.array()));
    assertThat(Objects.requireNonNull(client.next()).body().byteAt(0)).isEqualTo((byte) Wire.ACK);
  }

  @ParameterizedTest
  @EnumSource(Durability.Policy.class)
  void contentsAndPermissionsOutliveTheHost(Durability.Policy policy) throws Exception {
    Path file = directory.resolve("journal");
    long incarnation;
    try (MemoryHost host = host(file, policy);
        RawClient one = RawClient.ready(host, 1, KEYS);
        RawClient two = RawClient.ready(host, 2, KEYS)) {
      incarnation = host.incarnation();
      host.define(SLOTS);
      host.define(WORDS);
      assertThat(write(one, 0, Value.of("of the first"))).isEqualTo(Outcome.ACK);
      take(two, 2);
      assertThat(write(one, 1, Value.of("refused"))).isEqualTo(Outcome.NAK);
      assertThat(write(two, 0, Value.of("of the second"))).isEqualTo(Outcome.ACK);
      one.operation(
          Wire.COMPARE_AND_SWAP,
          Value.of(ByteBuffer.allocate(24).putInt(4).putInt(2).putLong(0).putLong(77).array()));
      assertThat(Objects.requireNonNull(one.next()).body().byteAt(0)).isEqualTo((byte) Wire.ACK);
    }
    for (int start = 0; start < 2; start++) {
      try (MemoryHost host = host(file, policy);
          RawClient one = RawClient.ready(host, 1, KEYS);
          RawClient two = RawClient.ready(host, 2, KEYS)) {
        assertThat(host.incarnation()).isEqualTo(incarnation);
        assertThat(one.read(3, 0)).isEqualTo(Value.of("of the second"));
        assertThat(one.read(3, 1)).isEqualTo(Value.BOTTOM);
        assertThat(one.read(4, 2).word()).isEqualTo(77);
        assertThat(host.memory.table.permission(3)).isEqualTo(Permission.soleWriter(2, 2));
        assertThat(write(one, 0, Value.of("late"))).isEqualTo(Outcome.NAK);
        assertThat(write(two, 5, Value.of("more"))).isEqualTo(Outcome.ACK);
        host.define(SLOTS);
        assertThatThrownBy(() -> host(file, policy))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("in use");
      }
    }
  }

  /** A process that knew the host goes on; what was in flight is unknown, not lost track of. */
  @Test
  void processesGoOnWithAHostThatComesBack() throws Exception {
    Path file = directory.resolve("journal");
    MemoryHost first = host(file, Durability.Policy.NONE);
    Endpoint endpoint = first.endpoint();
    try (SocketProcess process =
        SocketProcess.of(
                1,
                new SocketProcess.Group(List.of(Endpoint.tcp("127.0.0.1", 0)), List.of(endpoint)),
                KEYS)
            .start()) {
      process.define(1, SLOTS);
      assertThat(write(process, Value.of("before"))).isEqualTo(Outcome.ACK);
      first.close();
      try (MemoryHost second = host(endpoint, file, Durability.Policy.NONE)) {
        assertThat(second.memory.table.peek(3, 0)).isEqualTo(Value.of("before"));
        assertThat(write(process, Value.of("after"))).isNotEqualTo(Outcome.NAK);
        assertThat(write(process, Value.of("after"))).isEqualTo(Outcome.ACK);
      }
    }
  }

  private static Outcome write(SocketProcess process, Value value) throws Exception {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    process.execute(() -> process.memory(1).write(SLOTS, 0, value, ended::complete));
    return ended.get(30, TimeUnit.SECONDS);
  }

  /**
   * However the tail of the file is torn, what is recovered is what some number of the operations
   * had led to: all whose records are whole.
   */
  @Test
  void aTornTailIsFoundAndCutOff() throws Exception {
    Path file = directory.resolve("journal");
    int writes = 40;
    try (MemoryHost host = host(file, Durability.Policy.EACH);
        RawClient one = RawClient.ready(host, 1, KEYS)) {
      host.define(SLOTS);
      for (int i = 0; i < writes; i++) {
        assertThat(write(one, i % 4, Value.ofWord(i))).isEqualTo(Outcome.ACK);
      }
      // As the end of the process would leave it.
      Files.copy(file, directory.resolve("killed"));
    }
    byte[] whole = Files.readAllBytes(file);
    byte[] killed = Files.readAllBytes(directory.resolve("killed"));
    assertThat(killed.length).isGreaterThan(whole.length);
    SplittableRandom random = new SplittableRandom(1);
    int recordBytes = 17 + 8;
    for (int round = 0; round < 16; round++) {
      byte[] torn = killed.clone();
      int records = whole.length - writes * recordBytes;
      int at = random.nextInt(records, whole.length);
      int survivors = (at - records) / recordBytes;
      if (round % 2 == 0) {
        java.util.Arrays.fill(torn, at, torn.length, (byte) 0);
        if (torn[at - 1] == killed[at - 1] && isZero(killed, at, records, recordBytes)) {
          continue; // what was cut off was zeros anyway
        }
      } else {
        torn[at] ^= (byte) (1 << random.nextInt(8));
      }
      Path copy = directory.resolve("torn" + round);
      Files.write(copy, torn);
      try (MemoryHost host = host(copy, Durability.Policy.EACH)) {
        for (int register = 0; register < 4; register++) {
          int last = -1;
          for (int i = 0; i < survivors; i++) {
            last = i % 4 == register ? i : last;
          }
          assertThat(host.memory.table.peek(3, register))
              .as("round %d, %d of the records are whole", round, survivors)
              .isEqualTo(last < 0 ? Value.BOTTOM : Value.ofWord(last));
        }
      }
    }
  }

  private static boolean isZero(byte[] bytes, int from, int records, int recordBytes) {
    int end = from + recordBytes - (from - records) % recordBytes;
    for (int i = from; i < end; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** After the system has gone down, what was not forced to the disk may be a past state. */
  @Test
  void anUnforcedJournalOfAnotherStartOfTheSystemCountsAsLost() throws Exception {
    for (Durability.Policy policy : Durability.Policy.values()) {
      for (boolean clean : new boolean[] {false, true}) {
        Path file = directory.resolve("journal-" + policy + clean);
        Path later = directory.resolve("later-" + policy + clean);
        long incarnation;
        try (MemoryHost host = host(file, policy);
            RawClient one = RawClient.ready(host, 1, KEYS)) {
          incarnation = host.incarnation();
          host.define(SLOTS);
          assertThat(write(one, 0, Value.of("acknowledged"))).isEqualTo(Outcome.ACK);
          if (!clean) {
            Files.copy(file, later);
          }
        }
        if (clean) {
          Files.copy(file, later);
        }
        try (FileChannel channel = FileChannel.open(later, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 24);
        }
        boolean kept = clean || policy == Durability.Policy.EACH;
        try (MemoryHost host = host(later, policy)) {
          assertThat(host.incarnation() == incarnation).as("%s %s", policy, clean).isEqualTo(kept);
          assertThat(host.memory.table.has(3, 0)).as("%s %s", policy, clean).isEqualTo(kept);
        }
      }
    }
  }

  /** The journal does not grow with history. */
  @Test
  void theJournalIsCompacted() throws Exception {
    Path file = directory.resolve("journal");
    byte[] content = new byte[64 * 1_024];
    long incarnation;
    long largest = 0;
    try (MemoryHost host = host(file, Durability.Policy.NONE);
        RawClient one = RawClient.ready(host, 1, KEYS);
        RawClient two = RawClient.ready(host, 2, KEYS)) {
      incarnation = host.incarnation();
      host.define(SLOTS);
      take(two, 2);
      for (int i = 0; i < 1_400; i++) {
        content[i % content.length]++;
        assertThat(write(two, i % 3, Value.of(content))).isEqualTo(Outcome.ACK);
        largest = Math.max(largest, Files.size(file));
      }
      assertThat(write(one, 0, Value.of("no"))).isEqualTo(Outcome.NAK);
    }
    assertThat(largest).isBetween(60L << 20, 75L << 20);
    assertThat(Files.size(file)).isLessThan(40L << 20);
    try (MemoryHost host = host(file, Durability.Policy.NONE)) {
      assertThat(host.incarnation()).isEqualTo(incarnation);
      assertThat(host.memory.table.peek(3, 1_399 % 3)).isEqualTo(Value.of(content));
      assertThat(host.memory.table.permission(3)).isEqualTo(Permission.soleWriter(2, 2));
    }
  }

  @Test
  void anotherMemorysFileIsRefused() throws Exception {
    Path file = directory.resolve("journal");
    host(file, Durability.Policy.NONE).close();
    assertThatThrownBy(
            () ->
                MemoryHost.of(2, Endpoint.tcp("127.0.0.1", 0), KEYS)
                    .durable(new Durability(file, Durability.Policy.NONE))
                    .start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a journal of memory 2");
    Path text = Files.writeString(directory.resolve("text"), "x".repeat(200));
    assertThatThrownBy(() -> host(text, Durability.Policy.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a journal");
    assertThat(Files.readString(text)).hasSize(200);
  }
}
