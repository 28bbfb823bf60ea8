package org.remora.apps;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.remora.bench.Digest;
import org.remora.bench.Subject;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/**
 * Our log in one JVM: three replicas and three memories. Commands are submitted at the leader,
 * whose work the submitting thread does.
 */
public final class LocalLogSubject implements Subject {
  private static final int REPLICAS = 3;
  private static final int MEMORIES = 3;
  private static final int LEADER = 1;
  private static final long WAIT_NANOS = 1_000_000;

  private final List<Digest> digests = new ArrayList<>();
  private @Nullable LocalMachine machine;
  private @Nullable Replica leader;

  /** Creates the subject. */
  public LocalLogSubject() {}

  @Override
  public void start(Path directory, Map<String, String> options) {
    LocalMachine started = LocalMachine.of(REPLICAS, MEMORIES).callerRuns().build();
    machine = started;
    for (int p = 1; p <= REPLICAS; p++) {
      digests.add(new Digest());
    }
    leader =
        ReplicatedLog.install(
                started,
                HeartbeatOmega.install(started, HeartbeatOmega.Settings.DEFAULT),
                p -> new DigestMachine(digests.get(p - 1)),
                LogSettings.of(1))
            .get(0);
  }

  @Override
  public boolean isPolled() {
    return true;
  }

  @Override
  public void poll() {
    LocalMachine of = machine;
    if (of != null) {
      of.poll(LEADER, WAIT_NANOS);
    }
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
  public List<Digest> replicas() {
    return digests;
  }
}
