package org.remora.tests.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.crash.log.Configuration;
import org.remora.crash.log.LogMutation;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicaListener;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Clock;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;

/** A log in a simulated world, for executions that a test leads step by step. */
final class LogWorld {
  static final long DELAY = Clock.DELAY_NANOS;

  final SimWorld world;
  final Journal journal = new Journal();
  final List<Journal.Machine> machines = new ArrayList<>();
  final List<Replica> replicas = new ArrayList<>();
  int restored;

  /** Makes Ω for a process. */
  interface Omegas {
    Omega at(SimWorld world, int process);
  }

  /** Ω names process 1 until, at process p, it names p from {@code takesOver[p - 1]} on. */
  static Omegas scripted(double... takesOver) {
    return (world, process) -> {
      double delays = takesOver[process - 1];
      return ScriptedOmega.start(
          world.process(process),
          1,
          delays <= 0
              ? List.of()
              : List.of(new ScriptedOmega.Change((long) (delays * DELAY), process)));
    };
  }

  LogWorld(
      SimWorld.Settings world,
      LogSettings settings,
      Omegas omegas,
      @Nullable LogMutation mutation) {
    this(world, settings, omegas, null, mutation);
  }

  /** With some as the members at the beginning; null: everybody. */
  LogWorld(
      SimWorld.Settings world,
      LogSettings settings,
      Omegas omegas,
      @Nullable Configuration members,
      @Nullable LogMutation mutation) {
    this.world = world.build();
    int processes = this.world.processes();
    int memories = this.world.memories();
    this.world.defineEverywhere(ReplicatedLog.region(settings, processes));
    for (int p = 1; p <= processes; p++) {
      Journal.Machine machine = journal.new Machine(p);
      machines.add(machine);
      Omega omega = omegas.at(this.world, p);
      ReplicaListener listener =
          new ReplicaListener() {
            @Override
            public void restored(long index) {
              restored++;
            }
          };
      Configuration begin =
          members == null ? ReplicatedLog.everybody(processes, memories) : members;
      replicas.add(
          mutation == null
              ? ReplicatedLog.join(this.world.process(p), omega, machine, settings, begin, listener)
              : ReplicatedLog.join(
                  this.world.process(p), omega, machine, settings, begin, listener, mutation));
    }
  }

  /** Settings whose waits are long, so that nothing happens but what the test does. */
  static LogSettings quiet(int ring, int window) {
    return LogSettings.of(1)
        .withRing(ring, window)
        .withEntryBytes(64)
        .withTiming(
            new LogSettings.Timing(
                4 * DELAY,
                20 * DELAY,
                3 * DELAY,
                4 * DELAY,
                60 * DELAY,
                100_000 * DELAY,
                100_000 * DELAY,
                5 * DELAY));
  }

  CompletableFuture<Value> append(int process, long number) {
    Value command = Value.ofWord(number);
    journal.appended.add(command);
    return replicas.get(process - 1).append(command);
  }

  /** Appends, and runs until that is answered. */
  Value appendNow(int process, long number) {
    return await(append(process, number));
  }

  <T> T await(CompletableFuture<T> future) {
    SimWorld.End end = world.run(future::isDone, 2_000_000);
    if (end != SimWorld.End.DONE) {
      throw new AssertionError("no answer: " + end);
    }
    return future.join();
  }

  void runTo(double delays) {
    long until = (long) (delays * DELAY);
    world.process(1).clock().after(until - world.now(), () -> {}); // an event at that time
    world.run(() -> world.now() >= until, 10_000_000);
  }

  void runUntilAllApplied(int commands) {
    SimWorld.End end =
        world.run(
            () ->
                world.alive().stream().allMatch(p -> machines.get(p - 1).size() >= commands)
                    || !journal.violations.isEmpty(),
            10_000_000);
    if (end != SimWorld.End.DONE) {
      throw new AssertionError(
          "applied " + machines.stream().map(Journal.Machine::size).toList() + " of " + commands);
    }
  }
}
