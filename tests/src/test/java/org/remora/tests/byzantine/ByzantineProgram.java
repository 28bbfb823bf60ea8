package org.remora.tests.byzantine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.Mutation;
import org.remora.byzantine.Report;
import org.remora.byzantine.RotatingOmega;
import org.remora.byzantine.adversary.Attack;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.memory.Clock;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.testing.Behaviour;
import org.remora.testing.Behaviours;
import org.remora.testing.Program;
import org.remora.testing.Run;

/** The algorithms of this house, as the testing kit sees a user's. */
final class ByzantineProgram implements Program {
  private static final long TURN_NANOS = 100 * Clock.DELAY_NANOS;
  private static final ByzantineInstance.Timing TIMING =
      new ByzantineInstance.Timing(
          2_000, 64_000, 60_000, new Instance.Timing(60_000, 10_000_000, 300_000, 100_000_000));

  private final ByzantineAlgorithm algorithm;
  private final @Nullable Mutation mutation;
  private final SortedMap<Integer, ByzantineConsensus> parts = new TreeMap<>();

  ByzantineProgram(ByzantineAlgorithm algorithm, @Nullable Mutation mutation) {
    this.algorithm = algorithm;
    this.mutation = mutation;
  }

  private static ByzantineInstance instance(int processes) {
    return new ByzantineInstance(1, processes, (processes - 1) / 2, 64, 512, TIMING);
  }

  /** What knows the protocols, and what knows none. */
  static List<Behaviour> behaviours(ByzantineAlgorithm algorithm) {
    List<Behaviour> all = new ArrayList<>(Behaviours.all());
    Arrays.stream(org.remora.byzantine.adversary.Behaviour.values())
        .map(
            knowing ->
                Behaviour.of(
                    knowing.commandName(),
                    assault ->
                        knowing.start(
                            new Attack(
                                algorithm,
                                instance(assault.process().processes()),
                                assault.process(),
                                omega(assault.process()),
                                assault.input(),
                                assault.other(),
                                assault.accomplices()))))
        .forEach(all::add);
    return all;
  }

  private static Omega omega(ProcessContext process) {
    return RotatingOmega.start(process, TURN_NANOS);
  }

  @Override
  public List<Region> regions(int processes, int memories) {
    return algorithm.regions(instance(processes));
  }

  @Override
  public void start(ProcessContext process, Value input, Consumer<Value> decide) {
    ByzantineInstance instance = instance(process.processes());
    ByzantineConsensus part =
        mutation == null
            ? algorithm.join(process, omega(process), instance)
            : algorithm.join(process, omega(process), instance, mutation);
    parts.put(process.self(), part);
    part.propose(input, process.self()).thenAccept(decide);
  }

  /** What the correct processes of a run report. */
  static List<Report> reports(Run run) {
    List<Report> reports = new ArrayList<>();
    ((ByzantineProgram) run.program())
        .parts.forEach(
            (process, part) -> {
              if (run.plan().isCorrect(process)) {
                part.report().thenAccept(reports::add);
              }
            });
    int correct = run.plan().correct().size();
    run.world().run(() -> reports.size() == correct, 20_000);
    return reports;
  }
}
