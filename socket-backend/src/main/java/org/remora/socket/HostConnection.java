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
 * A process's connection at a memory host: executes its operations in their order, and answers in
 * that order. While much waits to be sent it takes no further operation, so that a process that
 * does not read its answers stops itself alone.
 */
final class HostConnection extends Connection {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryHost.class);

  /** With so many bytes to send it takes no further operation. */
  private static final int UNSENT_BYTES_MAX = 256 * 1024;

  private static final int REASON_BYTES_MAX = 300;

  final long since = System.nanoTime();
  private final MemoryHost host;
  private final ServerHandshake handshake;

  /** The process, once it is proven; 0 before. */
  private int process;

  private int sequence;

  /** The values of a range that are still to be put into the answer that has begun. */
  private List<Value> range = List.of();

  private int rangeNext;

  HostConnection(MemoryHost host, Sockets sockets, Pipe pipe) throws IOException {
    super(sockets, pipe);
    this.host = host;
    handshake =
        new ServerHandshake(
            this, host.security, Identity.memory(host.number), Handshake.MEMORY, host.incarnation);
  }

  boolean isOpen() {
    return process != 0;
  }

  @Override
  int frameBytesMax() {
    return isOpen() ? host.settings.frameBytesMax : Wire.HANDSHAKE_BYTES_MAX;
  }

  @Override
  boolean isPaused() {
    return unsentBytes() >= UNSENT_BYTES_MAX || rangeNext < range.size();
  }

  @Override
  void drained() {
    fillRange();
  }

  @Override
  void malformed(String what) {
    host.counters.malformed();
    LOG.warn("memory {}: {} sent {}; its connection is closed", host.number, whom(), what);
  }

  @Override
  void closed(String why, @Nullable IOException cause) {
    host.closed(this, process);
    LOG.debug("memory {}: the connection of {} ends: {}", host.number, whom(), why, cause);
  }

  private String whom() {
    return isOpen() ? "process " + process : "somebody unproven";
  }

  @Override
  boolean frame(int type, int number, ByteBuffer in, int from, int to) {
    if (!isOpen()) {
      return number == 0 && greet(type, in, from, to);
    }
    if (number != sequence) {
      return false;
    }
    sequence++;
    host.counters.operation();
    int bytes = to - from;
    return switch (type) {
      case Wire.READ -> bytes == 8 && read(in, from);
      case Wire.READ_RANGE -> bytes == 12 && readRange(in, from);
      case Wire.WRITE -> bytes >= 8 && write(in, from, bytes - 8);
      case Wire.COMPARE_AND_SWAP -> bytes == 24 && compareAndSwap(in, from);
      case Wire.CHANGE_PERMISSION -> bytes >= 4 && changePermission(in, from, bytes - 4);
      case Wire.DEFINE -> define(Value.copyOf(in, from, bytes));
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
        process = handshake.hello().from().number();
        sequence = 1;
        host.admit(this, process);
        begin(Wire.READY, 0, Integer.BYTES).putInt(host.settings.frameBytesMax);
        return true;
      }
      case REFUSED -> {
        host.counters.refused();
        LOG.warn("memory {} refused a connection", host.number);
        close("refused", null);
        return true;
      }
      case MALFORMED -> {
        return false;
      }
    }
    return false;
  }

  private boolean read(ByteBuffer in, int at) {
    Value value = host.memory.table.read(process, in.getInt(at), in.getInt(at + 4));
    if (value == null) {
      return answer(Wire.READ, Outcome.NAK);
    }
    ByteBuffer out = answer(Wire.READ, Outcome.ACK, ValueSize.of(value));
    put(out, value);
    return true;
  }

  private boolean readRange(ByteBuffer in, int at) {
    List<Value> values =
        host.memory.table.readRange(process, in.getInt(at), in.getInt(at + 4), in.getInt(at + 8));
    if (values == null) {
      return answer(Wire.READ_RANGE, Outcome.NAK);
    }
    long bytes = 0;
    for (Value value : values) {
      bytes += ValueSize.of(value);
    }
    answer(Wire.READ_RANGE, Outcome.ACK, Math.toIntExact(bytes));
    range = values;
    rangeNext = 0;
    fillRange();
    return true;
  }

  /** Goes on with the answer to the read of a range, as far as there is room. */
  private void fillRange() {
    while (rangeNext < range.size() && unsentBytes() < UNSENT_BYTES_MAX) {
      Value value = range.get(rangeNext++);
      put(room(ValueSize.of(value)), value);
    }
    if (rangeNext == range.size() && rangeNext > 0) {
      range = List.of();
      rangeNext = 0;
    }
  }

  private boolean write(ByteBuffer in, int at, int bytes) {
    Value value = Value.copyOf(in, at + 8, bytes);
    return answer(
        Wire.WRITE, host.memory.table.write(process, in.getInt(at), in.getInt(at + 4), value));
  }

  private boolean compareAndSwap(ByteBuffer in, int at) {
    OptionalLong before =
        host.memory.table.compareAndSwap(
            process, in.getInt(at), in.getInt(at + 4), in.getLong(at + 8), in.getLong(at + 16));
    if (before.isEmpty()) {
      return answer(Wire.COMPARE_AND_SWAP, Outcome.NAK);
    }
    answer(Wire.COMPARE_AND_SWAP, Outcome.ACK, Long.BYTES).putLong(before.getAsLong());
    return true;
  }

  private boolean changePermission(ByteBuffer in, int at, int bytes) {
    try {
      return answer(
          Wire.CHANGE_PERMISSION,
          host.memory.table.changePermission(
              process, in.getInt(at), Wire.decodePermission(Value.copyOf(in, at + 4, bytes))));
    } catch (MalformedValueException malformed) {
      return false;
    }
  }

  private boolean define(Value descriptor) {
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
  private static final class ValueSize {
    static int of(Value value) {
      return Integer.BYTES + value.length();
    }
  }
}
