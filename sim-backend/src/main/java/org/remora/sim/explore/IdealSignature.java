package org.remora.sim.explore;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/**
 * Signatures in an explored world: functions of the signer and the message, which no program in it
 * forges, because none knows how they are made. {@link Adversary} says which of them a Byzantine
 * process may use, and when.
 */
public final class IdealSignature {
  private static final Map<Signed, Value> KNOWN = new ConcurrentHashMap<>();

  private IdealSignature() {}

  private record Signed(int process, Value message) {}

  /** The signature of {@code process} over {@code message}. */
  public static Value of(int process, Value message) {
    return KNOWN.computeIfAbsent(new Signed(process, message), s -> make(process, message));
  }

  private static Value make(int process, Value message) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(("ideal signature of " + process).getBytes(StandardCharsets.US_ASCII));
      sha.update(message.asBuffer());
      return Value.of(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Another valid signature of {@code process} over {@code message}: signers can make several. */
  public static Value other(int process, Value message) {
    byte[] bytes = of(process, message).toBytes();
    bytes[0] ^= 1;
    return Value.of(bytes);
  }

  static boolean isValid(int process, Value message, Value signature) {
    return signature.equals(of(process, message)) || signature.equals(other(process, message));
  }

  /** A name for a signature by which sets of them are ordered. */
  static String name(Value signature) {
    return HexFormat.of().formatHex(signature.toBytes());
  }

  /** The signer of a process, which notes what it signs. */
  record OfProcess(int self, Set<String> signed) implements Signer, HeapDigest.Fixture {
    @Override
    public Value sign(Value message) {
      Value signature = of(self, message);
      signed.add(name(signature));
      return signature;
    }

    @Override
    public boolean verify(int process, Value message, Value signature) {
      return isValid(process, message, signature);
    }

    @Override
    public String identity() {
      return "signer";
    }
  }
}
