package org.remora.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.remora.apps.store.StoreClient;

/**
 * What can happen to processes, networks and disks, while clients use the store: nothing is lost,
 * nothing is applied twice, no two replicas differ, and when it is over all is well by itself.
 */
@Tag("campaign")
class StoreFaultsTest {
  private static final String LOG = "log:\n  ring: 256\n  window: 16\n  entry-bytes: 32768\n";
  private static final int CLIENTS = 4;

  @TempDir private Path directory;
  private final long seed = Long.getLong("remora.seed", System.nanoTime());

  /** A body that a cluster and its clients are handed to. */
  private interface Story {
    void happens(StoreCluster cluster, StoreLoad load) throws Exception;
  }

  private void tell(int spareMemories, int spareReplicas, boolean gated, Story story)
      throws Exception {
    try (StoreCluster cluster =
        new StoreCluster(directory, 3, spareMemories, 3, spareReplicas, gated, LOG)) {
      tell(cluster, story);
    }
  }

  private void tell(StoreCluster cluster, Story story) throws Exception {
    System.out.println("seed " + seed);
    cluster.startAll();
    try (StoreLoad load = new StoreLoad(cluster, CLIENTS, 3, seed)) {
      load.awaitAnswers(50);
      story.happens(cluster, load);
      load.nextRound();
      load.awaitAnswers(50);
      for (int p : cluster.members()) {
        cluster.awaitHealth(p, "UP|DEGRADED");
      }
      load.endAndCheck(cluster.members());
    }
  }

  @AfterEach
  void keepLogs(TestInfo test) throws IOException {
    KeptLogs.keep(directory, test.getTestMethod().orElseThrow().getName());
  }

  @Test
  void aLeaderThatStopsForAWhile() throws Exception {
    tell(
        0,
        0,
        false,
        (cluster, load) -> {
          for (int i = 0; i < 10; i++) {
            load.nextRound();
            int leader = cluster.awaitLeader();
            load.takeLongestGapNanos();
            StoreCluster.stop(cluster.replica(leader));
            load.awaitAnswers(50);
            gap("leader " + leader + " stopped", load);
            // It believes that it leads when it goes on, and is refused.
            StoreCluster.resume(cluster.replica(leader));
            load.awaitAnswers(20);
            cluster.awaitHealth(leader, "UP");
          }
        });
  }

  @Test
  void aMemoryThatStopsForAWhile() throws Exception {
    tell(
        0,
        0,
        false,
        (cluster, load) -> {
          for (int m = 1; m <= 3; m++) {
            load.nextRound();
            load.takeLongestGapNanos();
            StoreCluster.stop(cluster.memory(m));
            // Longer than a process waits before it breaks the connection off.
            TimeUnit.SECONDS.sleep(4);
            load.awaitAnswers(50);
            gap("memory " + m + " stopped", load);
            StoreCluster.resume(cluster.memory(m));
            cluster.awaitMemory(m);
          }
        });
  }

  /** Nothing can be decided meanwhile; nothing may be lost for that. */
  @Test
  void aMajorityOfTheMemoriesStopsForAWhile() throws Exception {
    tell(
        0,
        0,
        false,
        (cluster, load) -> {
          for (int i = 0; i < 3; i++) {
            load.nextRound();
            StoreCluster.stop(cluster.memory(1));
            StoreCluster.stop(cluster.memory(2 + i % 2));
            TimeUnit.SECONDS.sleep(1 + i);
            load.takeLongestGapNanos();
            StoreCluster.resume(cluster.memory(1));
            StoreCluster.resume(cluster.memory(2 + i % 2));
            load.awaitAnswers(20);
            gap("a majority back", load);
          }
        });
  }

  @Test
  void aLeaderThatIsCutOff() throws Exception {
    tell(
        0,
        0,
        true,
        (cluster, load) -> {
          for (int i = 0; i < 5; i++) {
            load.nextRound();
            int leader = cluster.awaitLeader();
            load.takeLongestGapNanos();
            cluster.around(leader).forEach(Gate::shut);
            load.awaitAnswers(50);
            gap("leader " + leader + " cut off", load);
            cluster.around(leader).forEach(Gate::open);
            load.awaitAnswers(20);
            cluster.awaitHealth(leader, "UP");
          }
        });
  }

  /** It still reaches one memory, in which all others see it live. */
  @Test
  void aLeaderThatReachesAMinorityOfTheMemories() throws Exception {
    tell(
        0,
        0,
        true,
        (cluster, load) -> {
          for (int i = 0; i < 3; i++) {
            load.nextRound();
            int leader = cluster.awaitLeader();
            load.takeLongestGapNanos();
            cluster.way(leader, 1).shut();
            cluster.way(leader, 2).shut();
            load.awaitAnswers(50);
            gap("leader " + leader + " reaches memory 3 only", load);
            cluster.way(leader, 1).open();
            cluster.way(leader, 2).open();
            load.awaitAnswers(20);
            cluster.awaitHealth(leader, "UP");
          }
        });
  }

