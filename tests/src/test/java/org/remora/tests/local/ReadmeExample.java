package org.remora.tests.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.remora.crash.CrashAlgorithm.PROTECTED_MEMORY_PAXOS;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.remora.crash.Consensus;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/** The example of the README; {@link ReadmeTest} holds the two together. */
final class ReadmeExample {
  private ReadmeExample() {}

  static void run() throws Exception {
    // README: begin
    try (LocalMachine machine = LocalMachine.of(2, 3).build()) { // 2 processes, 3 memories
      List<Omega> omegas = HeartbeatOmega.install(machine, HeartbeatOmega.Settings.DEFAULT);
      List<Consensus> parts = PROTECTED_MEMORY_PAXOS.install(machine, omegas, Instance.of(1));

      CompletableFuture<Value> one = parts.get(0).propose(Value.of("red"));
      CompletableFuture<Value> two = parts.get(1).propose(Value.of("blue"));

      System.out.println("decided: " + one.get(1, SECONDS) + " and " + two.get(1, SECONDS));
    }
    // README: end
  }
}
