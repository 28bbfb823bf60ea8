package org.remora.memory;

/**
 * Takes a {@link Value} apart field by field, as {@link ValueWriter} put it together: the reading
 * half of every codec. Every method throws {@link MalformedValueException} when the field is not
 * there. Not thread-safe.
 */
public final class ValueReader {
  private final Value source;
  private int at;

  /** A reader from the first byte of {@code source} on. */
  public ValueReader(Value source) {
    this.source = source;
  }

  /** Takes one byte, as 0 to 255. */
  public int takeByte() {
    require(1);
    return source.byteAt(at++) & 0xff;
  }

  /** Takes 4 bytes. */
  public int takeInt() {
    require(Integer.BYTES);
    at += Integer.BYTES;
    return source.intAt(at - Integer.BYTES);
  }

  /** Takes 8 bytes. */
  public long takeLong() {
    require(Long.BYTES);
    at += Long.BYTES;
    return source.longAt(at - Long.BYTES);
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
    at += length;
    return source.slice(at - length, length);
  }

  /** Checks that nothing is left: two encodings of one content do not exist. */
  public void end() {
    if (at < source.length()) {
      throw new MalformedValueException(source.length() - at + " bytes too many");
    }
  }

  private void require(int count) {
    if (source.length() - at < count) {
      throw new MalformedValueException(
          count + " bytes expected, " + (source.length() - at) + " are left");
    }
  }
}
