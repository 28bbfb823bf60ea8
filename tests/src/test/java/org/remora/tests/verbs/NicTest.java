package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.Nic;
import org.remora.verbs.nic.RegisteredMemory;
import org.remora.verbs.nic.SendList;

/** The verbs themselves, over a card. */
@Tag("soft-roce")
class NicTest {
  /** The same through a libdisni that is not ours to load: here one that lies in a directory. */
  @Test
  void aWriteLandsThroughALibraryOfTheUsers() throws Exception {
    Path directory = Files.createTempDirectory("libdisni");
    Path library = directory.resolve("libdisni.so");
    try {
      try (InputStream in =
          Nic.class.getResourceAsStream("/META-INF/native/linux-x86_64/libdisni.so")) {
        Files.copy(in, library);
      }
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Dremora.verbs.libdisni=system",
                  "-Djava.library.path=" + directory,
                  "-Dremora.rdma.address=" + Pair.address(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  NicTest.class.getName())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).contains("landed");
    } finally {
      Files.delete(library);
      Files.delete(directory);
    }
  }

  /** The test below alone, in a JVM of its own. */
  public static void main(String[] args) throws IOException {
    new NicTest().aWriteLands();
    System.out.println("landed");
  }

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
