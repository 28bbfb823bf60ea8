package org.remora.tests.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remora.apps.Main;
import org.remora.memory.LegalChange;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.socket.Endpoint;
import org.remora.socket.PreSharedKeys;
import org.remora.socket.SocketProcess;

/** {@code remora memory} in a process of its own, killed in the middle of its work. */
final class KilledHostTest {
  private static final String SECRET = "00112233445566778899aabbccddeeff";
  private static final Region SLOTS =
      Region.of(0, "slots", 4, 64, Permission.open(1), LegalChange.NEVER);

  @TempDir Path directory;

  @Test
  void whatADurableHostAcknowledgedIsThereAfterItWasKilled() throws Exception {
    Files.writeString(directory.resolve("key"), SECRET);
    Endpoint endpoint = freePort();
    Process killed = start(endpoint);
    try (SocketProcess process =
        SocketProcess.of(
                1,
                new SocketProcess.Group(List.of(Endpoint.tcp("127.0.0.1", 0)), List.of(endpoint)),
                PreSharedKeys.ofGroup(HexFormat.of().parseHex(SECRET)))
            .start()) {
      process.define(1, SLOTS);
      AtomicLong acknowledged = new AtomicLong();
      AtomicLong unknown = new AtomicLong();
      process.execute(() -> writeOn(process, 1, acknowledged, unknown));
      await("some writes", () -> acknowledged.get() > 200);
      killed.destroyForcibly().waitFor();
      long before = acknowledged.get();
      Process again = start(endpoint);
      try {
        await("further writes", () -> acknowledged.get() > before + 100);
        assertThat(unknown.get()).isLessThanOrEqualTo(1);
        long known = acknowledged.get();
        assertThat(read(process)).isGreaterThanOrEqualTo(known);
        assertThat(process.failure()).isEmpty();
      } finally {
        again.destroyForcibly().waitFor();
      }
    } finally {
      killed.destroyForcibly().waitFor();
    }
  }

  /** Counts up in register 0; after an unknown end, looks first what is there. */
  private static void writeOn(
      SocketProcess process, long number, AtomicLong acknowledged, AtomicLong unknown) {
    process
        .memory(1)
        .write(
            SLOTS,
            0,
            Value.ofWord(number),
            outcome -> {
              if (outcome == Outcome.ACK) {
                acknowledged.set(number);
                writeOn(process, number + 1, acknowledged, unknown);
                return;
              }
              assertThat(outcome).isEqualTo(Outcome.UNKNOWN);
              unknown.incrementAndGet();
              process
                  .memory(1)
                  .read(
                      SLOTS,
                      0,
                      (read, value) -> {
                        assertThat(value.word()).isBetween(number - 1, number);
                        writeOn(process, number + 1, acknowledged, unknown);
                      });
            });
  }

  private static long read(SocketProcess process) throws Exception {
    CompletableFuture<Value> ended = new CompletableFuture<>();
    process.execute(
        () -> process.memory(1).read(SLOTS, 0, (outcome, value) -> ended.complete(value)));
    return ended.get(60, TimeUnit.SECONDS).word();
  }

  private Process start(Endpoint endpoint) throws Exception {
    Process host =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "memory",
                "--number",
                "1",
                "--listen",
                endpoint.toString(),
                "--key-file",
                directory.resolve("key").toString(),
                "--store",
                directory.resolve("store").toString(),
                "--fsync",
                "none")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(host.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo("memory 1 listens at " + endpoint);
    return host;
  }

  private static Endpoint freePort() throws Exception {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Endpoint.tcp("127.0.0.1", probe.getLocalPort());
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still awaiting " + what).isLessThan(deadline);
      LockSupport.parkNanos(100_000);
    }
  }
}
