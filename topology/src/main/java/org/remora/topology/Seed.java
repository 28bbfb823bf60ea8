package org.remora.topology;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What every chance of a plan is drawn from, so that the plan replays on every JDK.
 *
 * <p>The seed certificate is a statement about a seed that was drawn uniformly, whatever the graph
 * turned out to be. A seed of fewer than 128 bits, or one picked by hand or among many, voids it.
 *
 * @param hex the seed's bytes in lower-case hexadecimal digits
 */
public record Seed(String hex) {
  private static final int BITS_MIN = 128;

  /**
   * Checks the digits.
   *
   * @throws BadGraphException if {@code hex} is not an even number of hexadecimal digits
   */
  public Seed {
    hex = hex.toLowerCase(Locale.ROOT);
    if (hex.isEmpty() || hex.length() % 2 != 0 || !hex.matches("[0-9a-f]+")) {
      throw new BadGraphException(
          "a seed is an even number of hexadecimal digits, not '" + hex + "'");
    }
  }

  /** Draws 256 bits from the system's secure generator. */
  public static Seed random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return new Seed(HexFormat.of().formatHex(bytes));
  }

  /**
   * Reads a seed as a person gives it: hexadecimal digits of at least 128 bits are taken as they
   * are; anything shorter is taken as a hand-picked seed.
   */
  public static Seed parse(String text) {
    String trimmed = text.trim();
    if (trimmed.length() * 4 >= BITS_MIN && trimmed.matches("([0-9a-fA-F]{2})+")) {
      return new Seed(trimmed);
    }
    byte[] bytes = trimmed.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length * 8 >= BITS_MIN) {
      throw new BadGraphException(
          "a seed is either at most 15 characters, or at least 32 hexadecimal digits");
    }
    return new Seed(HexFormat.of().formatHex(bytes));
  }

  /** Whether the seed is long enough to carry a certificate. */
  public boolean carriesCertificate() {
    return hex.length() * 4 >= BITS_MIN;
  }

  /** A seed of 256 bits that this one and {@code label} determine. */
  Seed derive(String label) {
    MessageDigest sha = sha256();
    sha.update(HexFormat.of().parseHex(hex));
    sha.update((byte) 0);
    sha.update(label.getBytes(StandardCharsets.UTF_8));
    return new Seed(HexFormat.of().formatHex(sha.digest()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