  @Test
  void networksThatBreakAndSlowDownAtRandom() throws Exception {
    tell(
        0,
        0,
        true,
        (cluster, load) -> {
          SplittableRandom random = new SplittableRandom(seed);
          for (int i = 0; i < 30; i++) {
            if (i % 5 == 0) {
              load.nextRound();
            }
            Gate some = cluster.anyGate(random);
            switch (random.nextInt(3)) {
              case 0 -> some.shut();
              case 1 -> some.sever();
              default -> some.delay(TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(20)));
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
            if (random.nextBoolean()) {
              cluster.heal();
              load.awaitAnswers(10);
            }
          }
          cluster.heal();
          load.awaitAnswers(20);
        });
  }

  @Test
  void aMemoryIsKilledAndComesBackWithItsContents() throws Exception {
    try (StoreCluster cluster = new StoreCluster(directory, 3, 0, 3, 0, false, LOG)) {
      for (int m = 1; m <= 3; m++) {
        cluster.memoryOptions(
            m, "--store", directory.resolve("store" + m).toString(), "--fsync", "none");
      }
      tell(
          cluster,
          (same, load) -> {
            for (int m = 1; m <= 3; m++) {
              load.nextRound();
              load.takeLongestGapNanos();
              StoreCluster.kill(cluster.memory(m));
              load.awaitAnswers(50);
              gap("memory " + m + " killed", load);
              cluster.startMemory(m);
              cluster.awaitMemory(m);
            }
          });
    }
  }

  /** A memory that lost its contents is lost; another takes its place, one change at a time. */
  @Test
  void aMemoryIsLostAndReplaced() throws Exception {
    tell(
        1,
        0,
        false,
        (cluster, load) -> {
          StoreCluster.kill(cluster.memory(2));
          load.awaitAnswers(50);
          cluster.startMemory(2);
          load.awaitAnswers(50);
          StoreClient operator = cluster.client(0, Duration.ofSeconds(30));
          assertThat(operator.change("remove-memory", 2)).isEqualTo("changed");
          load.nextRound();
          load.awaitAnswers(20);
          assertThat(operator.change("add-memory", 4)).isEqualTo("changed");
          cluster.awaitMemory(4);
          // With the new one, a minority may be lost again.
          StoreCluster.kill(cluster.memory(3));
          load.nextRound();
          load.awaitAnswers(50);
        });
  }

  @Test
  void aReplicaIsRemovedAndReplaced() throws Exception {
    tell(
        0,
        1,
        false,
        (cluster, load) -> {
          int leader = cluster.awaitLeader();
          StoreClient operator = cluster.client(leader % 3, Duration.ofSeconds(30));
          // While it runs and leads.
          assertThat(operator.change("remove-replica", leader)).isEqualTo("changed");
          load.nextRound();
          load.awaitAnswers(50);
          StoreCluster.kill(cluster.replica(leader));
          cluster.forget(leader);
          load.awaitAnswers(50);
          assertThat(operator.change("add-replica", 4)).isEqualTo("changed");
          cluster.awaitCaughtUp(4);
          load.nextRound();
          load.awaitAnswers(50);
        });
  }

  @Test
  void aDiskIsFullForAWhile() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    int mounted =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString())
            .redirectErrorStream(true)
            .start()
            .waitFor();
    assumeThat(mounted).as("may mount").isZero();
    try (StoreCluster cluster = new StoreCluster(directory, 3, 0, 3, 0, false, LOG)) {
      Path filler = Files.write(disk.resolve("filler"), new byte[14 << 20]);
      cluster.memoryOptions(2, "--store", disk.resolve("store").toString(), "--fsync", "none");
      tell(
          cluster,
          (same, load) -> {
            StoreClient writer = cluster.client(0, Duration.ofSeconds(30));
            String large = "x".repeat(8_000);
            int written = 0;
            while (!cluster.logged("m2").contains("unanswered") && written < 5_000) {
              writer.set("large", large);
              load.countChange();
              written++;
            }
            assertThat(cluster.logged("m2")).contains("unanswered");
            load.nextRound();
            load.takeLongestGapNanos();
            load.awaitAnswers(200);
            gap("disk full after " + written + " large values", load);
            Files.delete(filler);
            cluster.awaitMemory(2);
          });
    } finally {
      new ProcessBuilder("umount", "-l", disk.toString()).inheritIO().start().waitFor();
    }
  }

  @Test
  void aMemoryThatIsSlow() throws Exception {
    tell(
        0,
        0,
        true,
        (cluster, load) -> {
          for (int m = 1; m <= 3; m++) {
            load.nextRound();
            cluster.toMemory(m).forEach(gate -> gate.delay(TimeUnit.MILLISECONDS.toNanos(50)));
            long before = load.acknowledged();
            load.takeLongestGapNanos();
            TimeUnit.SECONDS.sleep(2);
            gap("memory " + m + " slow, " + (load.acknowledged() - before) + " answers", load);
            cluster.heal();
            cluster.awaitMemory(m);
          }
        });
  }

  private static void gap(String what, StoreLoad load) {
    System.out.printf(
        "  %s: longest silence to all clients %d ms%n",
        what, TimeUnit.NANOSECONDS.toMillis(load.takeLongestGapNanos()));
  }
}
