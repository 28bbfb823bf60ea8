package org.remora.byzantine.keys;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What an implementation must get right before it is used: test 3 of RFC 8032, and refusals. */
final class SelfTest {
  private static final byte[] SEED =
      HexFormat.of().parseHex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
  private static final byte[] PUBLIC_KEY =
      HexFormat.of().parseHex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  private static final byte[] MESSAGE = HexFormat.of().parseHex("af82");
  private static final byte[] SIGNATURE =
      HexFormat.of()
          .parseHex(
              "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                  + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");

  private SelfTest() {}

  /** What is wrong with an implementation; null if nothing is. */
  static @Nullable String failure(Ed25519 candidate) {
    try {
      if (!Arrays.equals(candidate.sign(SEED, MESSAGE), SIGNATURE)) {
        return "its signature differs from that of RFC 8032";
      }
      if (!candidate.verify(PUBLIC_KEY, MESSAGE, SIGNATURE)) {
        return "it refuses a signature of RFC 8032";
      }
      byte[] changed = SIGNATURE.clone();
      changed[40] ^= 1;
      if (candidate.verify(PUBLIC_KEY, MESSAGE, changed)
          || candidate.verify(PUBLIC_KEY, SEED, SIGNATURE)
          || candidate.verify(SEED, MESSAGE, SIGNATURE)) {
        return "it accepts what is no signature";
      }
      if (!Arrays.equals(candidate.sign(SEED, MESSAGE), SIGNATURE)
          || !candidate.verify(PUBLIC_KEY, MESSAGE, SIGNATURE)) {
        return "it does not do twice what it did once";
      }
      return null;
    } catch (RuntimeException | LinkageError e) {
      return e.toString();
    }
  }
}
