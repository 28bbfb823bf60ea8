package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import org.remora.crash.CrashAlgorithm;

/** What a campaign runs: options of {@code check}, without a seed. */
final class CampaignConfigurations {
  private CampaignConfigurations() {}

  /** All for one algorithm. */
  static List<String> of(String algorithm) {
    List<String> all = new ArrayList<>();
    // Any size, any faults that are tolerated.
    all.add("");
    if (algorithm.equals(AgreeAlgorithm.Hybrid.NAME)) {
      all.add("--processes 6 --degree 5 --faulty-processes 5");
      all.add("--processes 24 --degree 4 --faulty-processes 19");
      all.add("--processes 40 --degree 6 --adversarial 5000");
    } else if (algorithm.equals(CrashAlgorithm.PAXOS.commandName())) {
      all.add("--processes 3 --memories 0 --faulty-processes 1 --adversarial 400");
      all.add("--processes 5 --memories 0 --faulty-processes 2 --adversarial 1000");
    } else if (isByzantine(algorithm)) {
      all.add("--processes 3 --memories 3 --faulty-processes 1 --faulty-memories 1");
      all.add("--processes 5 --memories 3 --faulty-processes 2 --faulty-memories 1");
      all.add("--processes 5 --memories 5 --faulty-processes 2 --adversarial 6000");
      // The leader, and a follower.
      for (int process : new int[] {1, 3}) {
        AgreeBehaviour.all()
            .forEach(
                each ->
                    all.add(
                        String.format(
                            "--processes 3 --memories 3 --byzantine %d:%s",
                            process, each.commandName())));
      }
    } else if (algorithm.equals(CrashAlgorithm.ALIGNED_PAXOS.commandName())) {
      all.add("--processes 3 --memories 3 --faulty-processes 1 --faulty-memories 1");
      all.add("--processes 2 --memories 3 --faulty-memories 2 --adversarial 400");
      all.add("--processes 4 --memories 3 --faulty-processes 3 --adversarial 400");
    } else {
      all.add("--processes 3 --memories 3 --faulty-processes 1 --adversarial 400");
      all.add("--processes 2 --memories 3 --faulty-memories 1 --adversarial 400");
      all.add("--processes 3 --memories 5 --faulty-processes 2 --faulty-memories 2");
    }
    return all.stream()
        .map(options -> ("--algorithm " + algorithm + " " + options).strip())
        .toList();
  }

  /** How many seeds are run at a time: about a second's worth, or less. */
  static int batch(String algorithm) {
    return isByzantine(algorithm) ? 10 : 200;
  }

  private static boolean isByzantine(String algorithm) {
    return Draw.of(algorithm) instanceof ByzantineDraw;
  }
}
