package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Outcome;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the host of a memory, at the process's end. It takes nothing but the answer to
 * the oldest operation in flight, and no more bytes than that can have.
 */
final class MemoryConnection extends Connection {
  private static final Logger LOG = LoggerFactory.getLogger(SocketProcess.class);

  final long since;
  private final SocketProcess process;
  private final RemoteMemory memory;
  private final ClientHandshake handshake;
  private boolean open;

  /** What the host takes in one frame. */
  private int hostFrameBytesMax;

  MemoryConnection(SocketProcess process, RemoteMemory memory, Pipe pipe) throws IOException {
    super(process.network().sockets, pipe);
    this.process = process;
    this.memory = memory;
    since = process.loop().now();
    handshake =
        new ClientHandshake(
            this,
            process.security(),
            Identity.process(process.self()),
            Identity.memory(memory.number()));
  }

  /** Greets, now or when the socket is connected. */
  void begin() {
    if (pipe.channel.isConnected()) {
      connected();
    }
  }

  boolean isOpen() {
    return open && !isClosed();
  }

  @Override
  void connected() {
    handshake.greet(Handshake.MEMORY, 0, 0);
  }

  @Override
  int frameBytesMax() {
    RemoteMemory.Operation operation = memory.awaited();
    if (!open || operation == null) {
      return Wire.HANDSHAKE_BYTES_MAX;
    }
    long values = operation.type == Wire.READ_RANGE ? operation.count : 1;
    return (int)
        Math.min(
            Integer.MAX_VALUE - 64,
            Wire.HANDSHAKE_BYTES_MAX + values * (Integer.BYTES + (long) operation.registerBytes));
  }

  /** Whether the host takes a frame of this operation. */
  boolean holds(RemoteMemory.Operation operation) {
    Value value = operation.value;
    return value == null
        || value.length() <= hostFrameBytesMax - Wire.OPERATION_BYTES_MAX
        || operation.type == Wire.DEFINE;
  }

  void put(RemoteMemory.Operation operation) {
    int type = operation.type;
    int number = operation.sequence;
    switch (type) {
      case Wire.READ -> begin(type, number, 8).putInt(operation.region).putInt(operation.register);
      case Wire.READ_RANGE ->
          begin(type, number, 12)
              .putInt(operation.region)
              .putInt(operation.register)
              .putInt(operation.count);
      case Wire.WRITE -> {
        Value value = Objects.requireNonNull(operation.value);
        value.putInto(
            begin(type, number, 8 + value.length())
                .putInt(operation.region)
                .putInt(operation.register));
      }
      case Wire.COMPARE_AND_SWAP ->
          begin(type, number, 24)
              .putInt(operation.region)
              .putInt(operation.register)
              .putLong(operation.expected)
              .putLong(operation.desired);
      case Wire.CHANGE_PERMISSION -> {
        Value value = Objects.requireNonNull(operation.value);
        value.putInto(begin(type, number, 4 + value.length()).putInt(operation.region));
      }
      case Wire.DEFINE -> send(type, number, Objects.requireNonNull(operation.value));
      default -> throw new IllegalStateException("operation " + type);
    }
  }

  @Override
  void drained() {
    if (isOpen()) {
      memory.drained();
    }
  }

  @Override
  void malformed(String what) {
    LOG.warn("process {}: memory {} sent {}", process.self(), memory.number(), what);
  }

  @Override
  void closed(String why, @Nullable IOException cause) {
    memory.closed(this, why, cause);
  }

  @Override
  boolean frame(int type, int number, ByteBuffer in, int from, int to) {
    if (!open) {
      return number == 0 && greeted(type, in, from, to);
    }
    RemoteMemory.Operation operation = memory.awaited();
    if (operation == null || number != operation.sequence || to == from) {
      return false;
    }
    int status = in.get(from);
    int asked = operation.refused ? Wire.NOTHING : operation.type;
    if (type != (asked | Wire.ANSWER) || (status != Wire.ACK && status != Wire.NAK)) {
      return false;
    }
    return answered(operation, asked, status == Wire.ACK, in, from + 1, to);
  }

  private boolean greeted(int type, ByteBuffer in, int from, int to) {
    if (type == Wire.REFUSED && to - from == 1) {
      close("it refuses: " + Handshake.refusal(in.get(from)), null);
      return true;
    }
    if (type == Wire.CHALLENGE && !handshake.isChallenged()) {
      if (!handshake.challenge(in, from, to)) {
        close("it has not proven that it is memory " + memory.number(), null);
      } else if (!memory.admits(handshake.incarnation())) {
        close("it has lost its contents", null);
      }
      return true;
    }
    if (type == Wire.READY && handshake.isChallenged() && to - from == Integer.BYTES) {
      hostFrameBytesMax = in.getInt(from);
      open = true;
      memory.open(this, handshake.incarnation());
      return true;
    }
    return false;
  }

  private boolean answered(
      RemoteMemory.Operation operation, int type, boolean ack, ByteBuffer in, int from, int to) {
    int bytes = to - from;
    if (!ack) {
      if (type == Wire.DEFINE) {
        end(Outcome.NAK, Value.copyOf(in, from, bytes).asText());
        return true;
      }
      return bytes == 0 && end(Outcome.NAK, "");
    }
    switch (type) {
      case Wire.READ -> {
        Value value = value(operation, in, from, to);
        if (value == null || from + Integer.BYTES + value.length() != to) {
          return false;
        }
        memory.ended(Outcome.ACK, value, List.of(), 0, "");
        return true;
      }
      case Wire.READ_RANGE -> {
        List<Value> values = values(operation, in, from, to);
        if (values == null) {
          return false;
        }
        memory.ended(Outcome.ACK, Value.BOTTOM, values, 0, "");
        return true;
      }
      case Wire.COMPARE_AND_SWAP -> {
        if (bytes != Long.BYTES) {
          return false;
        }
        memory.ended(Outcome.ACK, Value.BOTTOM, List.of(), in.getLong(from), "");
        return true;
      }
      default -> {
        return bytes == 0 && end(Outcome.ACK, "");
      }
    }
  }

  private boolean end(Outcome outcome, String reason) {
    memory.ended(outcome, Value.BOTTOM, List.of(), 0, reason);
    return true;
  }

  private static @Nullable List<Value> values(
      RemoteMemory.Operation operation, ByteBuffer in, int from, int to) {
    List<Value> values = new ArrayList<>(operation.count);
    int at = from;
    for (int i = 0; i < operation.count; i++) {
      Value value = value(operation, in, at, to);
      if (value == null) {
        return null;
      }
      values.add(value);
      at += Integer.BYTES + value.length();
    }
    return at == to ? Collections.unmodifiableList(values) : null;
  }

  /** The value at {@code from}; null if there is none that its register could hold. */
  private static @Nullable Value value(
      RemoteMemory.Operation operation, ByteBuffer in, int from, int to) {
    if (to - from < Integer.BYTES) {
      return null;
    }
    int length = in.getInt(from);
    if (length == -1 && !operation.words) {
      return Value.BOTTOM;
    }
    if (length < 0
        || length > to - from - Integer.BYTES
        || (operation.words ? length != Long.BYTES : length > operation.registerBytes)) {
      return null;
    }
    return Value.copyOf(in, from + Integer.BYTES, length);
  }
}
