package org.remora.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.remora.memory.Machine;
import org.remora.memory.ProcessSet;
import org.remora.socket.SocketMachine;

/** A machine of sockets as the conformance suite drives it. */
public final class SocketTestMachine implements TestMachine {
  private static final long AWAIT_SECONDS_MAX = 60;
  private static final int SPINS = 100;

  private final SocketMachine machine;
  private final boolean callerRuns;
  private volatile ProcessSet crashed = ProcessSet.none();

  SocketTestMachine(SocketMachine.Settings settings, boolean callerRuns) {
    this.callerRuns = callerRuns;
    try {
      machine = (callerRuns ? settings.callerRuns() : settings).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    // What is in a socket is there within a while, of which nobody can say how long it is.
    for (int round = 0; round < 3; round++) {
      for (int process = 1; process <= machine.processes(); process++) {
        if (!crashed.contains(process)) {
          CountDownLatch reached = new CountDownLatch(1);
          machine.process(process).execute(reached::countDown);
          await("process " + process, () -> reached.getCount() == 0);
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
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
