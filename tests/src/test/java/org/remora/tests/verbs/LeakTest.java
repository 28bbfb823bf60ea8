package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.verbs.VerbsMachine;
import org.remora.verbs.nic.Access;

/** What is connected, registered and allocated is given back. */
@Tag("soft-roce")
class LeakTest {
  private static final int CONNECTS = Integer.getInteger("remora.soft-roce.connects", 200);
  private static final int OPERATIONS = Integer.getInteger("remora.soft-roce.operations", 5_000);

  @Test
  void connectionsLeaveNothing() throws Exception {
    connect();
    String before = resources();
    long files = openFiles();
    for (int i = 0; i < CONNECTS; i++) {
      connect();
    }
    assertThat(resources()).isEqualTo(before);
    assertThat(openFiles()).isLessThan(files + 10); // the JVM opens a few of its own
  }

  @Test
  void machinesLeaveNothing() throws Exception {
    machine(10);
    String before = resources();
    long files = openFiles();
    for (int i = 0; i < CONNECTS / 20; i++) {
      machine(OPERATIONS / (CONNECTS / 20));
    }
    assertThat(resources()).isEqualTo(before);
    assertThat(openFiles()).isLessThan(files + 10); // the JVM opens a few of its own
  }

  private static void connect() throws IOException {
    try (Pair pair = new Pair(Access.NONE)) {
      assertThat(pair.client.pair.number()).isPositive();
    }
  }

  /** A machine in which a process writes so often, and another is refused once. */
  private static void machine(int operations) throws Exception {
    Region region = Region.of(0, "slots", 4, 64, Permission.soleWriter(1, 2), LegalChange.NEVER);
    try (VerbsMachine machine =
        VerbsMachine.of(2, 1, InetAddress.getByName(Pair.address())).build()) {
      machine.defineEverywhere(region);
      CompletableFuture<Boolean> done = new CompletableFuture<>();
      machine
          .process(1)
          .execute(() -> write(machine.process(1).memory(1), region, operations, done));
      done.get(100, TimeUnit.SECONDS);
    }
  }

  private static void write(
      Memory memory, Region region, int left, CompletableFuture<Boolean> done) {
    if (left == 0) {
      done.complete(true);
    } else {
      memory.write(
          region, left % 4, Value.ofWord(left), o -> write(memory, region, left - 1, done));
    }
  }

  /** What the kernel holds for RDMA. */
  private static String resources() throws Exception {
    Process process = new ProcessBuilder("rdma", "resource", "show").start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    // Connection ids linger in the kernel's TIMEWAIT; they are no longer this process's.
    return shown.replaceAll("cm_id [0-9]+ ", "");
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }
}
