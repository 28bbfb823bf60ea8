package org.remora.tests.byzantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.RotatingOmega;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.Membership;
import org.remora.byzantine.keys.PrivateKey;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/** With native JCA providers on the class path, as here. */
class NativeProvidersTest {
  private static final Ed25519 BOUNCY_CASTLE = Ed25519.bouncyCastle();

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void theFastestIsPickedUp() {
    assertThat(Ed25519.best().name()).isEqualTo("AmazonCorrettoCryptoProvider");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bouncy-castle", "jdk", "accp", "conscrypt"})
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void whatOneSignsTheOthersVerify(String name) {
    Ed25519 implementation = SignatureProviders.named(name);
    PrivateKey key = PrivateKey.generate();
    PrivateKey other = PrivateKey.generate();
    Membership membership = new Membership(List.of(key.publicKey(), other.publicKey()));
    Signer signer = new Ed25519Signer(implementation, 1, key, membership);
    Signer reference = new Ed25519Signer(BOUNCY_CASTLE, 1, key, membership);
    for (int length : new int[] {0, 1, 64, 5_000}) {
      Value message = Value.of(new byte[length]);
      Value signature = signer.sign(message);
      // Ed25519 draws nothing: all make the same signature.
      assertThat(signature).isEqualTo(reference.sign(message));
      assertThat(reference.verify(1, message, signature)).isTrue();
      assertThat(signer.verify(1, message, signature)).isTrue();
      assertThat(signer.verify(2, message, signature)).isFalse();
      assertThat(signer.verify(1, Value.of("another"), signature)).isFalse();
      for (int bit = 0; bit < 8 * signature.length(); bit += 7) {
        byte[] changed = signature.toBytes();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(signer.verify(1, message, Value.of(changed))).isFalse();
      }
    }
  }

  @Test
  void aProviderThatAcceptsAnythingIsRefused() {
    assertThatThrownBy(() -> Ed25519.of(new BrokenProvider(false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("provider Broken is no Ed25519: it accepts what is no signature");
  }

  @Test
  void aProviderWhoseSignaturesAreWrongIsRefused() {
    assertThatThrownBy(() -> Ed25519.of(new BrokenProvider(true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("provider Broken is no Ed25519: its signature differs from that of RFC 8032");
  }

  /** Each process with another implementation. */
  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void aMixedGroupDecides() throws Exception {
    List<PrivateKey> keys = new ArrayList<>();
    for (int p = 0; p < 3; p++) {
      keys.add(PrivateKey.generate());
    }
    Membership membership = new Membership(keys.stream().map(PrivateKey::publicKey).toList());
    List<String> names = List.of("accp", "conscrypt", "bouncy-castle");
    try (LocalMachine machine =
        LocalMachine.of(3, 3)
            .signers(
                p ->
                    new Ed25519Signer(
                        SignatureProviders.named(names.get(p - 1)), p, keys.get(p - 1), membership))
            .build()) {
      List<RotatingOmega> omegas = new ArrayList<>();
      for (int p = 1; p <= 3; p++) {
        omegas.add(RotatingOmega.start(machine.process(p), 100_000_000));
      }
      List<ByzantineConsensus> parts =
          ByzantineAlgorithm.FAST_AND_ROBUST.install(machine, omegas, ByzantineInstance.of(1, 3));
      List<CompletableFuture<Value>> decisions = new ArrayList<>();
      for (int p = 1; p <= 3; p++) {
        decisions.add(parts.get(p - 1).propose(Value.of("v" + p)));
      }
      Value first = decisions.get(0).get(60, TimeUnit.SECONDS);
      for (CompletableFuture<Value> decision : decisions) {
        assertThat(decision.get(60, TimeUnit.SECONDS)).isEqualTo(first);
      }
    }
  }
}
