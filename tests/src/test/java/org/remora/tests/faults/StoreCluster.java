package org.remora.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.remora.apps.Main;
import org.remora.apps.store.StoreClient;

/**
 * {@code remora memory} and {@code remora replica}, each in a process of its own, with a {@link
 * Gate} in every way between two of them if wanted. What they log goes to a file.
 */
final class StoreCluster implements AutoCloseable {
  private static final String SECRET = "00112233445566778899aabbccddeeff";
  private static final long PATIENCE_SECONDS = 120;

  private final Path directory;
  private final int memories;
  private final int replicas;
  private final boolean gated;
  private final String log;
  private final List<@Nullable Process> memoryProcesses;
  private final List<@Nullable Process> replicaProcesses;
  private final List<InetSocketAddress> doors;

  /** From replica p, from 1, to memory m: at (p, m); to replica q: at (p, memories + q). */
  private final Gate[][] gates;

  private final Set<Integer> forgotten = new HashSet<>();

  /** Added to the command line of memory m. */
  private final List<List<String>> memoryOptions;

  /** Spares of both kinds have the highest numbers. */
  StoreCluster(
      Path directory,
      int memories,
      int spareMemories,
      int replicas,
      int spareReplicas,
      boolean gated,
      String log)
      throws IOException {
    this.directory = directory;
    this.memories = memories + spareMemories;
    this.replicas = replicas + spareReplicas;
    this.gated = gated;
    this.log = log;
    memoryProcesses = new ArrayList<>(Collections.nCopies(this.memories, null));
    replicaProcesses = new ArrayList<>(Collections.nCopies(this.replicas, null));
    memoryOptions = new ArrayList<>(Collections.nCopies(this.memories, List.of()));
    doors = freePorts(this.replicas);
    gates = new Gate[this.replicas + 1][this.memories + this.replicas + 1];
    Files.writeString(directory.resolve("key"), SECRET);
    for (int p = 0; p <= this.replicas; p++) {
      Files.writeString(
          directory.resolve("group-" + p + ".yaml"), group(p, memories, replicas), WRITE);
    }
  }

  private static final StandardOpenOption[] WRITE = {
    StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
  };

  /** As replica p sees it; 0: as it is. */
  private String group(int p, int firstMemories, int firstReplicas) throws IOException {
    StringBuilder yaml = new StringBuilder("key-file: key\nmemories:\n");
    for (int m = 1; m <= memories; m++) {
      yaml.append("  - listen: unix:").append(way(p, m, "m" + m)).append('\n');
      yaml.append("    spare: ").append(m > firstMemories).append('\n');
    }
    yaml.append("replicas:\n");
    for (int q = 1; q <= replicas; q++) {
      yaml.append("  - listen: unix:").append(way(p, memories + q, "p" + q)).append('\n');
      InetSocketAddress door = doors.get(q - 1);
      yaml.append("    clients: tcp:127.0.0.1:").append(door.getPort()).append('\n');
      yaml.append("    spare: ").append(q > firstReplicas).append('\n');
    }
    return yaml + log;
  }

  private Path way(int p, int to, String name) throws IOException {
    Path real = directory.resolve(name);
    if (!gated || p == 0 || to == memories + p) {
      return real;
    }
    Path gate = directory.resolve("g" + p + "-" + name);
    gates[p][to] = new Gate(gate, real);
    return gate;
  }

