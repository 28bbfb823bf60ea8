package org.remora.memory;

import java.nio.ByteBuffer;

/**
 * Builds a {@link Value} field by field, big-endian: the writing half of every codec. Not
 * thread-safe.
 */
public final class ValueWriter {
  private final byte[] bytes;
  private final ByteBuffer buffer;

  /** A writer of exactly {@code length} bytes. */
  public ValueWriter(int length) {
    bytes = new byte[length];
    buffer = ByteBuffer.wrap(bytes);
  }

  /** Appends one byte. */
  public ValueWriter putByte(int value) {
    buffer.put((byte) value);
    return this;
  }

  /** Appends 4 bytes. */
  public ValueWriter putInt(int value) {
    buffer.putInt(value);
    return this;
  }

  /** Appends 8 bytes. */
  public ValueWriter putLong(long value) {
    buffer.putLong(value);
    return this;
  }

  /** The number of bytes that {@link #putValue} takes for {@code value}: 4, and its bytes. */
  public static int sizeOf(Value value) {
    return Integer.BYTES + value.length();
  }

  /** Appends the length of {@code value}, −1 for ⊥, as 4 bytes, and its bytes. */
  public ValueWriter putValue(Value value) {
    buffer.putInt(value.isBottom() ? -1 : value.length());
    return putBytes(value);
  }

  /** Appends the bytes of {@code value} alone. */
  public ValueWriter putBytes(Value value) {
    value.copyTo(bytes, buffer.position());
    buffer.position(buffer.position() + value.length());
    return this;
  }

  /**
   * The finished value; the writer must not be used again.
   *
   * @throws IllegalStateException if fewer bytes were put than promised to the constructor
   */
  public Value toValue() {
    if (buffer.hasRemaining()) {
      throw new IllegalStateException(buffer.remaining() + " bytes were not written");
    }
    return Value.wrap(bytes);
  }
}
