package org.remora.verbs.channel;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What travels in one buffer.
 *
 * <pre>
 *   0      1       2      4          8        12               16      20         24     28       32
 *   +------+-------+------+----------+--------+----------------+-------+----------+------+--------+-----
 *   | kind | flags | zero | sequence | length | message length | grant | controls | zero | crc32c | bytes
 *   +------+-------+------+----------+--------+----------------+-------+----------+------+--------+-----
 * </pre>
 *
 * <p>Big-endian. {@code sequence} counts the frames of one direction from 0. {@code message length}
 * is that of the whole message, in its first frame; else 0. {@code grant} is how many DATA frames
 * the receiver of this frame may send in all since the beginning, and {@code controls} how many
 * CREDIT frames its sender has received in all; both wrap. The checksum covers everything but
 * itself.
 */
final class ChannelFrame {
  static final int HEADER_BYTES = 32;

  /** The first frame of each direction: who speaks, and what it can take. */
  static final int HELLO = 1;

  /** A message or a part of one. */
  static final int DATA = 2;

  /** Nothing but a grant. */
  static final int CREDIT = 3;

  /** The last DATA frame has been sent. */
  static final int END = 4;

  /** The channel is closed: nothing is sent any more, and nothing read. */
  static final int CLOSE = 5;

  /** This DATA frame begins a message. */
  static final int FIRST = 1;

  /** This DATA frame ends a message. */
  static final int LAST = 2;

  private static final int LENGTH_AT = 8;
  private static final int CHECKSUM_AT = 28;

  // The fields of the frame decoded last.
  int kind;
  int flags;
  int sequence;
  int length;
  int messageLength;
  int grant;
  int controls;

  private final CRC32C crc = new CRC32C();

  /** The length of the whole frame whose header begins at 0; garbage gives any number. */
  static long frameBytes(ByteBuffer data) {
    return HEADER_BYTES + Integer.toUnsignedLong(data.getInt(LENGTH_AT));
  }

  /** Puts the header before the bytes that are there already, and the checksum over all. */
  void encode(
      ByteBuffer data,
      int frameKind,
      int frameFlags,
      int frameSequence,
      int bytes,
      int wholeLength,
      int frameGrant,
      int frameControls) {
    data.put(0, (byte) frameKind)
        .put(1, (byte) frameFlags)
        .putShort(2, (short) 0)
        .putInt(4, frameSequence)
        .putInt(LENGTH_AT, bytes)
        .putInt(12, wholeLength)
        .putInt(16, frameGrant)
        .putInt(20, frameControls)
        .putInt(24, 0)
        .putInt(CHECKSUM_AT, checksum(data, bytes));
  }

  /**
   * Reads the frame that takes the first {@code bytes} of {@code data}. Any input is safe.
   *
   * @return what is wrong with it, or null
   */
  @Nullable String decode(ByteBuffer data, int bytes) {
    if (bytes < HEADER_BYTES) {
      return "a frame of " + bytes + " bytes";
    }
    if (frameBytes(data) != bytes) {
      return "a frame of " + bytes + " bytes that says " + frameBytes(data);
    }
    length = bytes - HEADER_BYTES;
    if (checksum(data, length) != data.getInt(CHECKSUM_AT)) {
      return "a wrong checksum";
    }
    kind = data.get(0);
    flags = data.get(1);
    sequence = data.getInt(4);
    messageLength = data.getInt(12);
    grant = data.getInt(16);
    controls = data.getInt(20);
    if (data.getShort(2) != 0 || data.getInt(24) != 0) {
      return "reserved bytes that are not zero";
    }
    return switch (kind) {
      case HELLO -> flags != 0 || messageLength != 0 ? "a malformed HELLO" : null;
      case CREDIT, END, CLOSE ->
          flags != 0 || messageLength != 0 || length != 0 ? "a malformed frame " + kind : null;
      case DATA -> dataProblem();
      default -> "a frame of kind " + kind;
    };
  }

  private @Nullable String dataProblem() {
    boolean first = (flags & FIRST) != 0;
    boolean last = (flags & LAST) != 0;
    boolean sound;
    if ((flags & ~(FIRST | LAST)) != 0) {
      sound = false;
    } else if (first && last) {
      sound = messageLength == length;
    } else {
      // Every part of a message brings it nearer its end.
      sound = length > 0 && (first ? messageLength > length : messageLength == 0);
    }
    return sound ? null : "a malformed DATA";
  }

  private int checksum(ByteBuffer data, int bytes) {
    crc.reset();
    crc.update(data.duplicate().limit(CHECKSUM_AT).position(0));
    crc.update(data.duplicate().limit(HEADER_BYTES + bytes).position(HEADER_BYTES));
    return (int) crc.getValue();
  }
}
