package org.remora.socket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.remora.memory.LegalChange;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * The numbers of the protocol, and the encodings of what is larger than a number; docs/PROTOCOL.md
 * draws them. Decoding is safe on any input: {@link MalformedValueException} is all it throws.
 */
final class Wire {
  static final int MAGIC = 0x524d5241; // RMRA
  static final int VERSION = 1;

  /** Length, type and sequence number. */
  static final int HEADER_BYTES = 9;

  /** The bytes of the length field, which it does not count. */
  static final int LENGTH_BYTES = 4;

  /** What a frame counts beside its body. */
  static final int COUNTED_BYTES = HEADER_BYTES - LENGTH_BYTES;

  /** No frame of a handshake is longer. */
  static final int HANDSHAKE_BYTES_MAX = 512;

  /** What the frame of any operation takes beside a value. */
  static final int OPERATION_BYTES_MAX = 64;

  // Types of frames.

  static final int HELLO = 1;
  static final int CHALLENGE = 2;
  static final int PROOF = 3;
  static final int READY = 4;
  static final int REFUSED = 5;

  static final int READ = 16;
  static final int READ_RANGE = 17;
  static final int WRITE = 18;
  static final int COMPARE_AND_SWAP = 19;
  static final int CHANGE_PERMISSION = 20;
  static final int DEFINE = 21;
  static final int NOTHING = 22;

  static final int MESSAGE = 32;
  static final int RECEIVED = 33;

  /** Added to the type of a request, it is that of the answer. */
  static final int ANSWER = 0x80;

  // How an operation ended.

  static final int ACK = 0;
  static final int NAK = 1;

  private static final int NAME_BYTES_MAX = 255;
  private static final int WORDS_MAX = (Identity.NUMBER_MAX + Long.SIZE) / Long.SIZE;

  private static final int NEVER = 0;
  private static final int SOLE_WRITER_FOR_ONESELF = 1;
  private static final int REVOKE_ONLY = 2;

  private Wire() {}

  /** The length of a value as an answer carries it: −1 for ⊥. */
  static int wireLength(Value value) {
    return value.isBottom() ? -1 : value.length();
  }

  // Permissions: three sets, each a byte with the number of words and the words.

  static int sizeOf(Permission permission) {
    return sizeOf(permission.read()) + sizeOf(permission.write()) + sizeOf(permission.readWrite());
  }

  static void put(ValueWriter writer, Permission permission) {
    put(writer, permission.read());
    put(writer, permission.write());
    put(writer, permission.readWrite());
  }

  static Permission takePermission(ValueReader reader) {
    ProcessSet read = takeSet(reader);
    ProcessSet write = takeSet(reader);
    ProcessSet readWrite = takeSet(reader);
    try {
      return new Permission(read, write, readWrite);
    } catch (IllegalArgumentException notDisjoint) {
      throw new MalformedValueException("sets that are not disjoint");
    }
  }

  static Value encode(Permission permission) {
    ValueWriter writer = new ValueWriter(sizeOf(permission));
    put(writer, permission);
    return writer.toValue();
  }

  static Permission decodePermission(Value bytes) {
    ValueReader reader = new ValueReader(bytes);
    Permission permission = takePermission(reader);
    reader.end();
    return permission;
  }

  private static int words(ProcessSet set) {
    int largest = set.stream().max().orElse(-1);
    if (largest > Identity.NUMBER_MAX) {
      throw new IllegalArgumentException(
          "process " + largest + " is beyond " + Identity.NUMBER_MAX + ", which the wire carries");
    }
    return (largest + Long.SIZE) / Long.SIZE;
  }

  private static int sizeOf(ProcessSet set) {
    return 1 + Long.BYTES * words(set);
  }

  private static void put(ValueWriter writer, ProcessSet set) {
    long[] words = new long[words(set)];
    set.stream().forEach(process -> words[process / Long.SIZE] |= 1L << process);
    writer.putByte(words.length);
    for (long word : words) {
      writer.putLong(word);
    }
  }

