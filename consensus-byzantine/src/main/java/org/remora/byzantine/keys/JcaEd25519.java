package org.remora.byzantine.keys;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.remora.memory.Value;

/** Ed25519 as a JCA provider implements it. Keys that were used are kept in the provider's form. */
final class JcaEd25519 implements Ed25519 {
  private static final String ALGORITHM = "Ed25519";

  /** More keys than any group has members; beyond that the oldest work is simply repeated. */
  private static final int KEYS_MAX = 1024;

  private final Provider provider;
  private final Map<Value, PrivateKey> privateKeys = new ConcurrentHashMap<>();
  private final Map<Value, PublicKey> publicKeys = new ConcurrentHashMap<>();

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
      PrivateKey known = privateKeys.get(key);
      if (known == null) {
        known =
            KeyFactory.getInstance(ALGORITHM, provider)
                .generatePrivate(new PKCS8EncodedKeySpec(Der.privateKey(seed)));
        keep(privateKeys, key, known);
      }
      Signature signature = Signature.getInstance(ALGORITHM, provider);
      signature.initSign(known);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("provider " + name() + " passed its self-test, but now", e);
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
      PublicKey known = publicKeys.get(key);
      if (known == null) {
        known =
            KeyFactory.getInstance(ALGORITHM, provider)
                .generatePublic(new X509EncodedKeySpec(Der.publicKey(publicKey)));
        keep(publicKeys, key, known);
      }
      Signature verification = Signature.getInstance(ALGORITHM, provider);
      verification.initVerify(known);
      verification.update(message);
      return verification.verify(signature);
    } catch (GeneralSecurityException | RuntimeException notASignature) {
      // Providers report malformed signatures and keys this way.
      return false;
    }
  }

  private static <K> void keep(Map<Value, K> keys, Value encoded, K key) {
    if (keys.size() >= KEYS_MAX) {
      keys.clear();
    }
    keys.put(encoded, key);
  }
}
