package org.remora.tests.verbs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.remora.memory.Machine;
import org.remora.memory.ProcessSet;
import org.remora.tests.TestMachine;
import org.remora.verbs.VerbsMachine;

/** A machine on verbs as the conformance suite drives it. */
final class VerbsTestMachine implements TestMachine {
  private static final long AWAIT_SECONDS_MAX = 60;

  private final VerbsMachine machine;
  private volatile ProcessSet crashed = ProcessSet.none();

  VerbsTestMachine(int processes, int memories) {
    try {
      machine = VerbsMachine.of(processes, memories, InetAddress.getByName(Pair.address())).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Machine machine() {
    return machine;
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS_MAX);
    while (!condition.getAsBoolean()) {
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
      LockSupport.parkNanos(50_000);
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
    // What is in the card takes a while, and the crashed are given time to betray themselves.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
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
