package org.remora.sim;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.remora.memory.CostCounter;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/**
 * Signatures in a world: a keyed hash under a key that only the world holds, so that no program in
 * it can forge one. Cheap, deterministic, and counted.
 */
final class IdealSigner implements Signer {
  private static final String ALGORITHM = "HmacSHA256";

  private final int self;
  private final long worldSeed;
  private final CostCounter costs;
  private @Nullable Mac mac;

  IdealSigner(int self, long worldSeed, CostCounter costs) {
    this.self = self;
    this.worldSeed = worldSeed;
    this.costs = costs;
  }

  @Override
  public Value sign(Value message) {
    costs.signature();
    return Value.of(hash(self, message));
  }

  @Override
  public boolean verify(int process, Value message, Value signature) {
    costs.verification();
    return MessageDigest.isEqual(hash(process, message), signature.toBytes());
  }

  private byte[] hash(int process, Value message) {
    ByteBuffer key = ByteBuffer.allocate(2 * Long.BYTES).putLong(worldSeed).putLong(process);
    Mac keyed = mac();
    try {
      keyed.init(new SecretKeySpec(key.array(), ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an HMAC takes any key", e);
    }
    return keyed.doFinal(message.toBytes());
  }

  /** Made when it is needed: to find an algorithm takes longer than most runs of a world. */
  private Mac mac() {
    Mac known = mac;
    if (known == null) {
      try {
        known = Mac.getInstance(ALGORITHM);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
      }
      mac = known;
    }
    return known;
  }
}
