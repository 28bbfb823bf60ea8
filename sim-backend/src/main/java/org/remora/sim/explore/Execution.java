package org.remora.sim.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/** One execution, event by event. What cannot happen does not; after a violation nothing does. */
final class Execution {
  private final World world;
  private final @Nullable Tracer tracer;
  private final List<Integer> events = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final SortedMap<Integer, SortedSet<Integer>> holds = new TreeMap<>();
  private int[] state;
  private @Nullable String broken;

  /** The process that crashes in its next step, and how much of it it emits. */
  private int crash;

  Execution(World world, @Nullable Tracer tracer) {
    this.world = world;
    this.tracer = tracer;
    state = world.initial();
  }

  static Execution of(World world, int[] events) {
    return of(world, events, null);
  }

  static Execution of(World world, int[] events, @Nullable Tracer tracer) {
    Execution execution = new Execution(world, tracer);
    for (int event : events) {
      execution.happen(event);
    }
    execution.end();
    return execution;
  }

  /** Nothing more happens but what must. */
  void end() {
    if (broken == null && !world.properties.leadsTo().isEmpty() && hasBegun()) {
      Fingerprints none = new Fingerprints(new Budget(Long.MAX_VALUE), false);
      broken = new Continuation(world, none).broken(state);
      if (tracer != null && broken != null) {
        tracer.broken(broken);
      }
    }
  }

  private boolean hasBegun() {
    for (int p = 1; p <= world.processes; p++) {
      if (state[p - 1] == 0) {
        return false;
      }
    }
    return true;
  }

  int[] state() {
    return state;
  }

  /** The property that it breaks; null if there is none. */
  @Nullable String broken() {
    return broken;
  }

  /** What has happened. */
  int[] events() {
    return events.stream().mapToInt(Integer::intValue).toArray();
  }

  /** What has happened, in one line. */
  String schedule() {
    return String.join(" ", texts);
  }

  /** Lets an event happen if it can; whether it could. */
  boolean happen(int event) {
    if (broken != null) {
      return false;
    }
    if (tracer != null) {
      tracer.next();
    }
    int payload = Events.payload(event);
    String text = ScheduleText.of(world, state, event);
    boolean could =
        switch (Events.kind(event)) {
          case Events.START -> step(payload, ProcessAutomaton.START, -1);
          case Events.EFFECT -> effect(payload);
          case Events.ARRIVAL -> arrive(payload);
          case Events.EXPIRY -> expire(Events.process(event), Events.minor(event));
          case Events.MEMORY_CRASH -> crashMemory(payload);
          case Events.PROCESS_CRASH -> crashProcess(event);
          case Events.MOVE -> move(Events.process(event), Events.minor(event));
          case Events.CHANGE -> change(payload);
          default -> throw new IllegalStateException("event " + event);
        };
    if (could) {
      events.add(event);
      texts.add(text);
      if (tracer != null && broken != null) {
        tracer.broken(broken);
      }
    }
    return could;
  }

  private boolean effect(int number) {
    int index = world.indexOf(state, number);
    if (index < 0) {
      return false;
    }
    if (!(world.inFlight.get(number) instanceof InFlight.Request request)) {
      return false;
    }
    MemoryAutomaton.Effect effect =
        world.memory.effect(
            world.content(state, request.memory()), number, holds(request.memory()));
    state = world.takeEffect(state, index, effect);
    broken = effect.next().violated();
    if (tracer != null) {
      InFlight.Answer answer = (InFlight.Answer) world.inFlight.get(effect.answer());
      tracer.effected(request, answer.result());
    }
    return true;
  }

  /** What the adversary wrote last to each of its registers at a memory. */
  private SortedSet<Integer> holds(int memory) {
    return holds.computeIfAbsent(
        memory,
        m -> {
          SortedSet<Integer> bottoms = new TreeSet<>();
          for (int i = 0; i < world.adversary.moves.size(); i++) {
            if (world.adversary.moves.get(i).operation() instanceof Operation.Write write
                && write.value().isBottom()) {
              bottoms.add(i);
            }
          }
          return bottoms;
        });
  }

