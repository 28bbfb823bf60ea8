package org.remora.apps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.bench.Digest;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicaListener;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.socket.Endpoint;
import org.remora.socket.PreSharedKeys;
import org.remora.socket.SocketProcess;

/**
 * A replica in a JVM of its own, for the measurement of failover: while it leads, it appends one
 * command after the other. It ends with the JVM that started it.
 */
public final class FailoverReplica {
  private static final int TAKEOVERS_REHEARSED = 100;
  private static final int BYTES = 64;
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ProcessContext process;
  private final FailoverMarks marks;
  private final Value command = Value.of(new byte[BYTES]);
  private @Nullable Replica replica;
  private boolean leads;

  /** The term of which appends are under way. */
  private long term;

  private FailoverReplica(ProcessContext process, FailoverMarks marks) {
    this.process = process;
    this.marks = marks;
  }

  /** The log's settings, the same at all. */
  static LogSettings settings() {
    return LogSettings.of(1).withTiming(LogSettings.Timing.NETWORK);
  }

  /**
   * Takes part until its standard input ends.
   *
   * @param args its number; the endpoints of all replicas, then of all memories, with commas; the
   *     file with the key; that of its marks; the detector's period in microseconds, and after how
   *     many of them a silent process is taken for dead
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int self = Integer.parseInt(args[0]);
    SocketProcess.Group group = new SocketProcess.Group(endpoints(args[1]), endpoints(args[2]));
    byte[] key = HexFormat.of().parseHex(Files.readString(Path.of(args[3])).trim());
    FailoverMarks marks = FailoverMarks.in(Path.of(args[4]));
    marks.clear();
    HeartbeatOmega.Settings detector =
        detector(Integer.parseInt(args[5]), Integer.parseInt(args[6]));
    Rehearsal.run(TAKEOVERS_REHEARSED);
    try (SocketProcess process =
        SocketProcess.of(self, group, PreSharedKeys.ofGroup(key)).callerRuns().start()) {
      process.defineEverywhere(HeartbeatOmega.region(process.processes()));
      process.defineEverywhere(ReplicatedLog.region(settings(), process.processes()));
      HeartbeatOmega omega = HeartbeatOmega.start(process, detector);
      process.execute(
          () ->
              omega.onChange(
                  () ->
                      marks.set(
                          FailoverMarks.Mark.NAMED_AT,
                          omega.leader() == self ? System.nanoTime() : 0)));
      FailoverReplica program = new FailoverReplica(process, marks);
      program.join(omega);
      while (System.in.read() >= 0) {
        // Only the end counts.
      }
    }
  }

  /** The detector that was asked for; up again takes as long as down. */
  private static HeartbeatOmega.Settings detector(int periodMicros, int misses) {
    return new HeartbeatOmega.Settings(1000L * periodMicros, misses + 1, misses, 1, false)
        .calm(CALM_NANOS);
  }

  private static List<Endpoint> endpoints(String list) {
    return Arrays.stream(list.split(",", -1)).map(Endpoint::parse).toList();
  }

  private void join(HeartbeatOmega omega) {
    Replica joined =
        ReplicatedLog.join(
            process,
            omega,
            new DigestMachine(new Digest()),
            settings(),
            ReplicatedLog.everybody(process.processes(), process.memories()),
            new ReplicaListener() {
              @Override
              public void leaderChanged(int leader, long proposal) {
                leads = leader == process.self();
                marks.set(FailoverMarks.Mark.FIRST_APPEND_AT, 0);
                if (leads) {
                  term = proposal;
                  marks.set(FailoverMarks.Mark.TERMS, marks.get(FailoverMarks.Mark.TERMS) + 1);
                  process.execute(() -> append(proposal));
                }
              }
            });
    process.execute(() -> replica = joined);
  }

  private void append(long inTerm) {
    Replica to = replica;
    if (to == null) {
      process.execute(() -> append(inTerm));
      return;
    }
    var unused = to.append(command).whenComplete((result, failure) -> appended(inTerm, failure));
  }

  private void appended(long inTerm, @Nullable Throwable failure) {
    if (!leads || term != inTerm || failure != null) {
      return;
    }
    long now = System.nanoTime();
    if (marks.get(FailoverMarks.Mark.FIRST_APPEND_AT) == 0) {
      marks.set(FailoverMarks.Mark.FIRST_APPEND_AT, now);
    }
    marks.set(FailoverMarks.Mark.LAST_APPEND_AT, now);
    process.execute(() -> append(inTerm));
  }
}
