package org.remora.tests.byzantine;

import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.Membership;
import org.remora.byzantine.keys.PrivateKey;
import org.remora.memory.Signer;

/** The implementations of Ed25519 on the class path of the tests. */
public final class SignatureProviders {
  private SignatureProviders() {}

  /** The implementation that a benchmark's parameter names. */
  public static Ed25519 named(String name) {
    return switch (name) {
      case "bouncy-castle" -> Ed25519.bouncyCastle();
      case "jdk" -> Ed25519.of(Security.getProvider("SunEC"));
      case "accp" ->
          Ed25519.of(provider("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider"));
      case "conscrypt" -> Ed25519.of(provider("org.conscrypt.OpenSSLProvider"));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Provider provider(String className) {
    try {
      return Class.forName(className)
          .asSubclass(Provider.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Signers of n processes that know each other. */
  public static List<Signer> signers(Ed25519 implementation, int processes) {
    List<PrivateKey> keys = new ArrayList<>();
    for (int p = 0; p < processes; p++) {
      keys.add(PrivateKey.generate());
    }
    Membership membership = new Membership(keys.stream().map(PrivateKey::publicKey).toList());
    List<Signer> signers = new ArrayList<>();
    for (int p = 1; p <= processes; p++) {
      signers.add(new Ed25519Signer(implementation, p, keys.get(p - 1), membership));
    }
    return signers;
  }
}
