package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.RegisteredMemory;
import org.remora.verbs.nic.SendList;

/** The verbs themselves, over a card. */
@Tag("soft-roce")
class NicTest {
  /** A write lands in the peer's memory; what the ends say at connecting is heard. */
  @Test
  void aWriteLands() throws IOException {
    try (Pair pair = new Pair(Access.REMOTE_WRITE)) {
      assertThat(Arrays.copyOf(pair.requestSeen.toBytes(), 3)).isEqualTo(Pair.REQUEST);
      assertThat(Arrays.copyOf(pair.replySeen.toBytes(), 4)).isEqualTo(Pair.REPLY);
      ByteBuffer source = ByteBuffer.allocateDirect(64);
      ByteBuffer target = ByteBuffer.allocateDirect(64);
      byte[] text = "it lands".getBytes(StandardCharsets.UTF_8);
      source.put(0, text);
      try (RegisteredMemory from =
              RegisteredMemory.of(pair.client.domain, source, Access.LOCAL_WRITE);
          RegisteredMemory to =
              RegisteredMemory.of(
                  pair.server.domain, target, Access.LOCAL_WRITE | Access.REMOTE_WRITE)) {
        SendList list = new SendList(4);
        list.write(
            7,
            from.address(),
            text.length,
            from.localKey(),
            to.address(),
            to.remoteKey(),
            true,
            false);
        pair.client.pair.send(list);
        assertThat(pair.client.awaitStatus()).isEqualTo(CompletionQueue.SUCCESS);
        assertThat(pair.client.queue.workRequest(0)).isEqualTo(7);
        byte[] landed = new byte[text.length];
        target.get(0, landed);
        assertThat(landed).isEqualTo(text);
      }
    }
  }
}
