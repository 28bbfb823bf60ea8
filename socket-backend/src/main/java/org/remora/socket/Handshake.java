package org.remora.socket;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * The handshake of a connection, without its input and output: what each frame says, and the
 * proofs.
 *
 * <pre>
 *   client                                 server
 *     HELLO      who I am, whom I want, my nonce →
 *                ← CHALLENGE     my nonce, my incarnation, my proof
 *     PROOF      my proof →
 *                ← READY         what you may send
 * </pre>
 *
 * <p>A proof is the HMAC-SHA256, under the key of the pair, of the side's name, the HELLO and what
 * of the CHALLENGE goes before the server's proof. Both nonces are in it, so no proof serves twice;
 * the side's name and both identities are, so none serves elsewhere. Under TLS the certificates
 * prove, and proofs are empty.
 */
final class Handshake {
  static final int NONCE_BYTES = 32;
  static final int PROOF_BYTES = 32;

  /** The services that one end asks of the other. */
  static final int MEMORY = 1;

  static final int LINK = 2;

  private static final int PROCESS_KIND = 1;
  private static final int MEMORY_KIND = 2;
  private static final byte[] CLIENT = "remora client".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SERVER = "remora server".getBytes(StandardCharsets.UTF_8);
  private static final String ALGORITHM = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  private Handshake() {}

  /** Why a connection is refused. */
  enum Refusal {
    /** The other end speaks another version of the protocol. */
    VERSION(1),
    /** The other end is not who was asked for, or does not offer that. */
    WRONG_PLACE(2),
    /** The proof is wrong, or there is no key for this identity. */
    NOT_PROVEN(3),
    /** There are too many connections. */
    BUSY(4);

    /** On the wire. */
    final int code;

    Refusal(int code) {
      this.code = code;
    }
  }

  /**
   * What a client says first.
   *
   * @param version of the protocol
   * @param service {@link #MEMORY} or {@link #LINK}
   * @param tls whether certificates prove the identities
   * @param nonce fresh
   * @param session of a link: chosen anew by each start of the sending process
   * @param first of a link: the number of the first message that the sender still has
   */
  record Hello(
      int version,
      int service,
      boolean tls,
      Identity from,
      Identity to,
      Value nonce,
      long session,
      long first) {
    Value encode() {
      ValueWriter writer =
          new ValueWriter(4 + 2 + 1 + 1 + 5 + 5 + NONCE_BYTES + 8 + 8)
              .putInt(Wire.MAGIC)
              .putByte(version >>> 8)
              .putByte(version)
              .putByte(service)
              .putByte(tls ? 1 : 0);
      put(writer, from);
      put(writer, to);
      return writer.putBytes(nonce).putLong(session).putLong(first).toValue();
    }

    static Hello decode(Value bytes) {
      ValueReader reader = new ValueReader(bytes);
      if (reader.takeInt() != Wire.MAGIC) {
        throw new MalformedValueException("another protocol");
      }
      int version = reader.takeByte() << 8 | reader.takeByte();
      int service = reader.takeByte();
      int tls = reader.takeByte();
      if (tls > 1) {
        throw new MalformedValueException("security " + tls);
      }
      Identity from = takeIdentity(reader);
      Identity to = takeIdentity(reader);
      Value nonce = takeBytes(reader, NONCE_BYTES);
      Hello hello =
          new Hello(
              version, service, tls == 1, from, to, nonce, reader.takeLong(), reader.takeLong());
      reader.end();
      return hello;
    }
  }

  /**
   * What the server answers.
   *
   * @param incarnation of the server: changes when it has lost what it held
   * @param proof the server's; empty under TLS
   */
  record Challenge(Value nonce, long incarnation, Value proof) {
    Value encode() {
      return new ValueWriter(NONCE_BYTES + 8 + proof.length())
          .putBytes(nonce)
          .putLong(incarnation)
          .putBytes(proof)
          .toValue();
    }

    static Challenge decode(Value bytes) {
      ValueReader reader = new ValueReader(bytes);
      Value nonce = takeBytes(reader, NONCE_BYTES);
      long incarnation = reader.takeLong();
      int proven = bytes.length() - NONCE_BYTES - 8;
      if (proven != 0 && proven != PROOF_BYTES) {
        throw new MalformedValueException("a proof of " + proven + " bytes");
      }
      return new Challenge(nonce, incarnation, bytes.slice(NONCE_BYTES + 8, proven));
    }
  }

  static Value nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return Value.of(nonce);
  }

  /** A number that no other start of anything has, but with negligible probability; not 0. */
  static long unique() {
    long number = RANDOM.nextLong();
    return number == 0 ? 1 : number;
  }

  static Value serverProof(byte[] key, Value hello, Value nonce, long incarnation) {
    return proof(SERVER, key, hello, nonce, incarnation);
  }

  static Value clientProof(byte[] key, Value hello, Value nonce, long incarnation) {
    return proof(CLIENT, key, hello, nonce, incarnation);
  }

  /** Compares in a time that does not tell where they differ. */
  static boolean matches(Value expected, Value shown) {
    return MessageDigest.isEqual(expected.toBytes(), shown.toBytes());
  }

  private static Value proof(byte[] side, byte[] key, Value hello, Value nonce, long incarnation) {
    return Value.of(
        hmac(key, side, hello.toBytes(), nonce.toBytes(), Value.ofWord(incarnation).toBytes()));
  }

  static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** The refusal of a code; null if there is none. */
  static @Nullable Refusal refusal(int code) {
    for (Refusal refusal : Refusal.values()) {
      if (refusal.code == code) {
        return refusal;
      }
    }
    return null;
  }

  private static void put(ValueWriter writer, Identity identity) {
    writer
        .putByte(identity.kind() == Identity.Kind.PROCESS ? PROCESS_KIND : MEMORY_KIND)
        .putInt(identity.number());
  }

  private static Identity takeIdentity(ValueReader reader) {
    int kind = reader.takeByte();
    int number = reader.takeInt();
    if ((kind != PROCESS_KIND && kind != MEMORY_KIND)
        || number < 1
        || number > Identity.NUMBER_MAX) {
      throw new MalformedValueException("no identity");
    }
    return kind == PROCESS_KIND ? Identity.process(number) : Identity.memory(number);
  }

  private static Value takeBytes(ValueReader reader, int count) {
    ValueWriter writer = new ValueWriter(count);
    for (int i = 0; i < count; i++) {
      writer.putByte(reader.takeByte());
    }
    return writer.toValue();
  }
}
