package org.remora.tests.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Instance;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;

/** An algorithm installed in a simulated world, and what was decided in it so far. */
final class Cluster {
  static final long DELAY = Clock.DELAY_NANOS;

  final SimWorld world;
  final List<Consensus> parts;
  final Map<Integer, Value> decisions = new TreeMap<>();
  final Map<Integer, Double> delays = new TreeMap<>();

  /** With one script of Ω for all processes, which begins with process 1. */
  Cluster(CrashAlgorithm algorithm, SimWorld.Settings settings, ScriptedOmega.Change... omega) {
    world = settings.build();
    List<ScriptedOmega> omegas = new ArrayList<>();
    for (int p = 1; p <= world.processes(); p++) {
      omegas.add(ScriptedOmega.start(world.process(p), 1, Arrays.asList(omega)));
    }
    parts = algorithm.install(world, omegas, Instance.of(1));
  }

  Consensus part(int process) {
    return parts.get(process - 1);
  }

  void propose(int process, String value) {
    part(process).propose(Value.of(value));
  }

  /** All processes want to know the decision. */
  Cluster watch() {
    for (int p = 1; p <= parts.size(); p++) {
      watch(p);
    }
    return this;
  }

  void watch(int process) {
    part(process)
        .decision()
        .thenAccept(
            value -> {
              decisions.put(process, value);
              delays.put(process, world.delays());
            });
  }

  /** Runs until all live processes have decided. */
  SimWorld.End run(long eventsMax) {
    return world.run(() -> world.alive().stream().allMatch(decisions::containsKey), eventsMax);
  }

  long distinctDecisions() {
    return decisions.values().stream().distinct().count();
  }
}
