package org.remora.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Quorum;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** Small programs with typical traces. */
final class Scenes {
  private Scenes() {}

  /** The region that the proposers of a world share. */
  static Region slots(int processes) {
    return Region.of(
        1,
        "slots",
        processes,
        64,
        Permission.soleWriter(1, processes),
        new LegalChange.SoleWriterForOneself(processes));
  }

  /** One attempt in the manner of Protected Memory Paxos, without its care for later attempts. */
  static final class Proposer {
    private final SimWorld world;
    private final ProcessContext process;
    private final Region slots;
    private int prepared;
    private int accepted;
    private boolean givenUp;

    Proposer(SimWorld world, int self) {
      this.world = world;
      process = world.process(self);
      slots = slots(world.processes());
      process
          .links(1, Value::toString)
          .onReceive((from, message) -> world.mark(self, "learns " + message));
    }

    void propose(String value, boolean first) {
      if (first) {
        accept(value);
        return;
      }
      for (int number = 1; number <= process.memories(); number++) {
        Memory memory = process.memory(number);
        memory.changePermission(
            slots,
            Permission.soleWriter(process.self(), process.processes()),
            granted ->
                memory.write(
                    slots,
                    process.self() - 1,
                    Value.of("(2,-,⊥)"),
                    written -> {
                      if (written != Outcome.ACK) {
                        giveUp();
                        return;
                      }
                      memory.readRange(
                          slots,
                          0,
                          process.processes(),
                          (outcome, values) -> {
                            if (++prepared == Quorum.majority(process.memories()) && !givenUp) {
                              accept(value);
                            }
                          });
                    }));
      }
    }

    private void accept(String value) {
      for (int number = 1; number <= process.memories(); number++) {
        process
            .memory(number)
            .write(
                slots,
                process.self() - 1,
                Value.of("(" + process.self() + "," + value + ")"),
                outcome -> {
                  if (outcome != Outcome.ACK) {
                    giveUp();
                  } else if (++accepted == Quorum.majority(process.memories())) {
                    world.mark(process.self(), "decides " + value);
                    process.links(1, Value::toString).broadcast(Value.of(value));
                  }
                });
      }
    }

    private void giveUp() {
      if (!givenUp) {
        givenUp = true;
        world.mark(process.self(), "gives up");
      }
    }
  }

  /** The trace of a world in which a program runs to the end. */
  static List<TraceEvent> trace(SimWorld.Settings settings, Consumer<SimWorld> program) {
    List<TraceEvent> trace = new ArrayList<>();
    SimWorld world = settings.trace(trace::add).build();
    world.defineEverywhere(slots(world.processes()));
    program.accept(world);
    world.run(() -> false, 10_000);
    return trace;
  }

  /** The first proposer alone: decides after 2 delays. */
  static List<TraceEvent> common() {
    return trace(
        SimWorld.of(2, 3),
        world -> {
          new Proposer(world, 2);
          new Proposer(world, 1).propose("red", true);
        });
  }

  /** A rival takes the permission while writes of the first proposer are in flight. */
  static List<TraceEvent> contention(SimWorld.Settings settings) {
    return trace(
        settings,
        world -> {
          Proposer first = new Proposer(world, 1);
          new Proposer(world, 2).propose("blue", false);
          world.process(1).clock().after(500, () -> first.propose("red", true));
        });
  }

  /** A memory and a process crash. */
  static List<TraceEvent> crashes() {
    return trace(
        SimWorld.of(3, 3)
            .faults(List.of(new Fault.MemoryCrash(3, 1_500), new Fault.ProcessCrash(1, 2_500))),
        world -> {
          new Proposer(world, 3);
          new Proposer(world, 1).propose("red", false);
          Proposer second = new Proposer(world, 2);
          world.process(2).clock().after(3_000, () -> second.propose("blue", false));
        });
  }

  /** Every process sends to all, and to all again once it has heard from a majority. */
  static List<TraceEvent> allToAll(SimWorld.Settings settings) {
    return trace(
        settings,
        world -> {
          for (int self = 1; self <= world.processes(); self++) {
            ProcessContext process = world.process(self);
            int[] heard = {0};
            process
                .links(1, Value::toString)
                .onReceive(
                    (from, message) -> {
                      if (++heard[0] == Quorum.majority(world.processes())) {
                        process.links(2, Value::toString).broadcast(Value.of("vote " + message));
                      }
                    });
            int[] votes = {0};
            process
                .links(2, Value::toString)
                .onReceive(
                    (from, message) -> {
                      if (++votes[0] == Quorum.majority(world.processes())) {
                        world.mark(process.self(), "decides");
                      }
                    });
            process.links(1, Value::toString).broadcast(Value.of("hello " + self));
          }
        });
  }
}
