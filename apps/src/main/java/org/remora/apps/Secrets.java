package org.remora.apps;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import org.remora.apps.store.StoreSecurity;
import org.remora.socket.PreSharedKeys;
import org.remora.socket.Security;
import org.remora.socket.TlsSecurity;

/** Keys and certificates from files. Mistakes are told by {@link BadInputException}. */
final class Secrets {
  private static final int BYTES_MAX = 64 * 1_024;

  private Secrets() {}

  /** The key of a group, for its members. */
  static Security keys(Path file) {
    try {
      return PreSharedKeys.ofGroup(key(file));
    } catch (IllegalArgumentException e) {
      throw new BadInputException("the key " + file + ": " + e.getMessage());
    }
  }

  /** What clients and replicas of that group know of each other. */
  static StoreSecurity clientKeys(Path file) {
    try {
      return StoreSecurity.ofGroup(key(file));
    } catch (IllegalArgumentException e) {
      throw new BadInputException("the key " + file + ": " + e.getMessage());
    }
  }

  /** The certificate of a member, and whom it trusts. */
  static Security tls(Path store, Path passwordFile) {
    char[] password = text(passwordFile).strip().toCharArray();
    try {
      return TlsSecurity.ofKeyStore(store, password);
    } catch (NoSuchFileException e) {
      throw new BadInputException(store + ": no such file");
    } catch (IOException | GeneralSecurityException e) {
      throw new BadInputException(store + ": " + e.getMessage());
    }
  }

  /** The same certificate, or a client's, at the replicas' doors for clients. */
  static StoreSecurity clientTls(Path store, Path passwordFile) {
    char[] password = text(passwordFile).strip().toCharArray();
    try {
      return StoreSecurity.ofKeyStore(store, password);
    } catch (NoSuchFileException e) {
      throw new BadInputException(store + ": no such file");
    } catch (IOException | GeneralSecurityException e) {
      throw new BadInputException(store + ": " + e.getMessage());
    }
  }

  /**
   * The bytes of a key.
   *
   * @throws IllegalArgumentException if it is not in hexadecimal
   */
  static byte[] key(Path file) {
    return HexFormat.of().parseHex(text(file).strip());
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new BadInputException(file + ": larger than any secret");
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new BadInputException(file + ": no such file");
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read: " + e.getMessage());
    }
  }
}
