package org.remora.apps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.Report;
import org.remora.crash.Consensus;
import org.remora.crash.Mutation;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Costs;
import org.remora.memory.ProcessContext;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;
import org.remora.sim.Choice;
import org.remora.sim.SimProcess;
import org.remora.sim.SimWorld;
import org.remora.sim.SimulationException;
import org.remora.sim.TraceEvent;

/** A scenario as it went: who decided what, and what that breaks. */
public final class Execution {
  /** How long the processes that live are waited for to tell how it went, in events. */
  private static final long TELLING_EVENTS_MAX = 20_000;

  private final Scenario scenario;
  private final SimWorld world;
  private final NavigableMap<Integer, Value> decisions = new TreeMap<>();
  private final NavigableSet<Integer> aborted = new TreeSet<>();
  private final NavigableMap<Integer, Report> reports = new TreeMap<>();
  private SimWorld.End end = SimWorld.End.LIMIT;
  private String failure = "";
  private long events;
  private Costs costs = Costs.NONE;

  /** The lowest process that may have to decide yet: what is done stays done. */
  private int undecided = 1;

  private Execution(Scenario scenario, SimWorld world) {
    this.scenario = scenario;
    this.world = world;
  }

  /**
   * How to run scenarios.
   *
   * @param mutation a rule of safety to break; null for none
   * @param enforcement whether memories heed permissions
   * @param eventsMax after how many events to give up
   */
  record Mode(@Nullable String mutation, RegionTable.Enforcement enforcement, long eventsMax) {
    /** All rules kept, and so many events. */
    static Mode of(long eventsMax) {
      return new Mode(null, RegionTable.Enforcement.ENFORCED, eventsMax);
    }
  }

  /** Runs a scenario. */
  public static Execution of(Scenario scenario) {
    return of(scenario, Mode.of(Hunt.eventsMax(scenario.algorithm().commandName(), false)), null);
  }

  /** Runs a scenario with a rule of safety broken. */
  public static Execution ofMutant(Scenario scenario, Mutation mutation) {
    long eventsMax = Hunt.eventsMax(scenario.algorithm().commandName(), true);
    return of(
        scenario, new Mode(Names.of(mutation), RegionTable.Enforcement.ENFORCED, eventsMax), null);
  }

  /** Runs a scenario over memories that ignore permissions. */
  public static Execution overIgnoredPermissions(Scenario scenario) {
    long eventsMax = Hunt.eventsMax(scenario.algorithm().commandName(), true);
    return of(scenario, new Mode(null, RegionTable.Enforcement.IGNORED, eventsMax), null);
  }

  /** Runs a scenario whose processes see the machine otherwise than it is. */
  public static Execution ofDeceived(Scenario scenario, UnaryOperator<ProcessContext> deception) {
    long eventsMax = Hunt.eventsMax(scenario.algorithm().commandName(), true);
    SimWorld world = scenario.world(RegionTable.Enforcement.ENFORCED).build();
    return new Execution(scenario, world).run(null, eventsMax, deception);
  }

  /**
   * Runs a scenario.
   *
   * @param trace told what happens; null if nobody wants to know
   */
  static Execution of(Scenario scenario, Mode mode, @Nullable Consumer<TraceEvent> trace) {
    SimWorld.Settings settings = scenario.world(mode.enforcement());
    if (trace != null) {
      settings.trace(trace);
    }
    return new Execution(scenario, settings.build())
        .run(mode.mutation(), mode.eventsMax(), UnaryOperator.identity());
  }

  /** Runs a scenario, and tells the order that its adversary draws. */
  static Execution record(Scenario scenario, Mode mode, Consumer<Choice> choices) {
    SimWorld world = scenario.world(mode.enforcement()).recordChoices(choices).build();
    return new Execution(scenario, world)
        .run(mode.mutation(), mode.eventsMax(), UnaryOperator.identity());
  }

  private Execution run(
      @Nullable String mutation, long eventsMax, UnaryOperator<ProcessContext> deception) {
    try {
      scenario.algorithm().define(world);
      NavigableMap<Integer, Consensus> parts = new TreeMap<>();
      for (int p = 1; p <= scenario.processes(); p++) {
        SimProcess process = world.process(p);
        List<ScriptedOmega.Change> changes =
            scenario.omegas().isEmpty() ? List.of() : scenario.omegas().get(p - 1);
        Omega omega = ScriptedOmega.start(process, 1, changes);
        AgreeBehaviour behaviour = scenario.byzantine().get(p);
        if (behaviour == null) {
          Consensus part = scenario.algorithm().join(deception.apply(process), omega, mutation);
          parts.put(p, part);
          take(p, part);
        } else {
          process.execute(() -> behaviour.start(target(process, omega)));
        }
      }
      end = world.run(this::isOver, eventsMax);
      events = world.events();
      costs = world.costs();
      ask(parts);
    } catch (SimulationException e) {
      failure = "a process failed: " + e.getMessage() + " (" + e.getCause() + ")";
    }
    return this;
  }

  private AgreeBehaviour.Target target(SimProcess process, Omega omega) {
    List<ProcessContext> accomplices = new ArrayList<>();
    scenario.byzantine().keySet().forEach(p -> accomplices.add(world.process(p)));
    Value input = scenario.proposals().get(process.self() - 1).value();
    return new AgreeBehaviour.Target(scenario.algorithm(), process, omega, input, accomplices);
  }

