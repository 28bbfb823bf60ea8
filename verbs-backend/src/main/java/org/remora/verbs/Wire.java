package org.remora.verbs;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;

/**
 * The messages between a process and a memory's host, beside the one-sided operations: few, for
 * setting up and for permissions.
 *
 * <pre>
 *   process to host                                host to process
 *   PROVE, see Handshake                           PROVEN
 *   OPEN    queue pair, sequence                   OPENED  queue pair, sequence, the process's sequence
 *   ASK     ticket, region                         TELL    ticket, geometry (ticket 0: unasked)
 *   CHANGE  ticket, region, permission             CHANGED ticket, whether, geometry
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
}
