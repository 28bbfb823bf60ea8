package org.remora.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.remora.verbs.AttackScene.LIAR;
import static org.remora.verbs.AttackScene.LIES;
import static org.remora.verbs.AttackScene.VAULT;
import static org.remora.verbs.AttackScene.VICTIM;
import static org.remora.verbs.AttackScene.WORDS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remora.memory.Frame;
import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.tests.verbs.Members;
import org.remora.verbs.channel.PeerAuthentication;
import org.remora.verbs.nic.CompletionQueue;

/**
 * Attacks on a memory's host and its regions, over real verbs. Each is refused, nothing of it is
 * seen, and the processes beside it go on deciding, with the attacked memory.
 */
@Tag("soft-roce")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AttackTest {
  /** How many keys around a known one are tried, in each direction of both its parts. */
  private static final int KEYS = Integer.getInteger("remora.soft-roce.keys", 64);

  private static AttackScene scene;

  @BeforeAll
  static void begin() throws Exception {
    scene = new AttackScene();
  }

  @AfterAll
  static void end() {
    scene.close();
  }

  @BeforeEach
  void thereIsSomethingToProtect() throws Exception {
    scene.decide();
    try (RawPeer victim = scene.member(VICTIM)) {
      Geometry vault = victim.told(VAULT.id());
      assertThat(victim.write(vault.at(0), vault.key(), SECRET.toBytes()))
          .isEqualTo(CompletionQueue.SUCCESS);
    }
  }

  @AfterEach
  void theOthersGoOnDeciding() throws Exception {
    assertThat(scene.read(1, 1, VAULT, 0)).isEqualTo(Value.of("the victim's"));
    scene.decide();
  }

  private static final Value SECRET = Frame.encode(Value.of("the victim's"));

  // Who is who.

  @Test
  void whoProvesNothingGetsNothing() throws Exception {
    // Anything but a proof, and a proof of nobody's, of a stranger's, and of another member's.
    try (RawPeer peer = RawPeer.connect(scene.at(), VICTIM, 1)) {
      peer.send(ByteBuffer.allocate(9).put(Wire.OPEN).putInt(1).putInt(1).array());
      peer.awaitDropped();
    }
    try (RawPeer peer = RawPeer.connect(scene.at(), VICTIM, 1)) {
      peer.send(ByteBuffer.allocate(9).put(Wire.ASK).putInt(1).putInt(VAULT.id()).array());
      peer.awaitDropped();
    }
    for (PeerAuthentication wrong :
        List.of(
            PeerAuthentication.none(),
            PeerAuthentication.ofGroup(VICTIM, Value.of("a secret of theirs alone")),
            Members.impostor(),
            AttackScene.authentication(LIAR))) {
      try (RawPeer peer = RawPeer.connect(scene.at(), VICTIM, 1)) {
        assertThatThrownBy(() -> peer.prove(wrong)).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void whoClaimsToBeNobodyIsRefusedAtOnce() {
    Value nonce = Handshake.nonce();
    for (Handshake.Hello hello :
        List.of(
            new Handshake.Hello(0, 1, nonce),
            new Handshake.Hello(-1, 1, nonce),
            new Handshake.Hello(AttackScene.PROCESSES + 1, 1, nonce),
            new Handshake.Hello(LIAR, 2, nonce))) {
      assertThatThrownBy(() -> RawPeer.connect(scene.at(), hello, hello.encode()).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("REJECTED");
    }
    for (byte[] greeting : List.of(new byte[0], new byte[8], new byte[56])) {
      assertThatThrownBy(
              () ->
                  RawPeer.connect(scene.at(), new Handshake.Hello(LIAR, 1, nonce), greeting)
                      .close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("REJECTED");
    }
  }

  /** The connection of a process stands, whoever claims to be that process. */
  @Test
  void aClaimDoesNotPushOutWhoIsThere() throws Exception {
    try (RawPeer victim = scene.member(VICTIM)) {
      try (RawPeer peer = RawPeer.connect(scene.at(), VICTIM, 1)) {
        assertThatThrownBy(() -> peer.prove(AttackScene.authentication(LIAR)))
            .isInstanceOf(IOException.class);
      }
      assertThat(victim.isDropped()).isFalse();
      assertThat(victim.ask(VAULT.id()).rights()).isEqualTo(Geometry.READ | Geometry.WRITE);
      // Who proves it does.
      scene.member(VICTIM).close();
      victim.awaitDropped();
    }
  }

  @Test
  void whoSaysNothingIsDroppedInTime() throws Exception {
    try (RawPeer peer = RawPeer.connect(scene.at(), VICTIM, 1)) {
      peer.awaitDropped();
    }
  }

  /** All that was seen on one connection, said again on another. */
  @Test
  void whatWasSeenIsWorthNothingAgain() throws Exception {
    byte[] proof;
    byte[] answer;
    Handshake.Hello hello;
    try (RawPeer victim = RawPeer.connect(scene.at(), VICTIM, 1)) {
      PeerAuthentication own = AttackScene.authentication(VICTIM);
      hello = victim.hello;
      proof = RawPeer.message(Handshake.PROVE, own.prove(victim.transcript(true)));
      answer = RawPeer.message(Handshake.PROVE, victim.prove(own));
    }
    for (byte[] again : List.of(proof, answer)) {
      try (RawPeer peer = RawPeer.connect(scene.at(), hello, hello.encode())) {
        peer.send(again);
        peer.awaitDropped();
      }
    }
    // The host's own proof, turned around, on the connection that it was for.
    try (RawPeer peer = RawPeer.connect(scene.at(), VICTIM, 1)) {
      PeerAuthentication host = Members.authentication(AttackScene.PROCESSES + 1, 7);
      peer.send(RawPeer.message(Handshake.PROVE, host.prove(peer.transcript(false))));
      peer.awaitDropped();
    }
  }

  /** One in the middle passes on what both say: the queue pairs' numbers are not those signed. */
  @Test
  void whoPassesOnIsNotBelieved() throws Exception {
    try (Middleman middle = new Middleman(scene.at())) {
      CompletableFuture<Throwable> victim = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try (RawPeer honest = RawPeer.connect(middle.address(), VICTIM, 1)) {
                  honest.prove(AttackScene.authentication(VICTIM));
                  victim.complete(new AssertionError("proved through the one in the middle"));
                } catch (IOException | AssertionError e) {
                  victim.complete(e);
                }
              },
              "victim");
      thread.start();
      middle.passOn();
      thread.join();
      assertThat(victim.join()).isInstanceOf(IOException.class);
    }
  }

  // Keys.

  @Test
  void aStolenKeyIsWorthlessOnAnotherQueuePair() throws Exception {
    try (RawPeer victim = scene.member(VICTIM);
        RawPeer liar = scene.member(LIAR)) {
      Geometry vault = victim.told(VAULT.id());
      assertThat(vault.key()).isNotZero();
      assertThat(liar.told(VAULT.id()).key()).isZero();
      assertThat(liar.write(vault.at(0), vault.key(), new byte[SECRET.length()]))
          .isEqualTo(CompletionQueue.REMOTE_ACCESS);
      liar.open();
      assertThat(liar.read(vault.at(0), vault.key(), SECRET.length()))
          .isEqualTo(CompletionQueue.REMOTE_ACCESS);
      liar.open();
      assertThat(liar.compareAndSwap(vault.at(0), vault.key(), 0, 1))
          .isEqualTo(CompletionQueue.REMOTE_ACCESS);
      // The other queue pair of the connection lets through no access at all.
      Geometry own = liar.told(LIES.id());
      liar.postWrite(liar.control, own.at(0), own.key(), 8);
      assertThat(liar.awaitEnd())
          .isIn(CompletionQueue.REMOTE_ACCESS, CompletionQueue.REMOTE_INVALID_REQUEST);
      // The victim does not notice.
      assertThat(victim.read(vault.at(0), vault.key(), SECRET.length()))
          .isEqualTo(CompletionQueue.SUCCESS);
      assertThat(victim.bytes(SECRET.length())).isEqualTo(SECRET.toBytes());
    }
  }

  /** A key is an index and 8 bits that are drawn: those around the known ones, in both parts. */
  @Test
  void guessedKeysAreWorthless() throws Exception {
    try (RawPeer victim = scene.member(VICTIM);
        RawPeer liar = scene.member(LIAR)) {
      Geometry vault = victim.told(VAULT.id());
      Set<Integer> keys = new HashSet<>();
      for (int known : new int[] {vault.key(), liar.told(LIES.id()).key()}) {
        for (int i = -KEYS; i <= KEYS; i++) {
          keys.add(known + i);
          keys.add(known + (i << 8));
        }
      }
      for (int key : keys) {
        assertThat(liar.write(vault.at(0), key, new byte[8]))
            .as("key %08x, beside %08x", key, vault.key())
            .isEqualTo(CompletionQueue.REMOTE_ACCESS);
        liar.open();
      }
    }
  }

  // What a key is not for.

  @Test
  void nobodyWritesPastARegion() throws Exception {
    try (RawPeer liar = scene.member(LIAR)) {
      Geometry lies = liar.told(LIES.id());
      long end = lies.at(lies.registers());
      assertThat(liar.write(end - 8, lies.key(), 8)).isEqualTo(CompletionQueue.SUCCESS);
      long[][] accesses = {
        {end - 4, 8}, {end, 1}, {end + 4096, 8}, {lies.address() - 1, 8}, {lies.address() - 8, 8},
        {end - 1, 1 << 20}, {lies.address(), end - lies.address() + 1}, {0, 8}, {-8, 8}, {-1, 16},
      };
      for (long[] access : accesses) {
        assertThat(liar.write(access[0], lies.key(), (int) access[1]))
            .as(Arrays.toString(access))
            .isEqualTo(CompletionQueue.REMOTE_ACCESS);
        liar.open();
        assertThat(liar.read(access[0], lies.key(), (int) access[1]))
            .as(Arrays.toString(access))
            .isEqualTo(CompletionQueue.REMOTE_ACCESS);
        liar.open();
      }
    }
  }

  @Test
  void whoMayReadDoesNotWrite() throws Exception {
    Region slots = AttackScene.slots();
    try (RawPeer liar = scene.member(LIAR)) {
      for (Region region : List.of(slots, WORDS)) {
        Geometry geometry = liar.told(region.id());
        assertThat(geometry.rights()).isEqualTo(Geometry.READ);
        assertThat(liar.read(geometry.at(0), geometry.key(), 8)).isEqualTo(CompletionQueue.SUCCESS);
        byte[] before = liar.bytes(8);
        assertThat(liar.write(geometry.at(0), geometry.key(), new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))
            .isEqualTo(CompletionQueue.REMOTE_ACCESS);
        liar.open();
        assertThat(liar.compareAndSwap(geometry.at(0), geometry.key(), 0, 5))
            .isEqualTo(CompletionQueue.REMOTE_ACCESS);
        liar.open();
        assertThat(liar.fetchAndAdd(geometry.at(0), geometry.key(), 5))
            .isEqualTo(CompletionQueue.REMOTE_ACCESS);
        liar.open();
        assertThat(liar.read(geometry.at(0), geometry.key(), 8)).isEqualTo(CompletionQueue.SUCCESS);
        assertThat(liar.bytes(8)).isEqualTo(before);
      }
      // Nor does the host grant what the policy forbids.
      assertThat(liar.change(VAULT.id(), Permission.open(AttackScene.PROCESSES))).isFalse();
      assertThat(liar.change(WORDS.id(), Permission.open(AttackScene.PROCESSES))).isFalse();
      assertThat(liar.ask(VAULT.id()).rights()).isZero();
    }
  }

  /** The one with the right adds; registers that are no words take no atomics at all. */
  @Test
  void fetchAndAddIsForWordsAndThoseWhoMay() throws Exception {
    try (RawPeer victim = scene.member(VICTIM)) {
      Geometry words = victim.told(WORDS.id());
      assertThat(victim.write(words.at(3), words.key(), new byte[8]))
          .isEqualTo(CompletionQueue.SUCCESS);
      for (int sum = 0; sum < 30; sum += 10) {
        assertThat(victim.fetchAndAdd(words.at(3), words.key(), 10))
            .isEqualTo(CompletionQueue.SUCCESS);
        assertThat(ByteBuffer.wrap(victim.bytes(8)).order(ByteOrder.nativeOrder()).getLong())
            .isEqualTo(sum);
      }
      Geometry vault = victim.told(VAULT.id());
      assertThat(victim.fetchAndAdd(vault.at(0), vault.key(), 10))
          .isEqualTo(CompletionQueue.REMOTE_ACCESS);
    }
  }

  // Too much, and too little.

  /** Requests without end, whose answers nobody takes. */
  @Test
  void aFloodOfRequestsIsBorne() throws Exception {
    try (RawPeer liar = scene.member(LIAR)) {
      long rounds = 0;
      CompletableFuture<Void> decided = new CompletableFuture<>();
      Thread deciding =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 3; i++) {
                    scene.decide();
                  }
                  decided.complete(null);
                } catch (Exception | AssertionError e) {
                  decided.completeExceptionally(e);
                }
              },
              "deciding");
      deciding.start();
      int region = 0;
      while (!decided.isDone() || rounds < 200) {
        // Regions that there are not, a change that is not legal, the queue pair anew.
        for (byte[] message :
            List.of(
                ByteBuffer.allocate(9).put(Wire.ASK).putInt(1).putInt(region++).array(),
                RawPeer.changing(1, VAULT.id(), Permission.readOnly(AttackScene.PROCESSES)),
                ByteBuffer.allocate(9).put(Wire.ASK).putInt(1).putInt(-region).array(),
                ByteBuffer.allocate(9).put(Wire.OPEN).putInt(region).putInt(1).array())) {
          rounds += liar.offer(message) ? 1 : 0;
        }
        liar.forget();
      }
      deciding.join();
      decided.get();
      // What the host keeps about it is of the regions that there are.
      assertThat(scene.host().toldTo(LIAR)).isLessThan(100);
      assertThat(liar.isDropped()).isFalse();
      // The same, and no answer is taken: the host takes no more either.
      liar.takeNothing();
      int taken = 0;
      for (int i = 0; i < 2_000; i++) {
        taken += liar.offer(RawPeer.changing(1, VAULT.id(), Permission.readOnly(4))) ? 1 : 0;
        LockSupport.parkNanos(500_000);
      }
      assertThat(taken).isLessThan(1_000);
    }
  }

  /** More connections than there are places, half-open and mute: one who proves himself gets in. */
  @Test
  void connectionsWithoutProofDoNotExhaust() throws Exception {
    int before = queuePairs();
    List<RawPeer> flood = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * MemoryHost.STRANGERS_MAX; i++) {
        Handshake.Hello hello = new Handshake.Hello(1 + i % 4, 1, Handshake.nonce());
        RawPeer peer = new RawPeer(scene.at(), hello, hello.encode());
        flood.add(peer);
        if (i % 2 == 0) {
          peer.established(); // else the host waits for the last step for ever
        }
      }
      assertThat(queuePairs())
          .isLessThanOrEqualTo(before + 2 * flood.size() + MemoryHost.STRANGERS_MAX + 1);
      try (RawPeer victim = scene.member(VICTIM)) {
        assertThat(victim.ask(VAULT.id()).rights()).isEqualTo(Geometry.READ | Geometry.WRITE);
      }
      scene.decide();
    } finally {
      for (RawPeer peer : flood) {
        peer.close();
      }
    }
  }

  private static int queuePairs() throws Exception {
    Process process = new ProcessBuilder("rdma", "resource", "show").start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    Matcher count = Pattern.compile(" qp (\\d+)").matcher(shown);
    assertThat(count.find()).isTrue();
    return Integer.parseInt(count.group(1));
  }

  /** A member that takes no messages does not keep the others from new regions. */
  @Test
  void whoTakesNoMessagesIsNotWaitedFor() throws Exception {
    try (RawPeer victim = scene.member(VICTIM);
        RawPeer liar = scene.member(LIAR)) {
      liar.takeNothing();
      int last = 910_000 + 3 * Mailbox.SLOTS;
      for (int region = 910_000; region <= last; region++) {
        scene.host().define(Region.of(region, "more", 1, 8, Permission.open(4), LegalChange.NEVER));
      }
      assertThat(victim.ask(last).rights()).isEqualTo(Geometry.READ | Geometry.WRITE);
      assertThat(
              scene
                  .read(
                      1, 1, Region.of(last, "more", 1, 8, Permission.open(4), LegalChange.NEVER), 0)
                  .isBottom())
          .isTrue();
    }
  }

  /** What is no message ends the connection that it came over, and nothing else. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void malformedMessagesEndTheirConnectionAlone(long seed) throws Exception {
    Random random = new Random(seed);
    List<byte[]> messages = new ArrayList<>();
    messages.add(new byte[0]);
    messages.add(new byte[] {Wire.OPEN});
    messages.add(new byte[] {Wire.ASK, 0, 0});
    messages.add(new byte[] {Wire.TELL, 0, 0, 0, 1});
    messages.add(new byte[Wire.BYTES_MAX]);
    messages.add(
        ByteBuffer.allocate(13)
            .put(Wire.CHANGE)
            .putInt(1)
            .putInt(VAULT.id())
            .putInt(Integer.MAX_VALUE)
            .array());
    messages.add(
        ByteBuffer.allocate(17)
            .put(Wire.CHANGE)
            .putInt(1)
            .putInt(VAULT.id())
            .putInt(1)
            .putInt(5000)
            .array());
    messages.add(RawPeer.message(Handshake.PROVE, Value.of("again")));
    for (int i = 0; i < 15; i++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      if (garbage.length > 0) {
        garbage[0] = (byte) (7 + random.nextInt(249)); // of no kind that a host takes
      }
      messages.add(garbage);
    }
    try (RawPeer victim = scene.member(VICTIM)) {
      for (byte[] message : messages) {
        try (RawPeer liar = scene.member(LIAR)) {
          liar.send(message);
          liar.awaitDropped();
        }
      }
      assertThat(victim.ask(VAULT.id()).rights()).isEqualTo(Geometry.READ | Geometry.WRITE);
    }
  }

  /** Sets that overlap, numbers that no region has: answered, and nothing changes. */
  @Test
  void nonsenseThatIsWellFormedIsRefused() throws Exception {
    try (RawPeer liar = scene.member(LIAR)) {
      for (int region : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 123_456}) {
        assertThat(liar.ask(region).registers()).isZero();
        assertThat(liar.change(region, Permission.open(4))).isFalse();
      }
      assertThat(
              liar.change(
                  VAULT.id(),
                  new Permission(ProcessSet.none(), ProcessSet.none(), ProcessSet.of(LIAR))))
          .isFalse();
      // A queue pair that is not there, a sequence of more than 24 bits.
      liar.send(ByteBuffer.allocate(9).put(Wire.OPEN).putInt(-1).putInt(-1).array());
      liar.open();
      Geometry lies = liar.told(LIES.id());
      assertThat(liar.write(lies.at(0), lies.key(), 8)).isEqualTo(CompletionQueue.SUCCESS);
    }
  }

  // What is read while it changes.

  /**
   * A writer that changes a register all the time, in the middle of it, with headers that promise
   * what does not follow: a read brings a value that was meant, whole, or ⊥.
   */
  @Test
  void whatIsCorruptedWhileItIsReadNeverSurfaces() throws Exception {
    byte[] one = filled('a');
    byte[] two = filled('b');
    byte[] half = one.clone();
    System.arraycopy(two, 0, half, 0, two.length / 2);
    try (RawPeer liar = scene.member(LIAR);
        RawPeer witness = scene.member(VICTIM)) {
      Geometry lies = liar.told(LIES.id());
      // The attack is one: there are bytes in memory that are no value.
      assertThat(liar.write(lies.at(0), lies.key(), half)).isEqualTo(CompletionQueue.SUCCESS);
      assertThat(witness.read(lies.at(0), witness.told(LIES.id()).key(), half.length))
          .isEqualTo(CompletionQueue.SUCCESS);
      assertThat(Frame.decode(Value.of(witness.bytes(half.length)))).isNull();
      assertThat(scene.read(1, 1, LIES, 0).isBottom()).isTrue();
      int seen = 0;
      for (int round = 0; round < 100; round++) {
        CompletableFuture<Value> read =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return scene.read(1, 1, LIES, 0);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
        while (!read.isDone()) {
          for (byte[] bytes : List.of(one, two, half)) {
            assertThat(liar.write(lies.at(0), lies.key(), bytes))
                .isEqualTo(CompletionQueue.SUCCESS);
          }
        }
        Value value = read.get();
        if (!value.isBottom()) {
          seen++;
          assertThat(value).isIn(Frame.decode(Value.of(one)), Frame.decode(Value.of(two)));
        }
      }
      // Lengths that lead out of the register, or before its beginning.
      for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 4097, 4096 - 8}) {
        ByteBuffer header = ByteBuffer.allocate(8).putInt(length).putInt(7);
        assertThat(liar.write(lies.at(0), lies.key(), header.array()))
            .isEqualTo(CompletionQueue.SUCCESS);
        assertThat(scene.read(1, 1, LIES, 0).isBottom()).isTrue();
      }
      System.out.println("corrupted while read: " + seen + " of 100 reads brought a value");
    }
  }

  private static byte[] filled(char with) {
    byte[] bytes = new byte[4096];
    Arrays.fill(bytes, (byte) with);
    return Frame.encode(Value.of(bytes)).toBytes();
  }
}
