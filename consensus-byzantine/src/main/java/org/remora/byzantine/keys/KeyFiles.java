package org.remora.byzantine.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;

/** Keys as PEM files, as OpenSSL writes them: PKCS #8 private keys and X.509 public keys. */
public final class KeyFiles {
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";

  /** No key file is anywhere near as long. */
  private static final long FILE_BYTES_MAX = 4096;

  private KeyFiles() {}

  /**
   * Saves a private key in a new file that only its owner reads, where the file system knows
   * owners.
   *
   * @throws IOException if the file exists or cannot be written
   */
  public static void save(PrivateKey key, Path file) throws IOException {
    // The permission comes with the file: there is no moment in which others could read it.
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      write(file, pem(PRIVATE, Der.privateKey(key.seed())), StandardOpenOption.WRITE);
    } else {
      write(file, pem(PRIVATE, Der.privateKey(key.seed())), StandardOpenOption.CREATE_NEW);
    }
  }

  /**
   * Saves a public key in a new file.
   *
   * @throws IOException if the file exists or cannot be written
   */
  public static void save(PublicKey key, Path file) throws IOException {
    write(file, pem(PUBLIC, Der.publicKey(key.bytes())), StandardOpenOption.CREATE_NEW);
  }

  /**
   * Loads a private key.
   *
   * @throws IOException if the file cannot be read or holds none; its message names the file and
   *     shows nothing of its content
   */
  public static PrivateKey loadPrivate(Path file) throws IOException {
    byte[] seed = Der.seedOf(decode(file, PRIVATE));
    if (seed == null) {
      throw new IOException(file + ": not an Ed25519 private key");
    }
    return PrivateKey.ofSeed(seed);
  }

  /**
   * Loads a public key.
   *
   * @throws IOException if the file cannot be read or holds none; its message names the file
   */
  public static PublicKey loadPublic(Path file) throws IOException {
    byte[] key = Der.publicKeyOf(decode(file, PUBLIC));
    if (key == null) {
      throw new IOException(file + ": not an Ed25519 public key");
    }
    return PublicKey.of(key);
  }

  private static void write(Path file, String text, OpenOption option) throws IOException {
    Files.writeString(file, text, StandardCharsets.US_ASCII, option, StandardOpenOption.WRITE);
  }

  private static String pem(String label, byte[] encoding) {
    // 64 characters at most, so one line.
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getEncoder().encodeToString(encoding)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static byte[] decode(Path file, String label) throws IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw new IOException(file + ": too long for a key");
    }
    List<String> lines =
        Files.readString(file, StandardCharsets.ISO_8859_1).lines().map(String::strip).toList();
    int begin = lines.indexOf("-----BEGIN " + label + "-----");
    int end = lines.indexOf("-----END " + label + "-----");
    if (begin < 0 || end < begin) {
      throw new IOException(
          file + ": no \"BEGIN " + label + "\" and \"END " + label + "\" lines around a key");
    }
    try {
      return Base64.getDecoder().decode(String.join("", lines.subList(begin + 1, end)));
    } catch (IllegalArgumentException notBase64) {
      throw new IOException(file + ": what stands between the lines is not Base64", notBase64);
    }
  }
}
