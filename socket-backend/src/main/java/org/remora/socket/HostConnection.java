package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Outcome;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's connection at a memory host, served by a thread of its own: it executes the
 * operations in their order, and answers in that order. It takes no further operation until its
 * answers are sent, so that a process that does not read them stops itself alone.
 */
final class HostConnection extends Frames implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryHost.class);

  /** With so many bytes to send it takes no further operation. */
  private static final int UNSENT_BYTES_MAX = 256 * 1024;

  /** The most registers that one operation reads. */
  static final int RANGE_MAX = 1 << 22;

  /** The most bytes that they hold together. */
  private static final int RANGE_BYTES_MAX = 1 << 30;

  private static final int REASON_BYTES_MAX = 300;

  final long since = System.nanoTime();
  private final MemoryHost host;
  private final ServerHandshake handshake;

  /** The place of the process, once it is proven. */
  private volatile MemoryHost.@Nullable Seat seat;

  /** Whether this thread holds its seat, on which it is the live connection. */
  private boolean seated;

  private volatile boolean closed;
  private int sequence;

  /** The values of a range that are still to be put into the answer that has begun. */
  private List<Value> range = List.of();

  private int rangeNext;

  HostConnection(MemoryHost host, Pipe pipe) {
    super(pipe);
    this.host = host;
    handshake =
        new ServerHandshake(
            this, host.security, Identity.memory(host.number), Handshake.MEMORY, host.incarnation);
  }

  boolean isProven() {
    return seat != null;
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        if (fill() < 0) {
          close("the other end closed it", null);
          break;
        }
        boolean more = true;
        while (more && !closed) {
          more = execute();
          answer();
        }
      }
    } catch (IOException e) {
      close("the connection broke", e);
    } finally {
      close("its thread ends", null);
      host.ended(this);
    }
  }

  /** Executes what was received, as far as there is room for answers; true if some is left. */
  private boolean execute() {
    MemoryHost.Seat mine = seat;
    if (mine == null) {
      return take();
    }
    // The fence: a newer connection takes the seat under this lock, and from then on nothing of
    // this one is executed.
    synchronized (mine) {
      if (!mine.isLive(this)) {
        close("a newer connection took its place", null);
        return false;
      }
      seated = true;
      boolean more = take();
      seated = false;
      return more;
    }
  }

  private void answer() throws IOException {
    while (unsentBytes() > 0 || rangeNext < range.size()) {
      fillRange();
      drain();
    }
  }

  @Override
  int frameBytesMax() {
    return isProven() ? host.settings.frameBytesMax : Wire.HANDSHAKE_BYTES_MAX;
  }

  @Override
  boolean isPaused() {
    return unsentBytes() >= UNSENT_BYTES_MAX || rangeNext < range.size() || (isProven() && !seated);
  }

  @Override
  void malformed(String what) {
    host.counters.malformed.increment();
    LOG.warn("memory {}: {} sent {}; its connection is closed", host.number, whom(), what);
  }

  @Override
  boolean isClosed() {
    return closed;
  }

  /** From any thread: ends the wait of its own. */
  @Override
  void close(String why, @Nullable IOException cause) {
    if (closed) {
      return;
    }
    closed = true;
    LOG.debug("memory {}: the connection of {} ends: {}", host.number, whom(), why, cause);
    try {
      pipe.channel.close();
    } catch (IOException e) {
      LOG.debug("closing a socket", e); // the descriptor is gone all the same
    }
  }

  private String whom() {
    MemoryHost.Seat mine = seat;
    return mine == null ? "somebody unproven" : "process " + mine.process;
  }

  @Override
  boolean frame(int type, int number, ByteBuffer in, int from, int to) {
    MemoryHost.Seat mine = seat;
    if (mine == null) {
      return number == 0 && greet(type, in, from, to);
    }
    if (number != sequence) {
      return false;
    }
    sequence++;
    host.counters.operations.increment();
    int process = mine.process;
    int bytes = to - from;
    return switch (type) {
      case Wire.READ -> bytes == 8 && read(process, in, from);
      case Wire.READ_RANGE -> bytes == 12 && readRange(process, in, from);
      case Wire.WRITE -> bytes >= 8 && write(process, in, from, bytes - 8);
      case Wire.COMPARE_AND_SWAP -> bytes == 24 && compareAndSwap(process, in, from);
      case Wire.CHANGE_PERMISSION -> bytes >= 4 && changePermission(process, in, from, bytes - 4);
      case Wire.DEFINE -> define(process, Value.copyOf(in, from, bytes));
      case Wire.NOTHING -> bytes == 0 && answer(type, Outcome.ACK);
      default -> false;
    };
  }

  private boolean greet(int type, ByteBuffer in, int from, int to) {
    switch (handshake.frame(type, in, from, to)) {
      case GOES_ON -> {
        return true;
      }
      case PROVEN -> {
        sequence = 1;
        seat = host.admit(this, handshake.hello().from().number());
        begin(Wire.READY, 0, Integer.BYTES).putInt(host.settings.frameBytesMax);
        return true;
      }
      case REFUSED -> {
        host.counters.refused.increment();
        LOG.warn("memory {} refused a connection", host.number);
        try {
          drain();
        } catch (IOException e) {
          LOG.debug("the refused is gone already", e);
        }
        close("refused", null);
        return true;
      }
      case MALFORMED -> {
        return false;
      }
    }
    return false;
  }

  private boolean read(int process, ByteBuffer in, int at) {
    Value value = host.memory.table.read(process, in.getInt(at), in.getInt(at + 4));
    if (value == null) {
      return answer(Wire.READ, Outcome.NAK);
    }
    put(answer(Wire.READ, Outcome.ACK, sizeOf(value)), value);
    return true;
  }

  private boolean readRange(int process, ByteBuffer in, int at) {
    if (in.getInt(at + 8) > RANGE_MAX) {
      return false;
    }
    List<Value> values =
        host.memory.table.readRange(process, in.getInt(at), in.getInt(at + 4), in.getInt(at + 8));
    if (values == null) {
      return answer(Wire.READ_RANGE, Outcome.NAK);
    }
    long bytes = 0;
    for (Value value : values) {
      bytes += sizeOf(value);
    }
    if (bytes > RANGE_BYTES_MAX) {
      return false;
    }
    begin(Wire.READ_RANGE | Wire.ANSWER, sequence - 1, Math.toIntExact(1 + bytes), 1)
        .put((byte) Wire.ACK);
    range = values;
    rangeNext = 0;
    fillRange();
    return true;
  }

  /** Goes on with the answer to the read of a range, as far as there is room. */
  private void fillRange() {
    while (rangeNext < range.size() && unsentBytes() < UNSENT_BYTES_MAX) {
      Value value = range.get(rangeNext++);
      put(room(sizeOf(value)), value);
    }
    if (rangeNext == range.size() && rangeNext > 0) {
      range = List.of();
      rangeNext = 0;
    }
  }

  private boolean write(int process, ByteBuffer in, int at, int bytes) {
    Value value = Value.copyOf(in, at + 8, bytes);
    try {
      return answer(
          Wire.WRITE, host.memory.write(process, in.getInt(at), in.getInt(at + 4), value));
    } catch (HostMemory.FullException full) {
      // Not a nak: that would say that the permission is gone.
      LOG.error("memory {} is full for process {}: {}", host.number, process, full.getMessage());
      close("the memory is full", null);
      return true;
    }
  }

  private boolean compareAndSwap(int process, ByteBuffer in, int at) {
    OptionalLong before =
        host.memory.table.compareAndSwap(
            process, in.getInt(at), in.getInt(at + 4), in.getLong(at + 8), in.getLong(at + 16));
    if (before.isEmpty()) {
      return answer(Wire.COMPARE_AND_SWAP, Outcome.NAK);
    }
    answer(Wire.COMPARE_AND_SWAP, Outcome.ACK, Long.BYTES).putLong(before.getAsLong());
    return true;
  }

  private boolean changePermission(int process, ByteBuffer in, int at, int bytes) {
    try {
      return answer(
          Wire.CHANGE_PERMISSION,
          host.memory.table.changePermission(
              process, in.getInt(at), Wire.decodePermission(Value.copyOf(in, at + 4, bytes))));
    } catch (MalformedValueException malformed) {
      return false;
    }
  }

  private boolean define(int process, Value descriptor) {
    Region region = Wire.decodeRegionOrNull(descriptor);
    if (region == null) {
      return false;
    }
    String refusal = null;
    if (host.settings.definers != null && !host.settings.definers.contains(process)) {
      refusal = "process " + process + " may not define regions here";
    } else {
      try {
        host.memory.define(region);
      } catch (IllegalArgumentException refused) {
        refusal = String.valueOf(refused.getMessage());
      }
    }
    if (refusal == null) {
      return answer(Wire.DEFINE, Outcome.ACK);
    }
    LOG.warn(
        "memory {} refused region {} of process {}: {}",
        host.number,
        region.id(),
        process,
        refusal);
    byte[] reason = refusal.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(reason.length, REASON_BYTES_MAX);
    answer(Wire.DEFINE, Outcome.NAK, length).put(reason, 0, length);
    return true;
  }

  private boolean answer(int type, Outcome outcome) {
    answer(type, outcome, 0);
    return true;
  }

  private ByteBuffer answer(int type, Outcome outcome, int bytes) {
    return begin(type | Wire.ANSWER, sequence - 1, 1 + bytes)
        .put((byte) (outcome == Outcome.ACK ? Wire.ACK : Wire.NAK));
  }

  private static void put(ByteBuffer out, Value value) {
    out.putInt(Wire.wireLength(value));
    value.putInto(out);
  }

  /** What a value takes in an answer. */
  private static int sizeOf(Value value) {
    return Integer.BYTES + value.length();
  }
}