  private void take(int process, Consensus part) {
    Scenario.Proposal proposal = scenario.proposals().get(process - 1);
    if (!proposal.value().isBottom()) {
      if (proposal.nanos() == 0) {
        propose(part, proposal);
      } else {
        SimProcess self = world.process(process);
        self.execute(() -> self.clock().after(proposal.nanos(), () -> propose(part, proposal)));
      }
    }
    var unused =
        part.decision()
            .whenComplete(
                (value, abort) -> {
                  if (value == null) {
                    aborted.add(process);
                  } else {
                    decisions.put(process, value);
                    world.mark(process, "decides " + AgreeText.shown(value));
                  }
                });
  }

  private static void propose(Consensus part, Scenario.Proposal proposal) {
    var unused =
        part instanceof ByzantineConsensus byzantinePart
            ? byzantinePart.propose(proposal.value(), proposal.priority())
            : part.propose(proposal.value());
  }

  /** Asks every process that lives how it went. */
  private void ask(NavigableMap<Integer, Consensus> parts) {
    int asked = 0;
    for (Map.Entry<Integer, Consensus> part : parts.entrySet()) {
      if (part.getValue() instanceof ByzantineConsensus told
          && !world.process(part.getKey()).crashed()) {
        asked++;
        var unused = told.report().thenAccept(report -> reports.put(part.getKey(), report));
      }
    }
    int expected = asked;
    world.run(() -> reports.size() == expected, TELLING_EVENTS_MAX);
  }

  private boolean isOver() {
    while (undecided <= scenario.processes() && isDone(undecided)) {
      undecided++;
    }
    return undecided > scenario.processes();
  }

  private boolean isDone(int process) {
    return decisions.containsKey(process)
        || aborted.contains(process)
        || !scenario.isCorrect(process)
        || world.process(process).crashed();
  }

  /** What processes decided that are not Byzantine, also of those that crashed afterwards. */
  public Map<Integer, Value> decisions() {
    return Collections.unmodifiableMap(decisions);
  }

  /** How many left without a decision, where that may be. */
  int aborts() {
    return aborted.size();
  }

  /** How many events happened until the end. */
  long events() {
    return events;
  }

  /** What all processes together spent until the end. */
  Costs costs() {
    return costs;
  }

  /**
   * Whether no two processes decided differently that are not Byzantine, on whichever path, the
   * crashed ones included.
   */
  public boolean agreement() {
    NavigableSet<String> values = new TreeSet<>();
    decisions.values().forEach(value -> values.add(value.toString()));
    for (Report report : reports.values()) {
      for (Value value : List.of(report.fastDecision(), report.backupDecision())) {
        if (!value.isBottom()) {
          values.add(value.toString());
        }
      }
    }
    return values.size() <= 1;
  }

  /** Whether every decision was proposed by somebody; with a Byzantine process any may be. */
  public boolean validity() {
    return !scenario.byzantine().isEmpty()
        || decisions.values().stream()
            .allMatch(
                value ->
                    scenario.proposals().stream().anyMatch(each -> each.value().equals(value)));
  }

  /** Whether, if all are correct, it is one of the f + 1 inputs of highest priority. */
  boolean preference() {
    if (!(scenario.algorithm() instanceof AgreeAlgorithm.Byzantine byzantine)
        || byzantine.algorithm() != ByzantineAlgorithm.PREFERENTIAL_PAXOS
        || !scenario.byzantine().isEmpty()) {
      return true;
    }
    return decisions.values().stream()
        .allMatch(
            value -> {
              int priority =
                  scenario.proposals().stream()
                      .filter(each -> each.value().equals(value))
                      .mapToInt(Scenario.Proposal::priority)
                      .max()
                      .orElse(Integer.MAX_VALUE);
              return scenario.proposals().stream().filter(q -> q.priority() > priority).count()
                  <= byzantine.instance().faults();
            });
  }

  /** Whether nothing was found against a correct process. */
  boolean justice() {
    return reports.values().stream()
        .flatMap(report -> report.findings().stream())
        .noneMatch(finding -> scenario.isCorrect(finding.process()));
  }

  /** Whether every process that lives has decided, or left where that may be. */
  public boolean termination() {
    boolean mayAbort =
        scenario.algorithm() instanceof AgreeAlgorithm.Byzantine byzantine
            && !byzantine.algorithm().decidesAlways();
    return end == SimWorld.End.DONE && (mayAbort || aborted.isEmpty());
  }

  /** What is unsafe in the execution; empty if nothing is. */
  String unsafe() {
    return failure.isEmpty()
        ? (agreement() ? "" : "disagreement " + decisions + " ")
            + (validity() ? "" : "invalid decision " + decisions + " ")
            + (preference() ? "" : "neglected priority " + decisions + " ")
            + (justice() ? "" : "a correct process found guilty " + reports)
        : failure;
  }

  /** What is wrong with the execution; empty if nothing is. */
  public String violation() {
    return unsafe()
        + (termination() || !failure.isEmpty()
            ? ""
            : "no termination (" + end + "), decided " + decisions);
  }
}
