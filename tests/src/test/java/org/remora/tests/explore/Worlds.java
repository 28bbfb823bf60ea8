package org.remora.tests.explore;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Instance;
import org.remora.crash.Mutation;
import org.remora.crash.Omega;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.Property;

/** Small worlds. */
final class Worlds {
  static final Instance INSTANCE = new Instance(1, 64, new Instance.Timing(1, 1, 1, 1));

  static Explorer rivals(
      CrashAlgorithm algorithm, int processes, int memories, int proposers, @Nullable Mutation mutation) {
    List<Region> regions = algorithm.region(INSTANCE, processes).stream().toList();
    List<Value> values = new ArrayList<>();
    for (int p = 1; p <= proposers; p++) {
      values.add(Value.of("v" + p));
    }
    List<Property> properties = new ArrayList<>(List.of(Property.agreement(), Property.validity(values)));
    values.forEach(v -> properties.add(Property.sometimesDecided(v)));
    return Explorer.of(
            processes,
            memories,
            (process, decide) -> {
              Omega omega =
                  new Omega() {
                    @Override
                    public int leader() {
                      return process.self() <= proposers ? process.self() : 0;
                    }

                    @Override
                    public void onChange(Runnable listener) {}
                  };
              Consensus part =
                  mutation == null
                      ? algorithm.join(process, omega, INSTANCE)
                      : algorithm.join(process, omega, INSTANCE, mutation);
              if (process.self() <= proposers) {
                part.propose(values.get(process.self() - 1)).thenAccept(decide);
              }
            })
        .regions(regions)
        .properties(properties);
  }

  public static void main(String[] args) {
    CrashAlgorithm algorithm = CrashAlgorithm.valueOf(args[0]);
    Mutation mutation = args[1].equals("-") ? null : Mutation.valueOf(args[1]);
    int n = Integer.parseInt(args[2]);
    int m = Integer.parseInt(args[3]);
    int proposers = Integer.parseInt(args[4]);
    Explorer e = rivals(algorithm, n, m, proposers, mutation).expiriesMax(Integer.parseInt(args[5]));
    if (args.length > 6) {
      e.workers(Integer.parseInt(args[6]));
    }
    if (args.length > 8) {
      e.crashesMax(Integer.parseInt(args[7]), Integer.parseInt(args[8]));
    }
    if (args.length > 9 && args[9].equals("ignored")) {
      e.enforcement(org.remora.memory.RegionTable.Enforcement.IGNORED);
    }
    if (args.length > 10) { e.memoriesAlike(); } if (args.length > 11) { e.expiriesMax(1, Integer.parseInt(args[11])); }
    e.bytesMax(3L << 30);
    e.progress(p -> System.err.printf("%,d states %.0f/s %.4f%%%n", p.states(), p.rate(), 100 * p.explored()));
    org.remora.sim.explore.Report r = e.run();
    System.out.printf(
        "states %,d transitions %,d revisits %,d depth %d exhausted %s never %s processStates %,d steps %,d contents %,d %.2fs rate/worker %,.0f peak %,d MB table %,d MB%n",
        r.states(), r.transitions(), r.revisits(), r.depth(), r.exhausted(), r.neverSeen(), r.processStates(), r.processSteps(), r.contents(), r.nanos() / 1e9, r.ratePerWorker(), r.peakBytes() >> 20, r.tableBytes() >> 20);
    r.violation().ifPresent(v -> { System.out.println(v.property() + ": " + v.schedule()); v.trace().forEach(System.out::println);});
  }
}
