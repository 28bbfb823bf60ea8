package org.remora.tests;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.remora.memory.Machine;
import org.remora.memory.ProcessSet;
import org.remora.socket.LocalMachine;

/** A local machine as the conformance suite drives it. */
final class LocalTestMachine implements TestMachine {
  private static final long AWAIT_SECONDS_MAX = 60;
  private static final int SPINS = 1_000;

  private final LocalMachine machine;
  private final boolean callerRuns;
  private volatile ProcessSet crashed = ProcessSet.none();

  LocalTestMachine(int processes, int memories, boolean callerRuns) {
    this.callerRuns = callerRuns;
    LocalMachine.Settings settings = LocalMachine.of(processes, memories);
    machine = (callerRuns ? settings.callerRuns() : settings).build();
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
    // Whatever one process causes at another takes at most a few hand-overs.
    for (int round = 0; round < 4; round++) {
      for (int process = 1; process <= machine.processes(); process++) {
        if (!crashed.contains(process)) {
          CountDownLatch reached = new CountDownLatch(1);
          machine.process(process).execute(reached::countDown);
          await("process " + process, () -> reached.getCount() == 0);
        }
      }
    }
    if (!crashed.isEmpty()) {
      // The loops of the crashed cannot be asked; they are given time to betray themselves.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
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
