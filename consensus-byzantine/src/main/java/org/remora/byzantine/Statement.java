package org.remora.byzantine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.remora.memory.Value;
import org.remora.memory.ValueWriter;

/**
 * What is signed: never bare content, always a sentence that says where it belongs, so that nothing
 * signed in one place is valid in another.
 *
 * <pre>
 *   0       6      7          11        15      23               55
 *   +-------+------+----------+---------+-------+----------------+
 *   | Remora| kind | instance | subject | round | SHA-256(content)|
 *   +-------+------+----------+---------+-------+----------------+
 * </pre>
 *
 * @param kind the protocol and the register
 * @param instance the number of the instance
 * @param subject whose broadcast, or whose proposal, it is about
 * @param round the number of the broadcast; 0 where there are none
 * @param content what is said
 */
public record Statement(Kind kind, int instance, int subject, long round, Value content) {
  private static final Value NAME = Value.of("Remora");

  /** The bytes of a digest. */
  public static final int DIGEST_BYTES = 32;

  /** Which register of which protocol a statement stands in. */
  public enum Kind {
    /** Broadcast: {@code subject} says {@code content} as its {@code round}-th message. */
    VALUE(1),
    /** Broadcast: the signer copied that message of {@code subject} and saw no other one. */
    L1(2),
    /** Cheap Quorum: the leader proposes {@code content}. */
    LEADER_VALUE(3),
    /** Cheap Quorum: the signer has seen the leader propose {@code content}. */
    COPY(4);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** The bytes to sign. */
  public Value encode() {
    return new ValueWriter(NAME.length() + 1 + 4 + 4 + 8 + DIGEST_BYTES)
        .putBytes(NAME)
        .putByte(kind.code)
        .putInt(instance)
        .putInt(subject)
        .putLong(round)
        .putBytes(digest(content))
        .toValue();
  }

  /** The SHA-256 digest of {@code content}. */
  public static Value digest(Value content) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(content.asBuffer());
      return Value.of(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
