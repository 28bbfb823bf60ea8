package org.remora.sim.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.remora.memory.Clock;
import org.remora.memory.Outcome;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.TraceEvent;

/** Tells an execution as a trace in which each event takes one delay. */
final class Tracer {
  private final Map<Integer, Region> regions = new HashMap<>();
  private final List<Map<Integer, Function<Value, String>>> notations = new ArrayList<>();
  private final List<TraceEvent> trace = new ArrayList<>();

  /** What is in flight; of equal messages in the order of their sending. */
  private final Map<Object, Deque<Flight>> flights = new HashMap<>();

  private long nanos;
  private long lastId;

  Tracer(World world, Program program, List<Region> regions) {
    regions.forEach(region -> this.regions.put(region.id(), region));
    for (int p = 1; p <= world.processes; p++) {
      RecordingProcess process =
          new RecordingProcess(p, world.processes, world.memories, Integer.MAX_VALUE);
      if (!world.adversary.isByzantine(p)) {
        process.start(program);
      }
      notations.add(process.notations());
    }
  }

  private record Flight(long id, String text, Operation operation) {}

  /** An operation in flight of one process at one memory. */
  private record Slot(int process, int memory, Operation operation, int slot) {}

  List<TraceEvent> trace() {
    return List.copyOf(trace);
  }

  void next() {
    nanos += Clock.DELAY_NANOS;
  }

  void started(int process) {
    add(TraceEvent.Kind.MARK, process, 0, 0, "start", "");
  }

  void expired(int process) {
    add(TraceEvent.Kind.TIMER, process, 0, 0, "timer", "");
  }

  void memoryCrashed(int memory) {
    add(TraceEvent.Kind.MEMORY_CRASH, 0, memory, 0, "crash", "");
  }

  void processCrashed(int process) {
    add(TraceEvent.Kind.PROCESS_CRASH, process, 0, 0, "crash", "");
  }

  void decided(int process, Value value) {
    add(TraceEvent.Kind.MARK, process, 0, 0, "decides " + value, "");
  }

  void moved(int memory, Adversary.Move move) {
    boolean tears = move.operation() instanceof Operation.Write write && write.value().isBottom();
    String text =
        tears
            ? "tears "
                + name(move.operation())
                + "["
                + ((Operation.Write) move.operation()).register()
                + "]"
            : text(move.operation());
    add(TraceEvent.Kind.MARK, move.process(), 0, 0, text + " at m" + memory, "");
  }

  void broken(String property) {
    add(TraceEvent.Kind.MARK, 1, 0, 0, "broken: " + property, "");
  }

  void emitted(InFlight moving) {
    long id = ++lastId;
    if (moving instanceof InFlight.Request request) {
      String text = text(request.operation());
      Slot slot =
          new Slot(request.process(), request.memory(), request.operation(), request.slot());
      flights(slot).add(new Flight(id, text, request.operation()));
      add(TraceEvent.Kind.REQUEST, request.process(), request.memory(), id, text, "");
    } else if (moving instanceof InFlight.Message message) {
      Function<Value, String> notation =
          notations.get(message.from() - 1).getOrDefault(message.channel(), Value::toString);
      String text = notation.apply(message.value());
      flights(message).add(new Flight(id, text, NO_OPERATION));
      add(TraceEvent.Kind.SEND, message.from(), message.to(), id, text, "");
    }
  }

  private static final Operation NO_OPERATION = new Operation.Read(0, 0, 1, false);

  void effected(InFlight.Request request, Operation.Result result) {
    Slot slot = new Slot(request.process(), request.memory(), request.operation(), request.slot());
    Flight flight = flights(slot).element();
    add(
        TraceEvent.Kind.EFFECT,
        request.process(),
        request.memory(),
        flight.id,
        flight.text,
        text(flight.operation, result));
  }

  void arrived(InFlight moving) {
    if (moving instanceof InFlight.Answer answer) {
      Flight flight =
          flights(new Slot(answer.process(), answer.memory(), answer.operation(), answer.slot()))
              .remove();
      add(
          TraceEvent.Kind.ANSWER,
          answer.process(),
          answer.memory(),
          flight.id,
          flight.text,
          text(flight.operation, answer.result()));
    } else if (moving instanceof InFlight.Message message) {
      Flight flight = flights(message).remove();
      add(TraceEvent.Kind.RECEIVE, message.from(), message.to(), flight.id, flight.text, "");
    }
  }

  private Deque<Flight> flights(Object way) {
    return flights.computeIfAbsent(way, w -> new ArrayDeque<>());
  }

  private void add(
      TraceEvent.Kind kind, int process, int peer, long id, String text, String outcome) {
    trace.add(new TraceEvent(nanos, kind, process, peer, id, text, outcome));
  }

  private String text(Operation operation) {
    String name = name(operation);
    if (operation instanceof Operation.Read read) {
      int last = read.first() + read.count() - 1;
      return "read " + name + "[" + read.first() + (read.range() ? ".." + last : "") + "]";
    }
    if (operation instanceof Operation.Write write) {
      String value = notation(operation).apply(write.value());
      return "write " + name + "[" + write.register() + "] = " + value;
    }
    if (operation instanceof Operation.Swap swap) {
      return "swap "
          + name
          + "["
          + swap.register()
          + "] "
          + swap.expected()
          + " → "
          + swap.desired();
    }
    return "permission " + name + " " + ((Operation.Change) operation).permission();
  }

  private String text(Operation operation, Operation.Result result) {
    String outcome = result.outcome().name().toLowerCase(Locale.ROOT);
    if (result.outcome() != Outcome.ACK) {
      return outcome;
    }
    if (operation instanceof Operation.Swap) {
      return outcome + " " + result.word();
    }
    List<String> values = result.values().stream().map(notation(operation)).toList();
    if (operation instanceof Operation.Read read) {
      return outcome + " " + (read.range() ? values.toString() : values.get(0));
    }
    return outcome;
  }

  private String name(Operation operation) {
    Region region = regions.get(operation.region());
    return region == null ? "region " + operation.region() : region.name();
  }

  private Function<Value, String> notation(Operation operation) {
    Region region = regions.get(operation.region());
    return region == null ? Value::toString : region.notation();
  }
}
