package org.remora.apps;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a replica has seen of itself, in a mapped file: so that another process can look at it, also
 * after the replica was killed. Times are of {@link System#nanoTime}, which on Linux is one clock
 * for all processes of a machine.
 */
final class FailoverMarks {
  /** A mark. */
  enum Mark {
    /** When Ω named this process the leader; 0 while it names another. */
    NAMED_AT(0),
    /**
     * When the first append of the present term had ended; 0 before, and while it does not lead.
     */
    FIRST_APPEND_AT(8),
    /** When the last append had ended. */
    LAST_APPEND_AT(16),
    /** How many terms this process has led. */
    TERMS(24);

    private final int offset;

    Mark(int offset) {
      this.offset = offset;
    }
  }

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer marks;

  private FailoverMarks(ByteBuffer marks) {
    this.marks = marks;
  }

  /** The marks in a file, which is made if it is not there. */
  static FailoverMarks in(Path file) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new FailoverMarks(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) Long.BYTES * Mark.values().length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void set(Mark mark, long value) {
    LONGS.setVolatile(marks, mark.offset, value);
  }

  long get(Mark mark) {
    return (long) LONGS.getVolatile(marks, mark.offset);
  }

  void clear() {
    for (Mark mark : Mark.values()) {
      set(mark, 0);
    }
  }
}
