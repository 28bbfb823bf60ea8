package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes and memories in JVMs of their own, each at an address of its own, killed by the signal
 * that cannot be caught: a memory, the leader, a follower. The others decide.
 */
@Tag("soft-roce")
class KillTest {
  private static final int PROCESSES = 3;
  private static final int MEMORIES = 3;
  private static final int PORT = 7_200;

  private final TreeMap<Integer, Jvm> processes = new TreeMap<>();
  private final List<Jvm> memories = new ArrayList<>();

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES) // seven JVMs start, under emulation
  void theOthersDecideWhoeverIsKilled(@TempDir Path keys) throws Exception {
    try {
      start(keys);
      everyoneDecides("PROTECTED_MEMORY_PAXOS", 1);
      everyoneDecides("ALIGNED_PAXOS", 11);
      everyone("join 31", "joined 31");
      append(1, 10, 10);

      // A memory, while proposals are under way.
      propose("PROTECTED_MEMORY_PAXOS", 2);
      memories.get(1).kill();
      decided("PROTECTED_MEMORY_PAXOS", 2);
      everyoneDecides("ALIGNED_PAXOS", 12);
      everyoneDecides("FAST_AND_ROBUST", 22);
      append(1, 5, 15);

      // The leader, likewise.
      propose("PROTECTED_MEMORY_PAXOS", 3);
      propose("ALIGNED_PAXOS", 13);
      propose("FAST_AND_ROBUST", 23);
      processes.remove(1).kill();
      decided("PROTECTED_MEMORY_PAXOS", 3);
      decided("ALIGNED_PAXOS", 13);
      decided("FAST_AND_ROBUST", 23);
      everyoneDecides("PROTECTED_MEMORY_PAXOS", 4);
      append(2, 20, 35);
      append(3, 7, 42);

      // One process and two memories of three are enough for Protected Memory Paxos and the log.
      processes.remove(3).kill();
      everyoneDecides("PROTECTED_MEMORY_PAXOS", 5);
      append(2, 8, 50);
      everyone("read 31", "read 31 50");
    } finally {
      for (Jvm each : processes.values()) {
        each.close();
      }
      for (Jvm each : memories) {
        each.close();
      }
    }
  }

  private void start(Path keys) throws Exception {
    NodeProgram.writeKeys(keys, PROCESSES + MEMORIES);
    List<String> hosts = new ArrayList<>();
    for (int memory = 1; memory <= MEMORIES; memory++) {
      memories.add(
          Jvm.start(
              "org.remora.apps.Main",
              "memory",
              "--transport",
              "verbs",
              "--number",
              memory,
              "--processes",
              PROCESSES,
              "--private-key",
              keys.resolve("key" + (PROCESSES + memory)),
              "--members",
              keys.resolve("members"),
              "--listen",
              Pair.address(memory) + ":0"));
    }
    for (int memory = 1; memory <= MEMORIES; memory++) {
      hosts.add(memories.get(memory - 1).await("memory " + memory + " listens at "));
    }
    List<String> group = new ArrayList<>();
    for (int p = 1; p <= PROCESSES; p++) {
      group.add(Pair.address(p) + ":" + (PORT + p));
    }
    for (int p = 1; p <= PROCESSES; p++) {
      processes.put(
          p,
          Jvm.start(NodeProgram.class, p, keys, String.join(",", group), String.join(",", hosts)));
    }
    for (Jvm each : processes.values()) {
      each.await("started");
    }
  }

  private void everyone(String order, String answer) throws Exception {
    processes.values().forEach(each -> each.say(order));
    for (Jvm each : processes.values()) {
      assertThat(each.await(answer)).isEmpty();
    }
  }

  private void everyoneDecides(String algorithm, int number) throws Exception {
    propose(algorithm, number);
    decided(algorithm, number);
  }

  private void propose(String algorithm, int number) {
    processes.forEach((p, each) -> each.say(algorithm + " " + number + " v" + p));
  }

  private void decided(String algorithm, int number) throws Exception {
    List<String> decisions = new ArrayList<>();
    for (Jvm each : processes.values()) {
      decisions.add(each.await(algorithm + " " + number + " "));
    }
    assertThat(decisions.get(0)).matches("v[123]");
    assertThat(decisions).containsOnly(decisions.get(0));
  }

  private void append(int process, int number, int sum) throws Exception {
    Jvm at = processes.get(process);
    at.say("append 31 " + number);
    assertThat(at.await("append 31 ")).isEqualTo(Integer.toString(sum));
  }
}
