package org.remora.apps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.remora.apps.FailoverMarks.Mark;
import org.remora.socket.Endpoint;

/**
 * Kills the leader of a log again and again, without warning, and looks when another one appends.
 * Three replicas and three memories, each in a JVM of its own; the killed one is started again
 * before the next is killed.
 */
final class FailoverBench implements AutoCloseable {
  private static final int MEMBERS = 3;
  private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final long FAILOVER_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

  /** A leader that has led alone for so long counts as settled. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** A leader appends all the time; one that has not for so long does not lead. */
  private static final long ALIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path directory;
  private final Settings settings;
  private final List<MemoryProcess> hosts;
  private final List<Endpoint> memories;
  private final List<Endpoint> replicas = new ArrayList<>();
  private final List<FailoverMarks> marks = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();

  /** Draws the phase of the heartbeats in which the leader is killed. */
  private final Random random = new Random();

  /**
   * How it is run.
   *
   * @param unix whether over Unix-domain sockets, and not TCP
   * @param heartbeatMicros the detector's period
   * @param misses after how many of them a silent process is taken for dead
   */
  record Settings(boolean unix, int heartbeatMicros, int misses) {}

  /**
   * One failover, in nanoseconds.
   *
   * @param detection from the last append of the old leader until Ω named the new one
   * @param takeover from then until its first append had ended
   */
  record Failover(long detection, long takeover) {
    long total() {
      return detection + takeover;
    }
  }

  FailoverBench(Settings settings) throws IOException {
    this.settings = settings;
    directory = Files.createTempDirectory("remora-failover-");
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    hosts = MemoryProcess.startAll(MEMBERS, directory, settings.unix, key);
    memories = hosts.stream().map(MemoryProcess::endpoint).toList();
    for (int p = 1; p <= MEMBERS; p++) {
      replicas.add(MemoryProcess.address(directory, settings.unix, "replica-" + p));
      marks.add(FailoverMarks.in(directory.resolve("marks-" + p)));
    }
    for (int p = 1; p <= MEMBERS; p++) {
      processes.add(start(p));
    }
  }

  private Process start(int replica) throws IOException {
    return MemoryProcess.start(
        FailoverReplica.class,
        String.valueOf(replica),
        list(replicas),
        list(memories),
        directory.resolve(MemoryProcess.KEY_FILE).toString(),
        directory.resolve("marks-" + replica).toString(),
        String.valueOf(settings.heartbeatMicros),
        String.valueOf(settings.misses));
  }

  private static String list(List<Endpoint> endpoints) {
    return endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(","));
  }

  /** How many terms were led until somebody had led alone for a while. */
  long settle() throws IOException, InterruptedException {
    settledLeader();
    return terms();
  }

  /** Kills the leader once it is settled, and starts it again once another one appends. */
  Failover kill() throws IOException, InterruptedException {
    int old = settledLeader();
    TimeUnit.MICROSECONDS.sleep(random.nextInt(20 * settings.heartbeatMicros));
    processes.get(old - 1).destroyForcibly().waitFor();
    long last = mark(old, Mark.LAST_APPEND_AT);
    long end = System.nanoTime() + FAILOVER_NANOS_MAX;
    while (System.nanoTime() - end < 0) {
      for (int p = 1; p <= MEMBERS; p++) {
        long first = p == old ? 0 : mark(p, Mark.FIRST_APPEND_AT);
        if (first > last) {
          long detection = Math.max(0, mark(p, Mark.NAMED_AT) - last);
          marks.get(old - 1).clear();
          processes.set(old - 1, start(old));
          return new Failover(detection, first - last - detection);
        }
      }
      // Not often: it runs on the cores that are measured.
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new IOException("no replica took over within " + FAILOVER_NANOS_MAX / 1e9 + " s");
  }

  private long terms() {
    return marks.stream().mapToLong(each -> each.get(Mark.TERMS)).sum();
  }

  private int settledLeader() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_NANOS_MAX;
    int candidate = 0;
    long terms = -1;
    long since = 0;
    while (System.nanoTime() - end < 0) {
      Integer leader = leader();
      long now = System.nanoTime();
      if (leader == null || leader != candidate || terms != terms()) {
        candidate = leader == null ? 0 : leader;
        terms = terms();
        since = now;
      } else if (now - since > SETTLED_NANOS) {
        return candidate;
      }
      for (Process each : processes) {
        if (!each.isAlive()) {
          throw new IOException("a replica ended by itself");
        }
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IOException("no settled leader within " + START_NANOS_MAX / 1e9 + " s");
  }

  /** Who appends now; null if it is not exactly one. */
  private @Nullable Integer leader() {
    Integer found = null;
    for (int p = 1; p <= MEMBERS; p++) {
      if (System.nanoTime() - mark(p, Mark.LAST_APPEND_AT) < ALIVE_NANOS
          && mark(p, Mark.FIRST_APPEND_AT) != 0) {
        if (found != null) {
          return null;
        }
        found = p;
      }
    }
    return found;
  }

  private long mark(int replica, Mark mark) {
    return marks.get(replica - 1).get(mark);
  }

  /** Ends all. */
  @Override
  public void close() throws IOException {
    for (Process each : processes) {
      each.destroyForcibly();
    }
    hosts.forEach(MemoryProcess::close);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
