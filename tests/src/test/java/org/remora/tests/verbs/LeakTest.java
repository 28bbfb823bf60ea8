package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.verbs.VerbsMachine;
import org.remora.verbs.nic.Access;

/**
 * What is connected, registered and allocated is given back. As many times as fits into a run of
 * the suite; {@code -Dremora.soft-roce.connects=10000 -Dremora.soft-roce.operations=1000000} is the
 * whole of it.
 */
@Tag("soft-roce")
class LeakTest {
  private static final int CONNECTS = Integer.getInteger("remora.soft-roce.connects", 200);
  private static final int OPERATIONS = Integer.getInteger("remora.soft-roce.operations", 20_000);
  private static final int MACHINES = 10;

  /** What a JVM's heap and its compilers grow by while nothing leaks. */
  private static final long KIB_MAX = 64 * 1_024;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void connectionsLeaveNothing() throws Exception {
    for (int i = 0; i < 50; i++) {
      connect(); // until all classes are loaded and all buffers are there
    }
    Usage before = Usage.now();
    for (int i = 0; i < CONNECTS; i++) {
      connect();
    }
    Usage.now().checkAgainst(before, CONNECTS + " connections");
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void machinesAndOperationsLeaveNothing() throws Exception {
    machine(100);
    Usage before = Usage.now();
    for (int i = 0; i < MACHINES; i++) {
      machine(OPERATIONS / MACHINES);
    }
    Usage.now().checkAgainst(before, OPERATIONS + " operations on " + MACHINES + " machines");
  }

  private static void connect() throws IOException {
    try (Pair pair = new Pair(Access.NONE)) {
      assertThat(pair.client.pair.number()).isPositive();
    }
  }

  /** A machine in which a process writes and reads so often, and is refused in between. */
  private static void machine(int operations) throws Exception {
    Region region = Region.of(0, "slots", 4, 64, Permission.open(2), LegalChange.NEVER);
    Region others = Region.of(1, "others", 4, 64, Permission.soleWriter(2, 2), LegalChange.NEVER);
    try (VerbsMachine machine =
        VerbsMachine.of(2, 1, InetAddress.getByName(Pair.address())).build()) {
      machine.defineEverywhere(region);
      machine.defineEverywhere(others);
      CompletableFuture<Boolean> done = new CompletableFuture<>();
      Memory memory = machine.process(1).memory(1);
      machine.process(1).execute(() -> next(memory, List.of(region, others), operations, done));
      assertThat(done.get(50, TimeUnit.MINUTES)).isTrue();
      assertThat(machine.failure(1)).isEmpty();
    }
  }

  private static void next(
      Memory memory, List<Region> regions, int left, CompletableFuture<Boolean> done) {
    if (left <= 0) {
      done.complete(true);
    } else if (left % 1_000 == 0) {
      memory.write(
          regions.get(1),
          0,
          Value.ofWord(left),
          outcome -> {
            if (outcome == Outcome.NAK) {
              next(memory, regions, left - 1, done);
            } else {
              done.complete(false);
            }
          });
    } else if (left % 2 == 0) {
      memory.write(
          regions.get(0), left % 4, Value.ofWord(left), o -> next(memory, regions, left - 1, done));
    } else {
      memory.read(regions.get(0), left % 4, (o, v) -> next(memory, regions, left - 1, done));
    }
  }

  /**
   * What this process holds.
   *
   * @param resources what the kernel counts of RDMA
   * @param files open files
   * @param residentKib memory in use
   */
  private record Usage(String resources, long files, long residentKib) {
    static Usage now() throws Exception {
      System.gc();
      return new Usage(countResources(), countFiles(), countResident());
    }

    void checkAgainst(Usage before, String after) {
      System.out.println("before: " + before);
      System.out.println("after " + after + ": " + this);
      assertThat(resources).isEqualTo(before.resources);
      assertThat(files).isLessThan(before.files + 10); // the JVM opens a few of its own
      assertThat(residentKib).isLessThan(before.residentKib + KIB_MAX);
    }

    private static String countResources() throws Exception {
      Process process = new ProcessBuilder("rdma", "resource", "show").start();
      String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isZero();
      assertThat(shown).contains(" qp ", " mr ", " pd ", " cq ");
      // Connection ids linger in the kernel's TIMEWAIT; they are no longer this process's.
      return shown.strip().replaceAll("cm_id [0-9]+ ", "");
    }

    private static long countFiles() throws IOException {
      try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
        return files.count();
      }
    }

    private static long countResident() throws IOException {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new AssertionError("no VmRSS");
    }
  }
}
