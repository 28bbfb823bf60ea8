package org.remora.memory;

import java.nio.ByteBuffer;

/**
 * Takes a {@link Value} apart field by field, as {@link ValueWriter} put it together: the reading
 * half of every codec. Every method throws {@link MalformedValueException} when the field is not
 * there. Not thread-safe.
 */
public final class ValueReader {
  private final Value source;
  private final ByteBuffer buffer;

  /** A reader from the first byte of {@code source} on. */
  public ValueReader(Value source) {
    this.source = source;
    buffer = source.asBuffer();
  }

  /** Takes one byte, as 0 to 255. */
  public int takeByte() {
    require(1);
    return buffer.get() & 0xff;
  }

  /** Takes 4 bytes. */
  public int takeInt() {
    require(Integer.BYTES);
    return buffer.getInt();
  }

  /** Takes 8 bytes. */
  public long takeLong() {
    require(Long.BYTES);
    return buffer.getLong();
  }

  /** Takes a length of 4 bytes, −1 for ⊥, and that many bytes, without a copy. */
  public Value takeValue() {
    int length = takeInt();
    if (length == -1) {
      return Value.BOTTOM;
    }
    if (length < 0) {
      throw new MalformedValueException("a length of " + length);
    }
    require(length);
    Value value = source.slice(buffer.position(), length);
    buffer.position(buffer.position() + length);
    return value;
  }

  /** Checks that nothing is left: two encodings of one content do not exist. */
  public void end() {
    if (buffer.hasRemaining()) {
      throw new MalformedValueException(buffer.remaining() + " bytes too many");
    }
  }

  private void require(int count) {
    if (buffer.remaining() < count) {
      throw new MalformedValueException(
          count + " bytes expected, " + buffer.remaining() + " are left");
    }
  }
}
