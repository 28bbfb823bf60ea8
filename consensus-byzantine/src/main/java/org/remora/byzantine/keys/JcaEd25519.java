package org.remora.byzantine.keys;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.remora.memory.Value;

/**
 * Ed25519 as a JCA provider implements it. Its {@link Signature} objects are kept, each initialised
 * for its key: to make one, and to bring a key into the provider's form, takes some of them longer
 * than to sign. A thread takes an object out while it uses it; another one that needs it then makes
 * a second.
 */
final class JcaEd25519 implements Ed25519 {
  private static final String ALGORITHM = "Ed25519";

  /** More keys than any group has members; beyond that the oldest work is simply repeated. */
  private static final int KEYS_MAX = 1024;

  private final Provider provider;
  private final Map<Value, Signature> signing = new ConcurrentHashMap<>();
  private final Map<Value, Signature> verifying = new ConcurrentHashMap<>();

  JcaEd25519(Provider provider) {
    this.provider = provider;
  }

  @Override
  public String name() {
    return provider.getName();
  }

  @Override
  public byte[] sign(byte[] seed, byte[] message) {
    try {
      Value key = Value.of(seed);
      Signature kept = signing.remove(key);
      if (kept == null) {
        kept = Signature.getInstance(ALGORITHM, provider);
        kept.initSign(keyFactory().generatePrivate(new PKCS8EncodedKeySpec(Der.privateKey(seed))));
      }
      kept.update(message);
      byte[] signature = kept.sign();
      keep(signing, key, kept);
      return signature;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("provider " + name() + " does not sign", e);
    }
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    // Providers may take other lengths, or refuse them by an exception.
    if (signature.length != SIGNATURE_BYTES || publicKey.length != KEY_BYTES) {
      return false;
    }
    try {
      Value key = Value.of(publicKey);
      Signature kept = verifying.remove(key);
      if (kept == null) {
        kept = Signature.getInstance(ALGORITHM, provider);
        kept.initVerify(
            keyFactory().generatePublic(new X509EncodedKeySpec(Der.publicKey(publicKey))));
      }
      kept.update(message);
      boolean valid = kept.verify(signature);
      keep(verifying, key, kept);
      return valid;
    } catch (GeneralSecurityException | RuntimeException notASignature) {
      // Providers report malformed signatures and keys this way. Who knows in which state the
      // object is now: it is not kept.
      return false;
    }
  }

  /** The provider's own; Amazon's registers none by default, but takes the platform's keys. */
  private KeyFactory keyFactory() throws NoSuchAlgorithmException {
    try {
      return KeyFactory.getInstance(ALGORITHM, provider);
    } catch (NoSuchAlgorithmException none) {
      return KeyFactory.getInstance(ALGORITHM);
    }
  }

  private static void keep(Map<Value, Signature> kept, Value key, Signature signature) {
    if (kept.size() >= KEYS_MAX) {
      kept.clear();
    }
    kept.put(key, signature);
  }
}
