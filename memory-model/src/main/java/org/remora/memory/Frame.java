package org.remora.memory;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How a value lies in a register of a memory that tears, where a read beside a write may see some
 * old and some new bytes.
 *
 * <pre>
 *   0        4        8                8 + length
 *   +--------+--------+----------------+
 *   | length | crc32c | bytes          |   big-endian; whatever follows is stale
 *   +--------+--------+----------------+
 * </pre>
 *
 * <p>The checksum covers length and bytes. A register of zero bytes only is one that was never
 * written: a frame of length 0 has a checksum other than 0. The checksum finds accidents; a
 * Byzantine writer can make any frame it likes, as it can write any value.
 */
public final class Frame {
  /** The bytes that a frame takes beside those of its value. */
  public static final int HEADER_BYTES = 2 * Integer.BYTES;

  private Frame() {}

  /** The frame of {@code value}, which is not ⊥. */
  public static Value encode(Value value) {
    return new ValueWriter(HEADER_BYTES + value.length())
        .putInt(value.length())
        .putInt(checksum(value))
        .putBytes(value)
        .toValue();
  }

  /**
   * The value in a register's bytes: ⊥ if it was never written, null if the bytes are torn. Any
   * input is safe.
   */
  public static @Nullable Value decode(Value register) {
    if (register.isBottom()) {
      return Value.BOTTOM;
    }
    if (register.length() < HEADER_BYTES) {
      return null;
    }
    ValueReader reader = new ValueReader(register);
    int length = reader.takeInt();
    int checksum = reader.takeInt();
    if (length == 0 && checksum == 0) {
      return Value.BOTTOM;
    }
    if (length < 0 || length > register.length() - HEADER_BYTES) {
      return null;
    }
    Value value = register.slice(HEADER_BYTES, length);
    return checksum(value) == checksum ? value : null;
  }

  private static int checksum(Value value) {
    CRC32C crc = new CRC32C();
    for (int shift = 24; shift >= 0; shift -= 8) {
      crc.update(value.length() >>> shift);
    }
    crc.update(value.asBuffer());
    return (int) crc.getValue();
  }
}
