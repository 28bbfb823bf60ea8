package org.remora.verbs;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * The messages between a process and a memory's host, beside the one-sided operations: few, for
 * setting up and for permissions.
 *
 * <pre>
 *   process to host                                host to process
 *   PROVE   see Handshake                          PROVEN
 *   OPEN    queue pair, sequence                   OPENED  queue pair, sequence, the process's sequence
 *   ASK     ticket, region                         TELL    ticket, geometry (ticket 0: unasked)
 *   CHANGE  ticket, region, permission             CHANGED ticket, whether, geometry
 *   DEFINE  region, descriptor                     DEFINED region, whether
 * </pre>
 *
 * <p>What comes from a process is checked; a message that is not as it should be makes its sender a
 * liar, with whom the host speaks no more.
 */
final class Wire {
  static final int BYTES_MAX = 4096;
  static final byte OPEN = 1;
  static final byte ASK = 2;
  static final byte CHANGE = 3;
  static final byte OPENED = 4;
  static final byte TELL = 5;
  static final byte CHANGED = 6;
  static final byte DEFINE = 9;
  static final byte DEFINED = 10;

  // What became of a definition.

  static final byte DONE = 0;
  static final byte DIFFERS = 1;
  static final byte MAY_NOT = 2;
  static final byte TOO_MUCH = 3;
  static final byte TOO_LARGE = 4;

  /** Why a definition was refused. */
  static String refusal(byte how) {
    return switch (how) {
      case DIFFERS -> "another region of that number is there";
      case MAY_NOT -> "this process may not define regions there";
      case TOO_MUCH -> "the memory takes no more regions, or bytes of them";
      case TOO_LARGE -> "a register or the region is too large";
      default -> "reason " + how;
    };
  }

  private Wire() {}

  static void putGeometry(ByteBuffer out, Geometry geometry) {
    out.putInt(geometry.region())
        .putInt(geometry.registers())
        .putInt(geometry.registerBytes())
        .put((byte) (geometry.words() ? 1 : 0))
        .putLong(geometry.address())
        .putInt(geometry.key())
        .put((byte) geometry.rights());
  }

  /**
   * A geometry.
   *
   * @throws BufferUnderflowException if the message is too short
   * @throws IllegalArgumentException if it makes no sense
   */
  static Geometry takeGeometry(ByteBuffer in) {
    Geometry taken =
        new Geometry(
            in.getInt(),
            in.getInt(),
            in.getInt(),
            in.get() != 0,
            in.getLong(),
            in.getInt(),
            in.get());
    if (taken.registers() < 0
        || taken.registerBytes() < 0
        || (taken.registers() > 0 && taken.registerBytes() == 0)) {
      throw new IllegalArgumentException(taken.toString());
    }
    return taken;
  }

  /**
   * Writes a permission.
   *
   * @throws IllegalArgumentException if it names more processes than a message holds
   */
  static void putPermission(ByteBuffer out, Permission permission) {
    for (ProcessSet set : List.of(permission.read(), permission.write(), permission.readWrite())) {
      if (out.remaining() < (set.size() + 3) * Integer.BYTES) {
        throw new IllegalArgumentException("a permission that names too many processes");
      }
      out.putInt(set.size());
      set.stream().forEach(out::putInt);
    }
  }

  /**
   * A permission.
   *
   * @throws BufferUnderflowException if the message is too short
   * @throws IllegalArgumentException if it is none
   */
  static Permission takePermission(ByteBuffer in, int processes) {
    List<ProcessSet> sets = new ArrayList<>(3);
    for (int i = 0; i < 3; i++) {
      int size = in.getInt();
      if (size < 0 || size > in.remaining() / Integer.BYTES) {
        throw new IllegalArgumentException("a set of " + size);
      }
      int[] members = new int[size];
      for (int j = 0; j < size; j++) {
        members[j] = in.getInt();
        if (members[j] < 1 || members[j] > processes) {
          throw new IllegalArgumentException("process " + members[j]);
        }
      }
      sets.add(ProcessSet.of(members));
    }
    return new Permission(sets.get(0), sets.get(1), sets.get(2));
  }

  // Regions: number, registers, bytes of one, whether words, permission, policy, name.

  private static final int NAME_BYTES_MAX = 255;
  private static final byte NEVER = 0;
  private static final byte SOLE_WRITER_FOR_ONESELF = 1;
  private static final byte REVOKE_ONLY = 2;

  /**
   * The descriptor of a region. Two regions are the same if theirs are: notations do not travel.
   *
   * @throws IllegalArgumentException if it has a policy, a name or a permission that a message does
   *     not hold
   */
  static Value encode(Region region) {
    ByteBuffer out = ByteBuffer.allocate(BYTES_MAX - 64);
    byte[] name = region.name().getBytes(StandardCharsets.UTF_8);
    if (name.length > NAME_BYTES_MAX) {
      throw new IllegalArgumentException("a name of " + name.length + " bytes");
    }
    out.putInt(region.id())
        .putInt(region.registers())
        .putInt(region.registerBytes())
        .put((byte) (region.words() ? 1 : 0));
    LegalChange policy = region.legalChange();
    if (policy instanceof LegalChange.Never) {
      out.put(NEVER).putInt(0);
    } else if (policy instanceof LegalChange.SoleWriterForOneself sole) {
      out.put(SOLE_WRITER_FOR_ONESELF).putInt(sole.processes());
    } else if (policy instanceof LegalChange.RevokeOnly revoke) {
      out.put(REVOKE_ONLY).putInt(revoke.processes());
    } else {
      throw new IllegalArgumentException(
          "a policy that a message does not hold: " + policy.getClass().getName());
    }
    out.put((byte) name.length).put(name);
    putPermission(out, region.initial());
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return Value.of(bytes);
  }

  /**
   * A region of its descriptor.
   *
   * @throws BufferUnderflowException if the message is too short
   * @throws IllegalArgumentException if it is none
   */
  static Region takeRegion(ByteBuffer in, int processes) {
    int id = in.getInt();
    int registers = in.getInt();
    int registerBytes = in.getInt();
    byte words = in.get();
    byte kind = in.get();
    int affected = in.getInt();
    if ((words & ~1) != 0 || affected < 0 || affected > processes) {
      throw new IllegalArgumentException("no descriptor of a region");
    }
    LegalChange policy =
        switch (kind) {
          case NEVER -> LegalChange.NEVER;
          case SOLE_WRITER_FOR_ONESELF -> new LegalChange.SoleWriterForOneself(affected);
          case REVOKE_ONLY -> new LegalChange.RevokeOnly(affected);
          default -> throw new IllegalArgumentException("policy " + kind);
        };
    byte[] name = new byte[in.get() & 0xFF];
    in.get(name);
    return new Region(
        id,
        new String(name, StandardCharsets.UTF_8),
        registers,
        registerBytes,
        words == 1,
        takePermission(in, processes),
        policy,
        Value::toString);
  }
}
