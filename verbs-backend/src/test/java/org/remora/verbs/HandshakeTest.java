package org.remora.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.remora.memory.Value;
import org.remora.verbs.channel.PeerAuthentication;

/** How a process and a memory's host make sure of each other. */
class HandshakeTest {
  private static final Value NONCE = Value.of(new byte[Handshake.NONCE_BYTES]);
  private static final Value OTHER =
      Value.of("another nonce, of thirty-two byte".substring(0, Handshake.NONCE_BYTES));

  @Test
  void whatIsSaidIsHeard() {
    Handshake.Hello hello = new Handshake.Hello(3, 2, Handshake.nonce());
    // A connection's private data is padded to 56 bytes, an acceptance's to 196.
    assertThat(hello.encode().length).isLessThanOrEqualTo(56);
    assertThat(Handshake.hello(Value.of(Arrays.copyOf(hello.encode(), 56)))).isEqualTo(hello);
    Handshake.Challenge challenge = new Handshake.Challenge(1L << 60, OTHER);
    assertThat(Handshake.challenge(Value.of(Arrays.copyOf(challenge.encode(), 196))))
        .isEqualTo(challenge);
    ByteBuffer message = ByteBuffer.allocate(Wire.BYTES_MAX);
    Handshake.put(message, Handshake.PROVE, OTHER);
    assertThat(Handshake.take(message.flip(), Handshake.PROVE)).isEqualTo(OTHER);
  }

  /**
   * Each part of a connection is in what is signed: a proof that was seen fits no other connection,
   * no other end, no other name.
   */
  @Test
  void aProofIsOfOneEndOfOneConnection() {
    Handshake.Hello hello = new Handshake.Hello(3, 2, NONCE);
    Handshake.Challenge challenge = new Handshake.Challenge(9, NONCE);
    Value said = Handshake.transcript(true, hello, challenge, 17, 18);
    List<Value> others =
        List.of(
            Handshake.transcript(false, hello, challenge, 17, 18),
            Handshake.transcript(true, new Handshake.Hello(4, 2, NONCE), challenge, 17, 18),
            Handshake.transcript(true, new Handshake.Hello(3, 1, NONCE), challenge, 17, 18),
            Handshake.transcript(true, new Handshake.Hello(3, 2, OTHER), challenge, 17, 18),
            Handshake.transcript(true, hello, new Handshake.Challenge(9, OTHER), 17, 18),
            Handshake.transcript(true, hello, new Handshake.Challenge(8, NONCE), 17, 18),
            Handshake.transcript(true, hello, challenge, 16, 18),
            Handshake.transcript(true, hello, challenge, 17, 16),
            Handshake.transcript(true, hello, challenge, 18, 17));
    Set<Value> all = new HashSet<>(others);
    all.add(said);
    assertThat(all).hasSize(others.size() + 1);
    PeerAuthentication group = PeerAuthentication.ofGroup(3, OTHER);
    Value proof = group.prove(said);
    assertThat(group.verify(3, said, proof)).isTrue();
    for (Value other : others) {
      assertThat(group.verify(3, other, proof)).isFalse();
    }
  }

  @Test
  void aSecretIsOfAGroup() {
    Value said = Value.of("something");
    PeerAuthentication one = PeerAuthentication.ofGroup(1, OTHER);
    assertThat(PeerAuthentication.ofGroup(2, OTHER).verify(1, said, one.prove(said))).isTrue();
    assertThat(PeerAuthentication.ofGroup(2, OTHER).verify(2, said, one.prove(said))).isFalse();
    assertThat(PeerAuthentication.ofGroup(2, NONCE).verify(1, said, one.prove(said))).isFalse();
    assertThat(one.verify(1, said, Value.EMPTY)).isFalse();
    assertThat(one.verify(1, said, Value.BOTTOM)).isFalse();
    assertThatThrownBy(() -> PeerAuthentication.ofGroup(1, Value.of("short")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noncesDiffer() {
    assertThat(Handshake.nonce()).isNotEqualTo(Handshake.nonce());
  }

  /** Whatever a stranger sends is taken or refused in one of two ways. */
  @Property
  void garbageIsRefused(@ForAll @Size(max = 80) byte[] garbage) {
    Handshake.hello(Value.of(garbage));
    Handshake.challenge(Value.of(garbage));
    try {
      assertThat(Handshake.take(ByteBuffer.wrap(garbage), Handshake.PROVE).length())
          .isLessThanOrEqualTo(Handshake.PROOF_BYTES_MAX);
    } catch (BufferUnderflowException | IllegalArgumentException refused) {
      assertThat(refused).isNotNull();
    }
  }

  @Test
  void aProofIsNeitherTooLongNorCutNorFollowed() {
    Value long_ = Value.of(new byte[Handshake.PROOF_BYTES_MAX + 1]);
    assertThatThrownBy(
            () -> Handshake.put(ByteBuffer.allocate(Wire.BYTES_MAX), Handshake.PROVE, long_))
        .isInstanceOf(IllegalArgumentException.class);
    for (int length : new int[] {-1, 3, 5, Integer.MAX_VALUE}) {
      ByteBuffer message =
          ByteBuffer.allocate(9).put(Handshake.PROVE).putInt(length).putInt(7).flip();
      assertThatThrownBy(() -> Handshake.take(message, Handshake.PROVE))
          .isInstanceOf(IllegalArgumentException.class);
    }
    ByteBuffer open = ByteBuffer.allocate(9).put(Wire.OPEN).putInt(1).putInt(7).flip();
    assertThatThrownBy(() -> Handshake.take(open, Handshake.PROVE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aHostElsewhereIsNotTrustedUnlessThatIsSaid() {
    VerbsMachine.Settings settings =
        VerbsMachine.of(
            2,
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)),
            InetAddress.getLoopbackAddress());
    assertThatThrownBy(settings::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("authentication");
  }
}
