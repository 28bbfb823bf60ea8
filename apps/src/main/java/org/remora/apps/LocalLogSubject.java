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

/** Our log in one JVM: three replicas and three memories. Commands are submitted at the leader. */
public final class LocalLogSubject implements Subject {
  private static final int REPLICAS = 3;
  private static final int MEMORIES = 3;

  private final List<Digest> digests = new ArrayList<>();
  private @Nullable Replica leader;

  /** Creates the subject. */
  public LocalLogSubject() {}

  @Override
  public void start(Path directory, Map<String, String> options) {
    LocalMachine.Settings st = LocalMachine.of(REPLICAS, MEMORIES);
    if (!Boolean.getBoolean("x.hand")) { st = st.callerRuns(); }
    LocalMachine machine = st.build();
    for (int p = 1; p <= REPLICAS; p++) {
      digests.add(new Digest());
    }
    leader =
        ReplicatedLog.install(
                machine,
                HeartbeatOmega.install(machine, HeartbeatOmega.Settings.DEFAULT),
                p -> new DigestMachine(digests.get(p - 1)),
                LogSettings.of(1).withRing(Integer.getInteger("x.ring", 1024), Integer.getInteger("x.window", 64)))
            .get(0);
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
