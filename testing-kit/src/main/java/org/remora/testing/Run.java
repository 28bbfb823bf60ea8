package org.remora.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.Choice;
import org.remora.sim.SimWorld;
import org.remora.sim.SimulationException;
import org.remora.sim.TraceEvent;

/** What came of a plan: what a requirement looks at. */
public final class Run {
  private final Trial trial;
  private final Plan plan;
  private final Program program;
  private final SimWorld world;
  private final SortedMap<Integer, List<Value>> decisions = new TreeMap<>();
  private SimWorld.End end = SimWorld.End.LIMIT;
  private @Nullable Throwable thrown;

  private Run(Trial trial, Plan plan, SimWorld.Settings settings) {
    this.trial = trial;
    this.plan = plan;
    program = trial.newProgram();
    world = settings.build();
  }

  /** Runs a plan, and gives what happens and what its adversary chooses to who wants to know. */
  static Run of(
      Trial trial,
      Plan plan,
      @Nullable Consumer<Choice> choices,
      @Nullable Consumer<TraceEvent> trace) {
    SimWorld.Settings settings = plan.world();
    if (choices != null) {
      settings.recordChoices(choices);
    }
    if (trace != null) {
      settings.trace(trace);
    }
    Run run = new Run(trial, plan, settings);
    run.install();
    return run;
  }

  private void install() {
    List<Region> regions = program.regions(plan.processes(), plan.memories());
    regions.forEach(world::defineEverywhere);
    List<ProcessContext> accomplices = new ArrayList<>();
    plan.byzantine().keySet().forEach(p -> accomplices.add(world.process(p)));
    for (int p = 1; p <= plan.processes(); p++) {
      ProcessContext process = world.process(p);
      Behaviour behaviour = plan.byzantine().get(p);
      if (behaviour == null) {
        process.execute(() -> program.start(process, input(process.self()), decider(process)));
      } else {
        Assault assault =
            new Assault(process, program, regions, input(p), Value.of("w" + p), accomplices);
        process.execute(() -> behaviour.start(assault));
      }
    }
    List<Integer> awaited = plan.correct();
    try {
      end = world.run(() -> decisions.keySet().containsAll(awaited), trial.eventsMax());
    } catch (SimulationException e) {
      thrown = e.getCause() == null ? e : e.getCause();
    }
  }

  private Consumer<Value> decider(ProcessContext process) {
    return value -> {
      world.mark(process.self(), "decides " + value);
      decisions.computeIfAbsent(process.self(), p -> new ArrayList<>()).add(value);
    };
  }

  /** The plan. */
  public Plan plan() {
    return plan;
  }

  /** The algorithm's object of this run, for what it noted down. */
  public Program program() {
    return program;
  }

  /** The world in its last state. */
  public SimWorld world() {
    return world;
  }

  /** What a process proposes, unless it is Byzantine. */
  public Value input(int process) {
    return trial.input(plan, process);
  }

  /** Every decision of each process that is not Byzantine, in order; most decide once. */
  public SortedMap<Integer, List<Value>> decisions() {
    return Collections.unmodifiableSortedMap(decisions);
  }

  /** The first decision of a process; null if it made none or is Byzantine. */
  public @Nullable Value decision(int process) {
    List<Value> made = decisions.get(process);
    return made == null ? null : made.get(0);
  }

  /**
   * Why the run ended: every correct process has decided, nothing was left to happen, or the trial
   * allowed no more events.
   */
  public SimWorld.End end() {
    return end;
  }

  /** What a process threw that is not Byzantine; null if none did. */
  public @Nullable Throwable thrown() {
    return thrown;
  }
}