  /** Below those that the system gives to whoever asks for any. */
  private static List<InetSocketAddress> freePorts(int count) throws IOException {
    Set<Integer> ports = new HashSet<>();
    while (ports.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports.add(probe.getLocalPort());
      } catch (IOException taken) {
        continue;
      }
    }
    return ports.stream()
        .map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .toList();
  }

  /** Options that memory m is started with from now on. */
  void memoryOptions(int m, String... options) {
    memoryOptions.set(m - 1, List.of(options));
  }

  void startAll() throws IOException {
    for (int m = 1; m <= memories; m++) {
      startMemory(m);
    }
    for (int p = 1; p <= replicas; p++) {
      launchReplica(p);
    }
    for (int p = 1; p <= replicas; p++) {
      awaitStart(p);
    }
  }

  void startMemory(int m) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("memory", "--group", group(0).toString(), "--number", Integer.toString(m)));
    arguments.addAll(memoryOptions.get(m - 1));
    Process started = java("m" + m, arguments);
    memoryProcesses.set(m - 1, started);
    assertThat(firstLine(started)).startsWith("memory " + m + " listens");
  }

  void startReplica(int p) throws IOException {
    launchReplica(p);
    awaitStart(p);
  }

  /** Without waiting until it is there. */
  void launchReplica(int p) throws IOException {
    replicaProcesses.set(
        p - 1,
        java(
            "p" + p,
            List.of(
                "replica",
                "--group",
                group(p).toString(),
                "--number",
                Integer.toString(p),
                "--until-input-ends")));
  }

  void awaitStart(int p) throws IOException {
    assertThat(firstLine(replica(p))).startsWith("replica " + p + " at");
  }

  private static @Nullable String firstLine(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    return out.readLine();
  }

  private Path group(int p) {
    return directory.resolve("group-" + p + ".yaml");
  }

  private Process java(String name, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectError(
            ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
        .start();
  }

  Process replica(int p) {
    return Objects.requireNonNull(replicaProcesses.get(p - 1));
  }

  Process memory(int m) {
    return Objects.requireNonNull(memoryProcesses.get(m - 1));
  }

  static void kill(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  static void stop(Process process) throws Exception {
    signal(process, "STOP");
  }

  static void resume(Process process) throws Exception {
    signal(process, "CONT");
  }

  private static void signal(Process process, String name) throws Exception {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    assertThat(code).isZero();
  }

  /** All ways between replica p and everybody else. */
  List<Gate> around(int p) {
    List<Gate> around = new ArrayList<>();
    for (int q = 1; q <= replicas; q++) {
      for (int to = 1; to <= memories + replicas; to++) {
        Gate gate = gates[q][to];
        if (gate != null && (q == p || to == memories + p)) {
          around.add(gate);
        }
      }
    }
    return around;
  }

  /** The way from replica p to memory m. */
  Gate way(int p, int m) {
    return gates[p][m];
  }

  /** Any. */
  Gate anyGate(SplittableRandom random) {
    List<Gate> all = allGates();
    return all.get(random.nextInt(all.size()));
  }

  private List<Gate> allGates() {
    return Arrays.stream(gates).flatMap(Arrays::stream).filter(Objects::nonNull).toList();
  }

  /** Everything passes again, and at once. */
  void heal() {
    for (Gate gate : allGates()) {
      gate.delay(0);
      gate.open();
    }
  }

  /** The replicas that run, and were not forgotten. */
  int[] members() {
    return IntStream.rangeClosed(1, replicas).filter(p -> !forgotten.contains(p)).toArray();
  }

  /** Replica p is gone for good. */
  void forget(int p) {
    forgotten.add(p);
  }

  /** All ways to memory m. */
  List<Gate> toMemory(int m) {
    return IntStream.rangeClosed(1, replicas).mapToObj(p -> gates[p][m]).toList();
  }

  StoreClient client(int first, Duration patience) {
    return new StoreClient(doors, first, patience);
  }

  /** What replica p says of itself; empty if it does not answer. */
  Optional<Status> status(int p) throws InterruptedException {
    return client(0, Duration.ofSeconds(5)).status(p - 1).filter(s -> s.startsWith("{"))
        .map(Status::new);
  }

  /** A status as it came. */
  record Status(String json) {
    private String field(String name) {
      Matcher found = Pattern.compile("\"" + name + "\":\"?([^,\"]*)").matcher(json);
      assertThat(found.find()).as(json).isTrue();
      return found.group(1);
    }

    boolean leads() {
      return Boolean.parseBoolean(field("leads"));
    }

    long applied() {
      return Long.parseLong(field("applied"));
    }

    long commands() {
      return Long.parseLong(field("commands"));
    }

    String digest() {
      return field("digest");
    }

    long acknowledgedAt(int m) {
      Matcher found = Pattern.compile("\"acknowledgedAt\":\\[([^]]*)]").matcher(json);
      assertThat(found.find()).as(json).isTrue();
      return Long.parseLong(found.group(1).split(",", -1)[m - 1]);
    }

    String health() {
      return field("health");
    }
  }

  /** The replica that says it leads, if just one does. */
  OptionalInt leader() throws InterruptedException {
    int found = 0;
    for (int p = 1; p <= replicas; p++) {
      Process process = replicaProcesses.get(p - 1);
      if (process != null && process.isAlive() && status(p).map(Status::leads).orElse(false)) {
        if (found != 0) {
          return OptionalInt.empty();
        }
        found = p;
      }
    }
    return found == 0 ? OptionalInt.empty() : OptionalInt.of(found);
  }

  int awaitLeader() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      OptionalInt leader = leader();
      if (leader.isPresent()) {
        return leader.getAsInt();
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new AssertionError("no leader in " + PATIENCE_SECONDS + " s");
  }

  /** Waits until replica p has applied all that the others have at the time of the call. */
  void awaitCaughtUp(int p) throws InterruptedException {
    long most = 0;
    for (int q = 1; q <= replicas; q++) {
      most = Math.max(most, q == p ? 0 : status(q).map(Status::applied).orElse(0L));
    }
    long target = most;
    await(
        "replica " + p + " to have entry " + target,
        () -> {
          Optional<Status> status = status(p);
          return status.isPresent() && status.get().applied() >= target;
        });
  }

  /** Once nobody asks anything any more: all of these end in the same state, and tell it. */
  Status awaitSame(int... those) throws InterruptedException {
    List<Status> last = new ArrayList<>();
    await(
        "the same state at all",
        () -> {
          last.clear();
          for (int p : those) {
            status(p).ifPresent(last::add);
          }
          return last.size() == those.length
              && last.stream().map(Status::applied).distinct().count() == 1;
        });
    assertThat(last.stream().map(Status::digest).distinct()).as("%s", last).hasSize(1);
    return last.get(0);
  }

  /** Waits until replica p says that it is well. */
  void awaitHealth(int p, String health) throws InterruptedException {
    await(
        "replica " + p + " to be " + health,
        () -> status(p).map(Status::health).orElse("").matches(health));
  }

  /** Waits until memory m has what the leader had written at the time of the call. */
  void awaitMemory(int m) throws InterruptedException {
    long[] target = {-1};
    await(
        "memory " + m + " to have what was written",
        () -> {
          int leader = leader().orElse(0);
          Optional<Status> status = leader == 0 ? Optional.empty() : status(leader);
          if (status.isEmpty()) {
            return false;
          }
          target[0] = target[0] < 0 ? status.get().applied() : target[0];
          return status.get().acknowledgedAt(m) >= target[0];
        });
  }

  /** What a condition may throw. */
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  static void await(String what, Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("still awaiting " + what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  /** What a process has logged. */
  String logged(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".log"));
  }

  @Override
  public void close() throws IOException {
    for (List<@Nullable Process> all : List.of(replicaProcesses, memoryProcesses)) {
      for (Process process : all) {
        if (process != null) {
          process.destroyForcibly();
        }
      }
      for (Process process : all) {
        if (process != null) {
          process.onExit().join();
        }
      }
    }
    for (Gate[] row : gates) {
      for (Gate gate : row) {
        if (gate != null) {
          gate.close();
        }
      }
    }
  }
}
