package org.remora.verbs.channel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * The messages between two processes' links. HELLO is the first of each end, PROOF the second; then
 * DATA and ACK.
 */
sealed interface LinkMessage {
  /** The length of a nonce. */
  int NONCE_BYTES = 32;

  /** No proof is longer. */
  int PROOF_BYTES_MAX = 1024;

  /** What DATA takes besides its payload. */
  int DATA_HEADER_BYTES = 1 + 2 * Long.BYTES + Integer.BYTES;

  /** Where the acknowledgement lies in DATA. */
  int DATA_RECEIVED_AT = 1;

  /**
   * Who speaks, and to whom.
   *
   * @param incarnation a random number of this start of the process
   * @param nonce one of this connection
   */
  record Hello(int from, int to, long incarnation, Value nonce) implements LinkMessage {
    Value encode() {
      return new ValueWriter(1 + 2 * Integer.BYTES + Long.BYTES + ValueWriter.sizeOf(nonce))
          .putByte(1)
          .putInt(from)
          .putInt(to)
          .putLong(incarnation)
          .putValue(nonce)
          .toValue();
    }
  }

  /**
   * That it is true.
   *
   * @param received how many messages of the peer's incarnation have come so far
   * @param next the number of the next message that will be sent
   */
  record Proof(Value proof, long received, long next) implements LinkMessage {
    Value encode() {
      return new ValueWriter(1 + 2 * Long.BYTES + ValueWriter.sizeOf(proof))
          .putByte(2)
          .putLong(received)
          .putLong(next)
          .putValue(proof)
          .toValue();
    }
  }

  /** A message of a process's program. */
  record Data(long received, long sequence, int channel, Value payload) implements LinkMessage {
    ByteBuffer encode() {
      ByteBuffer out = ByteBuffer.allocate(DATA_HEADER_BYTES + payload.length());
      out.put((byte) 3).putLong(received).putLong(sequence).putInt(channel);
      out.put(payload.asBuffer());
      return out.flip();
    }
  }

  /** How many messages have come so far. */
  record Ack(long received) implements LinkMessage {
    Value encode() {
      return new ValueWriter(1 + Long.BYTES).putByte(4).putLong(received).toValue();
    }
  }

  /** The message in these bytes; null if it is none. */
  static @Nullable LinkMessage decode(byte[] bytes) {
    Value whole = Value.of(bytes);
    ValueReader in = new ValueReader(whole);
    try {
      LinkMessage message =
          switch (in.takeByte()) {
            case 1 -> hello(in);
            case 2 -> proof(in);
            case 3 -> new Data(in.takeLong(), in.takeLong(), in.takeInt(), payload(whole));
            case 4 -> new Ack(in.takeLong());
            default -> null;
          };
      if (!(message instanceof Data)) {
        in.end();
      }
      return message;
    } catch (MalformedValueException malformed) {
      return null;
    }
  }

  private static @Nullable LinkMessage hello(ValueReader in) {
    Hello hello = new Hello(in.takeInt(), in.takeInt(), in.takeLong(), in.takeValue());
    return hello.nonce.length() == NONCE_BYTES ? hello : null;
  }

  private static @Nullable LinkMessage proof(ValueReader in) {
    long received = in.takeLong();
    long next = in.takeLong();
    Value proof = in.takeValue();
    return proof.length() <= PROOF_BYTES_MAX && !proof.isBottom()
        ? new Proof(proof, received, next)
        : null;
  }

  private static Value payload(Value whole) {
    return whole.slice(DATA_HEADER_BYTES, whole.length() - DATA_HEADER_BYTES);
  }

  /** What the end that connected proves itself over, or the one that accepted. */
  static Value transcript(boolean connected, Hello connecting, Hello accepting) {
    byte[] name = "remora links 1".getBytes(StandardCharsets.US_ASCII);
    Value one = connecting.encode();
    Value other = accepting.encode();
    return new ValueWriter(name.length + 5 + ValueWriter.sizeOf(one) + ValueWriter.sizeOf(other))
        .putValue(Value.of(name))
        .putByte(connected ? 1 : 2)
        .putValue(one)
        .putValue(other)
        .toValue();
  }
}
