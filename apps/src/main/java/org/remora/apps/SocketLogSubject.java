package org.remora.apps;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.bench.Digest;
import org.remora.bench.Subject;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Value;
import org.remora.socket.Endpoint;
import org.remora.socket.PreSharedKeys;
import org.remora.socket.SocketProcess;

/**
 * Our log over sockets: three replicas in this JVM, as with every other contender, and three
 * memories in JVMs of their own. Commands are submitted at the leader, whose work the submitting
 * thread does: it sends, and waits in the sockets for the answers.
 */
public final class SocketLogSubject implements Subject {
  private static final int REPLICAS = 3;
  private static final int MEMORIES = 3;
  private static final long WAIT_NANOS = 1_000_000;
  private static final int START_SECONDS_MAX = 30;

  /** For every option {@code transport}: tcp or unix. */
  static final String TRANSPORT = "transport";

  private final List<Digest> digests = new ArrayList<>();
  private @Nullable SocketProcess process;
  private @Nullable Replica leader;

  /** Creates the subject. */
  public SocketLogSubject() {}

  @Override
  public void start(Path directory, Map<String, String> options) throws Exception {
    boolean unix = "unix".equals(options.get(TRANSPORT));
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    List<Endpoint> memories =
        MemoryProcess.startAll(MEMORIES, directory, unix, key).stream()
            .map(MemoryProcess::endpoint)
            .toList();
    List<Endpoint> replicas = new ArrayList<>();
    for (int p = 1; p <= REPLICAS; p++) {
      digests.add(new Digest());
      replicas.add(MemoryProcess.address(directory, unix, "replica-" + p));
    }
    SocketProcess.Group group = new SocketProcess.Group(replicas, memories);
    LogSettings settings = LogSettings.of(1).withTiming(LogSettings.Timing.NETWORK);
    List<Replica> started = new ArrayList<>();
    for (int p = 1; p <= REPLICAS; p++) {
      SocketProcess each =
          SocketProcess.of(p, group, PreSharedKeys.ofGroup(key)).callerRuns().start();
      each.defineEverywhere(HeartbeatOmega.region(REPLICAS));
      each.defineEverywhere(ReplicatedLog.region(settings, REPLICAS));
      if (p == 1) {
        process = each;
      }
      DigestMachine machine = new DigestMachine(digests.get(p - 1));
      started.add(
          ReplicatedLog.join(
              each, HeartbeatOmega.start(each, GroupFile.HEARTBEATS), machine, settings));
    }
    leader = started.get(0);
    awaitLeadership(started.get(0));
  }

  private static void awaitLeadership(Replica first) throws IOException, InterruptedException {
    for (int tries = 0; !first.status().join().leads(); tries++) {
      if (tries > 1000 * START_SECONDS_MAX) {
        throw new IOException("no leader in " + START_SECONDS_MAX + " seconds");
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Override
  public boolean isPolled() {
    return true;
  }

  @Override
  public void submit(byte[] command, Done done) {
    Replica to = leader;
    if (to == null) {
      throw new IllegalStateException("not started");
    }
    var unused = to.append(Value.of(command)).whenComplete((result, failure) -> done.done(failure));
  }

  @Override
  public void poll() {
    SocketProcess own = process;
    if (own != null) {
      own.poll(WAIT_NANOS);
    }
  }

  @Override
  public List<Digest> replicas() {
    return digests;
  }
}
