package org.remora.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class FramedMemoryTest {
  private static final Region SLOTS =
      Region.of(0, "slots", 4, 16, Permission.open(2), LegalChange.NEVER);
  private static final Region WORDS =
      Region.ofWords(1, "words", 4, Permission.open(2), LegalChange.NEVER);
  private static final Value RED = Value.of("red");
  private static final Value TORN = Value.of("neither old nor new");

  private final FakeMemory raw = new FakeMemory(1);
  private final Memory memory = new FramedMemory(raw, 3);
  private final List<String> ended = new ArrayList<>();

  @Property
  void framesRoundTrip(@ForAll byte[] bytes, @ForAll @Size(max = 40) byte[] stale) {
    Value value = Value.of(bytes);
    Value frame = Frame.encode(value);
    assertThat(frame.length()).isEqualTo(Frame.HEADER_BYTES + bytes.length);
    assertThat(Frame.decode(frame)).isEqualTo(value);
    Value register =
        new ValueWriter(frame.length() + stale.length)
            .putBytes(frame)
            .putBytes(Value.of(stale))
            .toValue();
    assertThat(Frame.decode(register)).isEqualTo(value);
  }

  @Test
  void aRegisterOfZerosWasNeverWritten() {
    assertThat(Frame.decode(Value.BOTTOM)).isSameAs(Value.BOTTOM);
    assertThat(Frame.decode(Value.of(new byte[24]))).isSameAs(Value.BOTTOM);
    assertThat(Frame.decode(Frame.encode(Value.EMPTY))).isEqualTo(Value.EMPTY);
    assertThat(Frame.decode(Value.of(new byte[7]))).isNull();
  }

  @Property(shrinking = ShrinkingMode.OFF, tries = 200)
  void everyFlippedBitIsFound(@ForAll @Size(max = 80) byte[] bytes) {
    byte[] frame = Frame.encode(Value.of(bytes)).toBytes();
    for (int bit = 0; bit < 8 * frame.length; bit++) {
      frame[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Frame.decode(Value.of(frame))).as("bit %s", bit).isNull();
      frame[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  /**
   * Every mixture of the words of two frames, or of a frame and nothing, is one of them or torn.
   */
  @Property(shrinking = ShrinkingMode.OFF, tries = 300)
  void mixturesAreFound(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Value old = random.nextInt(4) == 0 ? Value.BOTTOM : randomValue(random);
    Value fresh = randomValue(random);
    byte[] before = old.isBottom() ? new byte[48] : register(Frame.encode(old));
    byte[] after = register(Frame.encode(fresh));
    // What the new frame does not cover stays as it was.
    int covered = Frame.HEADER_BYTES + fresh.length();
    System.arraycopy(before, covered, after, covered, 48 - covered);
    for (int words = 0; words < 1 << 6; words++) {
      byte[] mixed = before.clone();
      for (int word = 0; word < 6; word++) {
        if ((words >> word & 1) != 0) {
          System.arraycopy(after, 8 * word, mixed, 8 * word, 8);
        }
      }
      Value read = Frame.decode(Value.of(mixed));
      assertThat(read == null || read.equals(old) || read.equals(fresh))
          .as("seed %s: %s of %s and %s", seed, read, old, fresh)
          .isTrue();
    }
  }

  @Property
  void anyBytesAreSafe(@ForAll byte[] bytes) {
    Value read = Frame.decode(Value.of(bytes));
    assertThat(read == null || read.length() <= bytes.length).isTrue();
  }

  @Test
  void aLengthThatLiesIsTorn() {
    for (int length : new int[] {-1, Integer.MIN_VALUE, 9, Integer.MAX_VALUE}) {
      Value lie =
          new ValueWriter(16).putInt(length).putInt(7).putBytes(Value.of("12345678")).toValue();
      assertThat(Frame.decode(lie)).isNull();
    }
  }

  @Test
  void aTornReadIsRepeatedUntilItIsWhole() {
    memory.read(SLOTS, 1, (outcome, value) -> ended.add(outcome + " " + value));
    raw.only().end(Outcome.ACK, TORN);
    raw.only().end(Outcome.ACK, TORN);
    assertThat(ended).isEmpty();
    raw.only().end(Outcome.ACK, Frame.encode(RED));
    assertThat(ended).containsExactly("ACK red");
  }

  @Test
  void aRegisterTornForGoodIsBottom() {
    memory.read(SLOTS, 1, (outcome, value) -> ended.add(outcome + " " + value));
    memory.readRange(SLOTS, 0, 2, (outcome, values) -> ended.add(outcome + " " + values));
    for (int attempt = 0; attempt < 3; attempt++) {
      raw.inFlight.get(0).end(Outcome.ACK, TORN);
      raw.inFlight.get(0).end(Outcome.ACK, TORN, Frame.encode(RED));
    }
    assertThat(ended).containsExactly("ACK ⊥", "ACK [⊥, red]");
    assertThat(raw.inFlight).isEmpty();
  }

  @Test
  void naksAndUnknownsPassThrough() {
    memory.read(SLOTS, 1, (outcome, value) -> ended.add(outcome + " " + value));
    raw.only().end(Outcome.NAK);
    memory.readRange(SLOTS, 1, 2, (outcome, values) -> ended.add(outcome + " " + values));
    raw.only().end(Outcome.UNKNOWN);
    memory.write(SLOTS, 1, RED, outcome -> ended.add("" + outcome));
    raw.only().end(Outcome.NAK);
    assertThat(ended).containsExactly("NAK ⊥", "UNKNOWN []", "NAK");
  }

  @Test
  void valuesAreBoundedAsIfThereWereNoFrame() {
    memory.write(SLOTS, 0, Value.of(new byte[16]), outcome -> {});
    assertThat(raw.only().written.length()).isEqualTo(24);
    assertThatThrownBy(() -> memory.write(SLOTS, 0, Value.of(new byte[17]), outcome -> {}))
        .hasMessageContaining("17 bytes");
    assertThatThrownBy(() -> new FramedMemory(raw, 0)).hasMessageContaining("0");
  }

  @Test
  void wordsAreLeftAlone() {
    assertThat(FramedMemory.framed(WORDS)).isSameAs(WORDS);
    memory.write(WORDS, 0, Value.ofWord(5), outcome -> ended.add("" + outcome));
    assertThat(raw.only().written).isEqualTo(Value.ofWord(5));
    raw.only().end(Outcome.ACK);
    memory.read(WORDS, 0, (outcome, value) -> ended.add("" + value.word()));
    raw.only().end(Outcome.ACK, Value.ofWord(5));
    memory.compareAndSwap(WORDS, 0, 5, 6, (outcome, before) -> ended.add("" + before));
    raw.only().end(Outcome.ACK, Value.ofWord(5));
    assertThat(ended).containsExactly("ACK", "5", "5");
  }

  @Test
  void tracesShowWhatIsInTheFrame() {
    Region framed = FramedMemory.framed(SLOTS);
    assertThat(framed.registerBytes()).isEqualTo(16 + Frame.HEADER_BYTES);
    assertThat(framed.notation().apply(Frame.encode(RED))).isEqualTo("red");
    assertThat(framed.notation().apply(TORN)).isEqualTo("torn");
  }

  private static Value randomValue(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(41)];
    random.nextBytes(bytes);
    return Value.of(bytes);
  }

  private static byte[] register(Value frame) {
    byte[] register = new byte[48];
    frame.copyTo(register, 0);
    return register;
  }
}
