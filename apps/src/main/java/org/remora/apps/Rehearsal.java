package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.remora.bench.Digest;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/**
 * Takeovers among two replicas of this JVM, one after the other, before a replica takes part: the
 * first takeover that counts then finds its code loaded and compiled. Cold, it takes some ten times
 * as long.
 */
final class Rehearsal {
  private static final int REPLICAS = 2;
  private static final int MEMORIES = 3;
  private static final long TERM_NANOS = 5_000_000;
  private static final int UNDER_WAY = 4;
  private static final int BYTES = 64;

  private Rehearsal() {}

  /** Rehearses so many takeovers, each of some milliseconds. */
  static void run(int takeovers) throws InterruptedException {
    List<ScriptedOmega.Change> changes = new ArrayList<>();
    for (int i = 1; i <= takeovers; i++) {
      changes.add(new ScriptedOmega.Change(i * TERM_NANOS, 1 + i % REPLICAS));
    }
    try (LocalMachine machine = LocalMachine.of(REPLICAS, MEMORIES).build()) {
      List<Omega> omegas = new ArrayList<>();
      for (int p = 1; p <= REPLICAS; p++) {
        omegas.add(ScriptedOmega.start(machine.process(p), 1, changes));
      }
      List<Replica> replicas =
          ReplicatedLog.install(
              machine, omegas, p -> new DigestMachine(new Digest()), LogSettings.of(1));
      Value command = Value.of(new byte[BYTES]);
      for (int p = 1; p <= REPLICAS; p++) {
        for (int i = 0; i < UNDER_WAY; i++) {
          append(machine.process(p), replicas.get(p - 1), command);
        }
      }
      TimeUnit.NANOSECONDS.sleep((takeovers + 1) * TERM_NANOS);
    }
  }

  /** One after the other, each from the event loop, until the machine is closed. */
  private static void append(ProcessContext process, Replica replica, Value command) {
    var unused =
        replica
            .append(command)
            .whenComplete(
                (result, failure) -> {
                  if (failure == null) {
                    process.execute(() -> append(process, replica, command));
                  }
                });
  }
}
