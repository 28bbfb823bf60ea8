package org.remora.tests;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.remora.memory.Machine;
import org.remora.memory.ProcessSet;
import org.remora.memory.RunningMachine;

/** A machine that runs in real time, as the conformance suite drives it. */
public final class RunningTestMachine implements TestMachine {
  private static final long AWAIT_SECONDS_MAX = 60;
  private static final int SPINS = 200;

  /** Whatever one process causes at another takes at most a few hand-overs. */
  private static final int HAND_OVERS = 4;

  private static final long CRASHED_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final RunningMachine machine;
  private final boolean callerRuns;
  private final long pauseNanos;
  private volatile ProcessSet crashed = ProcessSet.none();

  /**
   * @param callerRuns whether threads that hand in tasks may run them
   * @param pauseNanos how long what is in a socket or a card takes at most to be there, as a rule
   */
  public RunningTestMachine(RunningMachine machine, boolean callerRuns, long pauseNanos) {
    this.machine = machine;
    this.callerRuns = callerRuns;
    this.pauseNanos = pauseNanos;
  }

  @Override
  public boolean callerRuns() {
    return callerRuns;
  }

  @Override
  public Machine machine() {
    return machine;
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS_MAX);
    for (int spins = 0; !condition.getAsBoolean(); spins++) {
      for (int process = 1; process <= machine.processes(); process++) {
        machine
            .failure(process)
            .ifPresent(
                thrown -> {
                  throw new AssertionError("awaiting " + what + ": " + thrown, thrown);
                });
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("still awaiting " + what);
      }
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(20_000);
      }
    }
  }

  @Override
  public void settle() {
    for (int round = 0; round < HAND_OVERS; round++) {
      for (int process = 1; process <= machine.processes(); process++) {
        if (!crashed.contains(process)) {
          CountDownLatch reached = new CountDownLatch(1);
          machine.process(process).execute(reached::countDown);
          await("process " + process, () -> reached.getCount() == 0);
        }
      }
      // The loops of the crashed cannot be asked; they are given time to betray themselves.
      long pause = crashed.isEmpty() ? pauseNanos : Math.max(pauseNanos, CRASHED_PAUSE_NANOS);
      if (pause > 0) {
        LockSupport.parkNanos(pause);
      }
    }
  }

  @Override
  public void crashProcess(int process) {
    crashed = crashed.union(ProcessSet.of(process));
    machine.crashProcess(process);
  }

  @Override
  public void crashMemory(int memory) {
    machine.crashMemory(memory);
  }

  @Override
  public boolean runsInParallel() {
    return true;
  }

  @Override
  public void close() {
    machine.close();
  }
}
