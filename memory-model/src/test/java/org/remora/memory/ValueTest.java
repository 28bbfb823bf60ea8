package org.remora.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ValueTest {
  @Test
  void bottomEqualsOnlyItself() {
    assertThat(Value.BOTTOM).isNotEqualTo(Value.EMPTY);
    assertThat(Value.EMPTY).isNotEqualTo(Value.BOTTOM).isEqualTo(Value.of(new byte[0]));
    assertThat(Value.of("abc").slice(1, 0)).isEqualTo(Value.EMPTY).isNotEqualTo(Value.BOTTOM);
    assertThat(Value.BOTTOM.isBottom()).isTrue();
    assertThat(Value.EMPTY.isBottom()).isFalse();
    assertThat(Value.BOTTOM.length()).isZero();
  }

  @Test
  void isNotTheArrayThatItWasMadeOf() {
    byte[] bytes = {1, 2, 3};
    Value value = Value.of(bytes);
    bytes[0] = 9;
    value.toBytes()[1] = 9;
    assertThat(value.toBytes()).containsExactly(1, 2, 3);
    assertThat(value.asBuffer().isReadOnly()).isTrue();
  }

  @Test
  void passesThroughBuffers() {
    ByteBuffer buffer = ByteBuffer.allocate(8);
    Value.of("abcdef").slice(1, 3).putInto(buffer);
    assertThat(buffer.position()).isEqualTo(3);
    Value copy = Value.copyOf(buffer, 1, 2);
    buffer.put(1, (byte) 'x');
    assertThat(copy.asText()).isEqualTo("cd");
    assertThat(buffer.position()).isEqualTo(3);
    assertThatThrownBy(() -> Value.copyOf(buffer, 7, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Value.of("sixbyt").putInto(buffer))
        .isInstanceOf(BufferOverflowException.class);
  }

  @Test
  void printsForPeople() {
    assertThat(Value.BOTTOM).hasToString("⊥");
    assertThat(Value.EMPTY).hasToString("");
    assertThat(Value.of("rouge é")).hasToString("rouge é");
    assertThat(Value.of(new byte[] {0, 1, -1})).hasToString("0x0001ff");
    assertThat(Value.of(new byte[100]).toString()).startsWith("0x00").endsWith("…(100 bytes)");
  }

  @Test
  void indexesAreChecked() {
    Value value = Value.of("abcdef").slice(1, 3);
    assertThat(value.asText()).isEqualTo("bcd");
    assertThatThrownBy(() -> value.byteAt(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> value.byteAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> value.slice(2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> value.slice(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> value.copyTo(new byte[2], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(value::word).isInstanceOf(IllegalStateException.class);
  }

  @Property
  void wordsRoundTrip(@ForAll long word) {
    assertThat(Value.ofWord(word).word()).isEqualTo(word);
    assertThat(Value.ofWord(word).asBuffer().getLong()).isEqualTo(word);
    assertThat(Value.BOTTOM.word()).isZero();
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void slicesAreTheirBytes(@ForAll byte[] bytes, @ForAll int from, @ForAll int to) {
    int first = Math.floorMod(from, bytes.length + 1);
    int count = Math.floorMod(to, bytes.length - first + 1);
    Value slice = Value.of(bytes).slice(first, count);
    Value copy = Value.of(slice.toBytes());
    assertThat(slice).isEqualTo(copy).hasSameHashCodeAs(copy);
    assertThat(slice.length()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(slice.byteAt(i)).isEqualTo(bytes[first + i]);
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void codecsRoundTrip(
      @ForAll byte small, @ForAll int medium, @ForAll long large, @ForAll byte[] bytes) {
    Value inner = Value.of(bytes);
    Value encoded =
        new ValueWriter(1 + 4 + 8 + 2 * 4 + ValueWriter.sizeOf(inner) + 3)
            .putByte(small)
            .putInt(medium)
            .putLong(large)
            .putValue(Value.BOTTOM)
            .putValue(inner)
            .putValue(Value.EMPTY)
            .putBytes(Value.of("end"))
            .toValue();
    ValueReader reader = new ValueReader(encoded);
    assertThat(reader.takeByte()).isEqualTo(small & 0xff);
    assertThat(reader.takeInt()).isEqualTo(medium);
    assertThat(reader.takeLong()).isEqualTo(large);
    assertThat(reader.takeValue().isBottom()).isTrue();
    assertThat(reader.takeValue()).isEqualTo(inner);
    assertThat(reader.takeValue()).isEqualTo(Value.EMPTY);
    assertThatThrownBy(reader::end).isInstanceOf(MalformedValueException.class);
    reader.takeByte();
    reader.takeByte();
    reader.takeByte();
    reader.end();
  }

  /** Whatever the bytes, a reader takes what is there or says that they are malformed. */
  @Property
  void readersAreSafeOnAnyBytes(@ForAll byte[] bytes) {
    ValueReader reader = new ValueReader(Value.of(bytes));
    try {
      Value first = reader.takeValue();
      assertThat(first.length()).isLessThanOrEqualTo(bytes.length);
      reader.takeLong();
      reader.end();
      assertThat(bytes.length).isEqualTo(ValueWriter.sizeOf(first) + 8);
    } catch (MalformedValueException malformed) {
      assertThat(malformed).hasMessageMatching(".*(expected|length|too many).*");
    }
  }

  @Test
  void lengthsThatLieAreMalformed() {
    for (int length : new int[] {-2, Integer.MIN_VALUE, 4, Integer.MAX_VALUE}) {
      Value lie = new ValueWriter(7).putInt(length).putBytes(Value.of("abc")).toValue();
      assertThatThrownBy(() -> new ValueReader(lie).takeValue())
          .isInstanceOf(MalformedValueException.class);
    }
    assertThatThrownBy(() -> new ValueReader(Value.EMPTY).takeByte())
        .isInstanceOf(MalformedValueException.class);
    assertThatThrownBy(() -> new ValueReader(Value.of("abc")).takeInt())
        .isInstanceOf(MalformedValueException.class);
    assertThatThrownBy(() -> new ValueReader(Value.of("abcdefg")).takeLong())
        .isInstanceOf(MalformedValueException.class);
  }

  @Test
  void writersFillExactlyWhatTheyPromised() {
    assertThatThrownBy(() -> new ValueWriter(3).putByte(1).toValue())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new ValueWriter(3).putInt(1))
        .isInstanceOf(java.nio.BufferOverflowException.class);
  }
}
