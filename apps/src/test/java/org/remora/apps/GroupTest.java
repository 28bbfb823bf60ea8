package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A memory, a replica and clients that find and trust each other by the file of their group. */
class GroupTest {
  private static final String SECRET = "00112233445566778899aabbccddeeff";

  @TempDir private Path directory;
  private final List<Running> running = new ArrayList<>();

  /** A command that runs until it is interrupted. */
  private record Running(Thread thread, StringWriter out, CompletableFuture<Integer> code) {}

  @AfterEach
  void end() throws InterruptedException {
    for (int i = running.size() - 1; i >= 0; i--) {
      running.get(i).thread().interrupt();
      running.get(i).thread().join(TimeUnit.SECONDS.toMillis(30));
      assertThat(running.get(i).thread().isAlive()).isFalse();
    }
  }

  @Test
  void byAKey() throws Exception {
    Files.writeString(directory.resolve("group.key"), SECRET);
    Path group = group("key-file: group.key");
    start(group);

    assertThat(client(group, "put colour red").code()).isZero();
    assertThat(client(group, "get colour").out()).isEqualTo("red\n");
    assertThat(client(group, "cas colour red blue").code()).isZero();
    assertThat(client(group, "status").out()).contains("\"health\":\"UP\"");
    assertThat(client(group, "token").out().strip()).hasSize(64).isNotEqualTo(SECRET);

    Files.writeString(directory.resolve("group.key"), SECRET.replace('0', '1'));
    for (String action : List.of("put colour green", "get colour", "status")) {
      Ran refused = client(group, action);
      assertThat(refused.code()).as(action).isEqualTo(1);
      assertThat(refused.err())
          .contains("replica 1 refuses: not without the token")
          .hasLineCount(1);
    }
  }

  @Test
  void byCertificates() throws Exception {
    Files.writeString(directory.resolve("password"), "remora\n");
    for (String name : List.of("memory-1", "process-1", "process-2", "client")) {
      Files.copy(certificate(name), directory.resolve(name + ".p12"));
    }
    Path group = group("tls:\n  stores: .\n  password-file: password");
    start(group);

    assertThat(client(group, "put colour red").code()).isZero();
    assertThat(client(group, "get colour").out()).isEqualTo("red\n");
    assertThat(client(group, "status").out()).contains("\"health\":\"UP\"");
    assertThat(client(group, "token").err()).contains("this group uses certificates");

    // A member's certificate is no client's.
    Files.delete(directory.resolve("client.p12"));
    Files.copy(certificate("process-2"), directory.resolve("client.p12"));
    assertThat(client(group, "--patience 1 get colour").code()).isEqualTo(1);
    Files.delete(directory.resolve("client.p12"));
    assertThat(client(group, "get colour").err()).contains("client.p12: no such file");
  }

  private Path group(String security) throws IOException {
    return Files.writeString(
        directory.resolve("group.yaml"),
        security
            + "\nmemories:\n  - listen: unix:"
            + directory.resolve("m1")
            + "\n    store: m1.store\n    fsync: none\nreplicas:\n  - listen: unix:"
            + directory.resolve("p1")
            + "\n    clients: "
            + freePort()
            + "\n");
  }

  private void start(Path group) {
    start("memory 1 listens", "memory --number 1 --group " + group);
    assertThat(directory.resolve("m1.store")).exists();
    start("replica 1 at", "replica --number 1 --group " + group);
  }

  private void start(String says, String line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () ->
                code.complete(
                    Main.run(new PrintWriter(out), new PrintWriter(err), line.split(" "))));
    thread.start();
    running.add(new Running(thread, out, code));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (out.toString().indexOf('\n') < 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      assertThat(code).as(err.toString()).isNotDone();
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(out.toString()).startsWith(says);
  }

  private static Ran client(Path group, String action) {
    return Ran.remora("client --group " + group + " " + action);
  }

  private static Path certificate(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(GroupTest.class.getResource("/tls/" + name + ".p12")).toURI());
  }

  /** Below those that the system gives to whoever asks for any. */
  private static int freePort() {
    for (int tries = 0; tries < 100; tries++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException taken) {
        // Another, then.
      }
    }
    throw new AssertionError("no free port");
  }
}
