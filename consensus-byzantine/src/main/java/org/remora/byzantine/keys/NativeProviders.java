package org.remora.byzantine.keys;

import java.security.Provider;
import java.security.Security;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JCA providers that are faster than Bouncy Castle. */
final class NativeProviders {
  /** Their classes, the fastest first. */
  static final List<String> CLASSES =
      List.of(
          "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider",
          "org.conscrypt.OpenSSLProvider");

  private NativeProviders() {}

  /** The registered provider of that class, or a new one of it; null if it is not to be had. */
  static @Nullable Provider find(String className) {
    for (Provider registered : Security.getProviders()) {
      if (registered.getClass().getName().equals(className)) {
        return registered;
      }
    }
    try {
      return Class.forName(className)
          .asSubclass(Provider.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError | RuntimeException absent) {
      // Not there, or not for this platform: the next one is tried.
      return null;
    }
  }
}