  private static ProcessSet takeSet(ValueReader reader) {
    int count = reader.takeByte();
    if (count > WORDS_MAX) {
      throw new MalformedValueException("a set of " + count + " words");
    }
    int[] processes = new int[count * Long.SIZE];
    int size = 0;
    for (int i = 0; i < count; i++) {
      long word = reader.takeLong();
      if (i == 0 && (word & 1) != 0) {
        throw new MalformedValueException("process 0");
      }
      if (i == count - 1 && word == 0) {
        throw new MalformedValueException("a set that ends in a word without members");
      }
      for (; word != 0; word &= word - 1) {
        processes[size++] = i * Long.SIZE + Long.numberOfTrailingZeros(word);
      }
    }
    return ProcessSet.of(java.util.Arrays.copyOf(processes, size));
  }

  // Policies.

  private static final int POLICY_BYTES = 1 + Integer.BYTES;

  private static void put(ValueWriter writer, LegalChange policy) {
    if (policy instanceof LegalChange.Never) {
      writer.putByte(NEVER).putInt(0);
    } else if (policy instanceof LegalChange.SoleWriterForOneself sole) {
      writer.putByte(SOLE_WRITER_FOR_ONESELF).putInt(sole.processes());
    } else if (policy instanceof LegalChange.RevokeOnly revoke) {
      writer.putByte(REVOKE_ONLY).putInt(revoke.processes());
    } else {
      throw new IllegalArgumentException(
          "a policy that the wire does not carry: " + policy.getClass().getName());
    }
  }

  private static LegalChange takePolicy(ValueReader reader) {
    int kind = reader.takeByte();
    int processes = reader.takeInt();
    if (processes < 0 || processes > Identity.NUMBER_MAX || (kind == NEVER && processes != 0)) {
      throw new MalformedValueException("a policy for " + processes + " processes");
    }
    return switch (kind) {
      case NEVER -> LegalChange.NEVER;
      case SOLE_WRITER_FOR_ONESELF -> new LegalChange.SoleWriterForOneself(processes);
      case REVOKE_ONLY -> new LegalChange.RevokeOnly(processes);
      default -> throw new MalformedValueException("policy " + kind);
    };
  }

  // Regions. Two regions are the same if their encodings are: notations do not travel.

  /**
   * The descriptor of a region.
   *
   * @throws IllegalArgumentException if it has a policy or a process that the wire does not carry
   */
  static Value encode(Region region) {
    byte[] whole = region.name().getBytes(StandardCharsets.UTF_8);
    Value name = Value.of(whole);
    if (whole.length > NAME_BYTES_MAX) {
      throw new IllegalArgumentException("a name of " + whole.length + " bytes");
    }
    ValueWriter writer =
        new ValueWriter(
            3 * Integer.BYTES
                + 1
                + sizeOf(region.initial())
                + POLICY_BYTES
                + ValueWriter.sizeOf(name));
    writer
        .putInt(region.id())
        .putInt(region.registers())
        .putInt(region.registerBytes())
        .putByte(region.words() ? 1 : 0);
    put(writer, region.initial());
    put(writer, region.legalChange());
    return writer.putValue(name).toValue();
  }

  static Region decodeRegion(Value bytes) {
    ValueReader reader = new ValueReader(bytes);
    int id = reader.takeInt();
    int registers = reader.takeInt();
    int registerBytes = reader.takeInt();
    int words = reader.takeByte();
    Permission initial = takePermission(reader);
    LegalChange policy = takePolicy(reader);
    Value name = reader.takeValue();
    reader.end();
    if (words > 1 || name.isBottom() || name.length() > NAME_BYTES_MAX) {
      throw new MalformedValueException("no descriptor of a region");
    }
    try {
      return new Region(
          id,
          name.asText(),
          registers,
          registerBytes,
          words == 1,
          initial,
          policy,
          Value::toString);
    } catch (IllegalArgumentException outOfRange) {
      throw new MalformedValueException(String.valueOf(outOfRange.getMessage()));
    }
  }

  /** The region in {@code bytes}; null if there is none. */
  static @Nullable Region decodeRegionOrNull(Value bytes) {
    try {
      return decodeRegion(bytes);
    } catch (MalformedValueException malformed) {
      return null;
    }
  }

  // Frames.

  /** Puts the header of a frame whose body takes so many bytes. */
  static void header(ByteBuffer out, int type, int sequence, int bodyBytes) {
    out.putInt(COUNTED_BYTES + bodyBytes).put((byte) type).putInt(sequence);
  }
}
