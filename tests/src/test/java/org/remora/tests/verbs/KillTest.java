package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Instance;
import org.remora.memory.Value;
import org.remora.verbs.VerbsMachine;

/** Memories in JVMs of their own, one of which is killed with a signal that cannot be caught. */
@Tag("soft-roce")
class KillTest {
  private static final int INSTANCES = 4;
  private static final int VALUE_BYTES = 64;
  private static final long SECONDS_MAX = 60;

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES) // four JVMs start, under emulation
  void theOthersDecideWhenAMemoryIsKilled() throws Exception {
    List<Process> children = new ArrayList<>();
    try {
      for (int memory = 1; memory <= 3; memory++) {
        children.add(start(memory));
      }
      List<InetSocketAddress> hosts = new ArrayList<>();
      for (Process child : children) {
        BufferedReader out =
            new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        hosts.add(new InetSocketAddress(Pair.address(), Integer.parseInt(out.readLine())));
      }
      try (VerbsMachine machine =
          VerbsMachine.of(2, hosts, InetAddress.getByName(Pair.address()))
              .authentication(member -> Members.authentication(member, 5))
              .build()) {
        List<HeartbeatOmega> omegas = new ArrayList<>();
        for (int p = 1; p <= 2; p++) {
          omegas.add(
              HeartbeatOmega.start(
                  machine.process(p), new HeartbeatOmega.Settings(100_000_000, 15, 6, 2, false)));
        }
        for (int number = 1; number <= INSTANCES; number++) {
          if (number == 3) {
            assertThat(children.get(1).destroyForcibly().waitFor()).isEqualTo(128 + 9);
          }
          decide(machine, omegas, number);
        }
      }
    } finally {
      for (Process child : children) {
        child.destroyForcibly().waitFor();
      }
    }
  }

  private static void decide(VerbsMachine machine, List<HeartbeatOmega> omegas, int number)
      throws Exception {
    Instance instance =
        new Instance(
            number,
            VALUE_BYTES,
            new Instance.Timing(20_000_000, 500_000_000, 50_000_000, 1_000_000_000));
    List<CompletableFuture<Value>> decisions = new ArrayList<>();
    for (int p = 1; p <= 2; p++) {
      Consensus part =
          CrashAlgorithm.PROTECTED_MEMORY_PAXOS.join(
              machine.process(p), omegas.get(p - 1), instance);
      decisions.add(part.propose(Value.of("v" + p)));
    }
    Value decided = decisions.get(0).get(SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(decided.asText()).matches("v[12]");
    assertThat(decisions.get(1).get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(decided);
  }

  private static Process start(int memory) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-Dremora.rdma.address=" + Pair.address(),
            "-cp",
            System.getProperty("java.class.path"),
            MemoryProgram.class.getName(),
            Integer.toString(memory),
            "2",
            Integer.toString(INSTANCES),
            Integer.toString(VALUE_BYTES))
        .redirectError(Redirect.INHERIT)
        .start();
  }
}
