package org.remora.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * An immutable sequence of bytes: what registers hold and links carry. {@link #BOTTOM} is the value
 * of a register that was never written; it differs from every written value, the empty one
 * included.
 *
 * <p>Being immutable, a value passes between threads and lies in registers without a copy.
 */
public final class Value {
  private static final int SHOWN_BYTES_MAX = 24;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** ⊥: the content of a register that was never written. */
  public static final Value BOTTOM = new Value(new byte[0], 0, 0);

  /** The written value of no bytes. */
  public static final Value EMPTY = new Value(new byte[0], 0, 0);

  private final byte[] bytes;
  private final int offset;
  private final int length;

  private Value(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
  }

  /** A value of a copy of {@code bytes}. */
  public static Value of(byte[] bytes) {
    return new Value(bytes.clone(), 0, bytes.length);
  }

  /**
   * A value of a copy of the {@code length} bytes of {@code source} from index {@code from} on; the
   * buffer's position stays.
   *
   * @throws IndexOutOfBoundsException if they are not all there
   */
  public static Value copyOf(ByteBuffer source, int from, int length) {
    byte[] bytes = new byte[length];
    source.get(from, bytes);
    return wrap(bytes);
  }

  /** A value of the UTF-8 encoding of {@code text}. */
  public static Value of(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A value that takes {@code bytes} over without a copy: for encoders, whose array nobody else
   * holds.
   */
  static Value wrap(byte[] bytes) {
    return new Value(bytes, 0, bytes.length);
  }

  /** The 8 bytes of {@code word}, big-endian: the content of a register of a region of words. */
  public static Value ofWord(long word) {
    byte[] bytes = new byte[Long.BYTES];
    LONGS.set(bytes, 0, word);
    return wrap(bytes);
  }

  /**
   * The word in a register of a region of words; ⊥ counts as 0.
   *
   * @throws IllegalStateException if the value is neither ⊥ nor 8 bytes long
   */
  public long word() {
    if (isBottom()) {
      return 0;
    }
    if (length != Long.BYTES) {
      throw new IllegalStateException("not a word: " + length + " bytes");
    }
    return (long) LONGS.get(bytes, offset);
  }

  /** Whether this is ⊥. */
  @SuppressWarnings("ReferenceEquality") // ⊥ is one object, and no bytes equal it
  public boolean isBottom() {
    return this == BOTTOM;
  }

  /** The number of bytes; 0 for ⊥. */
  public int length() {
    return length;
  }

  /**
   * The byte at {@code index}.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public byte byteAt(int index) {
    return bytes[offset + Objects.checkIndex(index, length)];
  }

  /** The 4 bytes from {@code index} on, big-endian; the caller has checked that they are there. */
  int intAt(int index) {
    return (int) INTS.get(bytes, offset + index);
  }

  /** The 8 bytes from {@code index} on, big-endian; the caller has checked that they are there. */
  long longAt(int index) {
    return (long) LONGS.get(bytes, offset + index);
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /** A read-only view of the bytes, without a copy. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(bytes, offset, length).slice().asReadOnlyBuffer();
  }

  /**
   * Copies all bytes to {@code target} from {@code position} on.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void copyTo(byte[] target, int position) {
    System.arraycopy(bytes, offset, target, position, length);
  }

  /**
   * Puts all bytes into {@code target}, at its position.
   *
   * @throws java.nio.BufferOverflowException if they do not fit
   */
  public void putInto(ByteBuffer target) {
    target.put(bytes, offset, length);
  }

  /**
   * The {@code count} bytes from {@code from} on as a value of their own, without a copy.
   *
   * @throws IndexOutOfBoundsException if they are not all there
   */
  public Value slice(int from, int count) {
    Objects.checkFromIndexSize(from, count, length);
    return new Value(bytes, offset + from, count);
  }

  /** The bytes read as UTF-8; malformed input is replaced. */
  public String asText() {
    return new String(bytes, offset, length, StandardCharsets.UTF_8);
  }

  /** Equal bytes; ⊥ equals only itself. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Value that
            && !isBottom()
            && !that.isBottom()
            && Arrays.equals(
                bytes,
                offset,
                offset + length,
                that.bytes,
                that.offset,
                that.offset + that.length));
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + bytes[offset + i];
    }
    return hash;
  }

  /** For people: the text where it is printable UTF-8, else hexadecimal; cut after 24 bytes. */
  @Override
  public String toString() {
    if (isBottom()) {
      return "⊥";
    }
    String text = printableText();
    if (text != null) {
      return text;
    }
    int shown = Math.min(length, SHOWN_BYTES_MAX);
    return "0x"
        + HexFormat.of().formatHex(bytes, offset, offset + shown)
        + (shown < length ? "…(" + length + " bytes)" : "");
  }

  private @org.jspecify.annotations.Nullable String printableText() {
    if (length == 0) {
      return "";
    }
    if (length > 4 * SHOWN_BYTES_MAX) {
      return null;
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(asBuffer()).toString();
      return text.codePoints().noneMatch(Character::isISOControl) ? text : null;
    } catch (CharacterCodingException notText) {
      return null;
    }
  }
}
