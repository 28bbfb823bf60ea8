package org.remora.byzantine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.memory.Signer;
import org.remora.memory.Value;

class KeysTest {
  private static final Value MESSAGE = Value.of("message");

  @TempDir Path folder;

  @Test
  void whatOneSignsAllVerify() {
    PrivateKey first = PrivateKey.generate();
    PrivateKey second = PrivateKey.generate();
    Membership membership = new Membership(List.of(first.publicKey(), second.publicKey()));
    Provider jdk = Security.getProvider("SunEC");
    for (Ed25519 implementation :
        List.of(Ed25519.bouncyCastle(), Ed25519.of(jdk), Ed25519.best())) {
      Signer signer = new Ed25519Signer(implementation, 1, first, membership);
      Signer other = new Ed25519Signer(Ed25519.bouncyCastle(), 2, second, membership);
      Value signature = signer.sign(MESSAGE);
      assertThat(other.verify(1, MESSAGE, signature)).isTrue();
      assertThat(signer.verify(1, MESSAGE, signature)).isTrue();
      for (int process : new int[] {-1, 0, 2, 3}) {
        assertThat(signer.verify(process, MESSAGE, signature)).isFalse();
      }
      assertThat(signer.verify(1, Value.of("massage"), signature)).isFalse();
      for (int length = 0; length < 70; length++) {
        assertThat(signer.verify(1, MESSAGE, Value.of(new byte[length]))).isFalse();
      }
    }
  }

  @Test
  void aProviderThatFailsTheSelfTestIsRefused() {
    Provider without = Security.getProvider("SUN");
    assertThatThrownBy(() -> Ed25519.of(without))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("provider SUN is no Ed25519: ");
    Ed25519 yes =
        new Ed25519() {
          @Override
          public String name() {
            return "yes";
          }

          @Override
          public byte[] sign(byte[] seed, byte[] message) {
            return Ed25519.bouncyCastle().sign(seed, message);
          }

          @Override
          public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
            return true;
          }
        };
    assertThat(SelfTest.failure(yes)).isEqualTo("it accepts what is no signature");
    assertThat(SelfTest.failure(Ed25519.bouncyCastle())).isNull();
  }

  @Test
  void aSignerOfAKeyThatIsNotItsOwnIsRefused() {
    PrivateKey key = PrivateKey.generate();
    Membership membership = new Membership(List.of(PrivateKey.generate().publicKey()));
    assertThatThrownBy(() -> new Ed25519Signer(Ed25519.bouncyCastle(), 1, key, membership))
        .hasMessage("the membership does not give process 1 this key");
  }

  @Test
  void keysSurviveTheirFiles() throws IOException {
    PrivateKey key = PrivateKey.generate();
    Path secret = folder.resolve("1.pem");
    Path open = folder.resolve("1.pub");
    KeyFiles.save(key, secret);
    KeyFiles.save(key.publicKey(), open);
    assertThat(KeyFiles.loadPrivate(secret)).isEqualTo(key);
    assertThat(KeyFiles.loadPublic(open)).isEqualTo(key.publicKey());
    assertThat(Files.getPosixFilePermissions(secret))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(key.toString()).doesNotContain(Files.readAllLines(secret).get(1));
    assertThatThrownBy(() -> KeyFiles.save(key, secret)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> KeyFiles.loadPrivate(open)).hasMessageContaining("BEGIN PRIVATE KEY");
    Files.writeString(open, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    assertThatThrownBy(() -> KeyFiles.loadPublic(open))
        .hasMessage(open + ": not an Ed25519 public key");
  }

  @Test
  void aMembershipSurvivesItsFile() throws IOException {
    Membership membership =
        new Membership(
            List.of(PrivateKey.generate().publicKey(), PrivateKey.generate().publicKey()));
    Path file = folder.resolve("members");
    membership.save(file);
    assertThat(Membership.load(file)).isEqualTo(membership);
  }

  @ParameterizedTest
  @CsvSource({
    "'1 KEY1\n2', 'line 2: a process and its key are expected'",
    "'# members\n\nx KEY1', 'line 3: a process is a number from 1 to 4096, not \"x\"'",
    "'0 KEY1', 'line 1: a process is a number from 1 to 4096, not \"0\"'",
    "'1 KEY1\n1 KEY2', 'line 2: process 1 has a key already'",
    "'1 KEY1\n2 KEY1', 'line 2: the key of process 1 once more'",
    "'1 ?', 'line 1: the key is not Base64'",
    "'1 AAAA', 'line 1: not an Ed25519 public key'",
    "'1 KEY1\n3 KEY2', '2 processes, but no key of process 2'",
    "'# nobody', 'no process'",
  })
  void anErrorInAMembershipNamesTheLine(String content, String message) throws IOException {
    Path file = folder.resolve("members");
    Files.writeString(
        file,
        content
            .replace("KEY1", PrivateKey.ofSeed(new byte[32]).publicKey().toString())
            .replace("KEY2", PrivateKey.generate().publicKey().toString()));
    assertThatThrownBy(() -> Membership.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }
}
