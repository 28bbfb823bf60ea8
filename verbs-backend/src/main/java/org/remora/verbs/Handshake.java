package org.remora.verbs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;
import org.remora.memory.ValueWriter;

/**
 * How a process and a memory's host make sure of each other before the process gets anything.
 *
 * <pre>
 *   process                                                host
 *     connection request, private data:   HELLO      →     a slot among the strangers
 *                                         CHALLENGE  ←     private data of the acceptance
 *     message:                            PROVE      →     the process's proof is verified: it has a seat now
 *                                         PROVEN     ←     the host's proof; keys, when the process asks for them
 *
 *   HELLO      | magic 4 | process 4 | memory 4 | nonce 32 |
 *   CHALLENGE  | magic 4 | incarnation 8 | nonce 32 |
 *   PROVE      | 7 | length 4 | proof |          PROVEN  | 8 | length 4 | proof |
 * </pre>
 *
 * <p>A proof is over {@link #transcript}: what it is for, which end speaks, both names, both nonces
 * and the numbers of both queue pairs as the speaker's card has them. Each nonce is fresh, so a
 * proof that was seen is worth nothing on another connection, whoever replays what; the end makes
 * it worthless at this connection's other end; the queue pairs make it worthless on any connection
 * but this one, also to one in the middle who passes on what he hears.
 */
final class Handshake {
  static final byte PROVE = 7;
  static final byte PROVEN = 8;

  /** No proof is longer. */
  static final int PROOF_BYTES_MAX = 1024;

  static final int NONCE_BYTES = 32;
  private static final int HELLO_MAGIC = 0x524d5232;
  private static final int CHALLENGE_MAGIC = 0x524d4332;
  private static final int HELLO_BYTES = 3 * Integer.BYTES + NONCE_BYTES;
  private static final int CHALLENGE_BYTES = Integer.BYTES + Long.BYTES + NONCE_BYTES;
  private static final Value NAME =
      Value.of("remora memories 1".getBytes(StandardCharsets.US_ASCII));
  private static final SecureRandom NONCES = new SecureRandom();

  /** Who wants to connect to what. */
  record Hello(int process, int memory, Value nonce) {
    byte[] encode() {
      return ByteBuffer.allocate(HELLO_BYTES)
          .putInt(HELLO_MAGIC)
          .putInt(process)
          .putInt(memory)
          .put(nonce.asBuffer())
          .array();
    }
  }

  private Handshake() {}

  /** A number that nobody could have known. */
  static Value nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    NONCES.nextBytes(nonce);
    return Value.of(nonce);
  }

  /** The greeting in a connection request's private data, which may end in zeros; null if none. */
  static @Nullable Hello hello(Value data) {
    ByteBuffer in = data.asBuffer();
    if (in.remaining() < HELLO_BYTES || in.getInt() != HELLO_MAGIC) {
      return null;
    }
    return new Hello(in.getInt(), in.getInt(), data.slice(HELLO_BYTES - NONCE_BYTES, NONCE_BYTES));
  }

  /**
   * What a host answers.
   *
   * @param incarnation names this start of the memory, whose registers began empty; never 0
   */
  record Challenge(long incarnation, Value nonce) {
    byte[] encode() {
      return ByteBuffer.allocate(CHALLENGE_BYTES)
          .putInt(CHALLENGE_MAGIC)
          .putLong(incarnation)
          .put(nonce.asBuffer())
          .array();
    }
  }

  /** The answer in an acceptance's private data, which may end in zeros; null if there is none. */
  static @Nullable Challenge challenge(Value data) {
    ByteBuffer in = data.asBuffer();
    if (in.remaining() < CHALLENGE_BYTES || in.getInt() != CHALLENGE_MAGIC) {
      return null;
    }
    return new Challenge(in.getLong(), data.slice(CHALLENGE_BYTES - NONCE_BYTES, NONCE_BYTES));
  }

  /**
   * What one end proves itself over.
   *
   * @param ofProcess whether the process speaks, not the host
   * @param processPair the number of the process's queue pair for messages, as the verifying or
   *     speaking end's card has it
   * @param hostPair the number of the host's
   */
  static Value transcript(
      boolean ofProcess, Hello hello, Challenge challenge, int processPair, int hostPair) {
    return new ValueWriter(
            ValueWriter.sizeOf(NAME) + 1 + HELLO_BYTES + CHALLENGE_BYTES + 2 * Integer.BYTES)
        .putValue(NAME)
        .putByte(ofProcess ? 1 : 2)
        .putBytes(Value.of(hello.encode()))
        .putBytes(Value.of(challenge.encode()))
        .putInt(processPair)
        .putInt(hostPair)
        .toValue();
  }

  /**
   * Writes a message with a proof.
   *
   * @throws IllegalArgumentException if the proof is longer than any may be
   */
  static void put(ByteBuffer out, byte kind, Value proof) {
    if (proof.length() > PROOF_BYTES_MAX) {
      throw new IllegalArgumentException("a proof of " + proof.length() + " bytes");
    }
    out.put(kind).putInt(proof.length()).put(proof.asBuffer());
  }

  /**
   * The proof in a message.
   *
   * @throws java.nio.BufferUnderflowException if the message is too short
   * @throws IllegalArgumentException if it is not exactly a message of that kind
   */
  static Value take(ByteBuffer in, byte kind) {
    if (in.get() != kind) {
      throw new IllegalArgumentException("a message before its time");
    }
    int length = in.getInt();
    if (length < 0 || length > PROOF_BYTES_MAX || length != in.remaining()) {
      throw new IllegalArgumentException("a proof of " + length + " bytes");
    }
    byte[] proof = new byte[length];
    in.get(proof);
    return Value.of(proof);
  }
}