  private boolean move(int memory, int number) {
    Adversary.Move move = world.adversary.moves.get(number);
    if (!world.haveSigned(state, move.needs()) || holds(memory).contains(number)) {
      return false;
    }
    for (int other :
        world.adversary.writes(
            move.region().id(), ((Operation.Write) move.operation()).register())) {
      holds(memory).remove(other);
    }
    holds(memory).add(number);
    if (tracer != null) {
      tracer.moved(memory, move);
    }
    return true;
  }

  private boolean change(int number) {
    InFlight.Request request = (InFlight.Request) world.inFlight.get(number);
    if (world.memoryCrashed(state, request.memory())) {
      return false;
    }
    MemoryAutomaton.Effect effect =
        world.memory.effect(
            world.content(state, request.memory()), number, holds(request.memory()));
    int[] after = state.clone();
    after[world.processes + request.memory() - 1] = effect.next().id();
    state = after;
    broken = effect.next().violated();
    if (tracer != null) {
      tracer.moved(request.memory(), world.adversary.moves.get(request.slot()));
    }
    return true;
  }

  private boolean arrive(int number) {
    int index = world.indexOf(state, number);
    if (index < 0 || world.inFlight.get(number) instanceof InFlight.Request) {
      return false;
    }
    return step(world.receiver(number), number, index);
  }

  private boolean expire(int process, int slot) {
    ProcessAutomaton.Node node = world.node(state, process);
    return !node.crashed()
        && (node.timers() & 1 << slot) != 0
        && node.expiries() < world.bounds.expiriesMax()[process - 1]
        && step(process, ProcessAutomaton.expiry(slot), -1);
  }

  private boolean crashMemory(int memory) {
    if (world.memoryCrashed(state, memory)) {
      return false;
    }
    state = world.crashMemory(state, memory);
    if (tracer != null) {
      tracer.memoryCrashed(memory);
    }
    return true;
  }

  private boolean crashProcess(int event) {
    if (world.node(state, Events.process(event)).crashed() || crash != 0) {
      return false;
    }
    crash = event;
    return true;
  }

  private boolean step(int process, int input, int consumed) {
    ProcessAutomaton.Node node = world.node(state, process);
    if ((node.id() == 0) != (input == ProcessAutomaton.START)) {
      return false;
    }
    ProcessAutomaton.Step step = world.automata[process - 1].step(node, input);
    if (step.failure() != null) {
      broken = World.failure(process, step);
      traceInput(process, input);
      return true;
    }
    boolean crashes = crash != 0 && Events.process(crash) == process;
    int emitted =
        crashes ? Math.min(Events.minor(crash), step.emitted().length) : step.emitted().length;
    int[] after = world.stepped(state, process, step, consumed, emitted, crashes);
    if (after == null) {
      return false;
    }
    crash = crashes ? 0 : crash;
    broken = world.brokenBetween(state, after);
    traceInput(process, input);
    traceStep(process, step, emitted, crashes);
    state = after;
    return true;
  }

  private void traceInput(int process, int input) {
    if (tracer != null) {
      if (input == ProcessAutomaton.START) {
        tracer.started(process);
      } else if (input < 0) {
        tracer.expired(process);
      } else {
        tracer.arrived(world.inFlight.get(input));
      }
    }
  }

  private void traceStep(int process, ProcessAutomaton.Step step, int emitted, boolean crashes) {
    if (tracer != null) {
      Value decision = step.next().decision();
      for (int i = 0; i <= emitted; i++) {
        if (i == step.decidedAfter() && decision != null) {
          tracer.decided(process, decision);
        }
        if (i < emitted) {
          tracer.emitted(world.inFlight.get(step.emitted()[i]));
        }
      }
      if (crashes) {
        tracer.processCrashed(process);
      }
    }
  }
}
