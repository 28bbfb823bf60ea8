package org.remora.tests.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the leader, time after time, while clients change the store: nothing that was acknowledged
 * is lost, nothing is applied twice, and what the clients saw is linearizable. The killed replica
 * comes back under its number.
 */
class KilledLeaderTest {
  private static final int KILLS = Integer.getInteger("remora.campaign.kills", 100);
  private static final String LOG = "log:\n  ring: 256\n  window: 16\n  entry-bytes: 16384\n";

  @TempDir private Path directory;

  @Test
  @Tag("campaign")
  void nothingIsLostOverManyKills() throws Exception {
    long seed = Long.getLong("remora.seed", System.nanoTime());
    System.out.println("seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Histogram gaps = new Histogram(3);
    List<Integer> killed = new ArrayList<>();
    try (StoreCluster cluster = new StoreCluster(directory, 3, 0, 3, 0, false, LOG)) {
      cluster.startAll();
      try (StoreLoad load = new StoreLoad(cluster, 4, 3, seed)) {
        load.awaitAnswers(50);
        for (int kill = 1; kill <= KILLS; kill++) {
          load.nextRound();
          int leader = cluster.awaitLeader();
          load.awaitAnswers(20 + random.nextInt(100));
          load.takeLongestGapNanos();
          StoreCluster.kill(cluster.replica(leader));
          cluster.launchReplica(leader);
          load.awaitAnswers(20);
          long gap = load.takeLongestGapNanos();
          gaps.recordValue(TimeUnit.NANOSECONDS.toMicros(gap));
          killed.add(leader);
          cluster.awaitStart(leader);
          // Two that know what the ring no longer holds must not be dead at once.
          cluster.awaitCaughtUp(leader);
          if (kill % 10 == 0) {
            System.out.printf("  %d kills, %,d answers%n", kill, load.acknowledged());
          }
        }
        load.endAndCheck(1, 2, 3);
      }
      System.out.printf(
          "  killed %s; longest silence to all clients per kill: median %d ms, 90%% %d ms, most %d"
              + " ms%n",
          killed,
          gaps.getValueAtPercentile(50) / 1000,
          gaps.getValueAtPercentile(90) / 1000,
          gaps.getMaxValue() / 1000);
    } finally {
      KeptLogs.keep(directory, "killed-leader");
    }
  }
}
