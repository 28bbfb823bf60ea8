package org.remora.tests;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** Runs single operations from outside the event loops, each to its end. */
final class Driver {
  private final TestMachine test;

  Driver(TestMachine test) {
    this.test = test;
  }

  /** How a read ended. */
  record Read(Outcome outcome, Value value) {}

  /** How a read of a range ended. */
  record Range(Outcome outcome, List<Value> values) {}

  /** How a compare-and-swap ended. */
  record Swap(Outcome outcome, long before) {}

  Read read(int process, int memory, Region region, int register) {
    return operation(
        process,
        memory,
        (way, done) ->
            way.read(region, register, (outcome, value) -> done.accept(new Read(outcome, value))));
  }

  Range readRange(int process, int memory, Region region, int first, int count) {
    return operation(
        process,
        memory,
        (way, done) ->
            way.readRange(
                region,
                first,
                count,
                (outcome, values) -> done.accept(new Range(outcome, values))));
  }

  Outcome write(int process, int memory, Region region, int register, Value value) {
    return operation(
        process, memory, (way, done) -> way.write(region, register, value, done::accept));
  }

  Swap swap(int process, int memory, Region region, int register, long expected, long desired) {
    return operation(
        process,
        memory,
        (way, done) ->
            way.compareAndSwap(
                region,
                register,
                expected,
                desired,
                (outcome, before) -> done.accept(new Swap(outcome, before))));
  }

  Outcome change(int process, int memory, Region region, Permission permission) {
    return operation(
        process, memory, (way, done) -> way.changePermission(region, permission, done::accept));
  }

  /** Runs {@code code} on a process's event loop, and hands back what it returns or throws. */
  <T> T call(int process, Function<ProcessContext, T> code) {
    ProcessContext context = test.machine().process(process);
    AtomicReference<@Nullable Ended<T>> ended = new AtomicReference<>();
    context.execute(
        () -> {
          try {
            ended.set(new Ended<>(code.apply(context), null));
          } catch (RuntimeException thrown) {
            ended.set(new Ended<>(null, thrown));
          }
        });
    test.await("the task of process " + process, () -> ended.get() != null);
    return result(ended);
  }

  /** Runs {@code code} on a process's event loop, and waits until it has run. */
  void run(int process, Consumer<ProcessContext> code) {
    call(
        process,
        context -> {
          code.accept(context);
          return true;
        });
  }

  private <T> T operation(int process, int memory, Submission<T> submission) {
    ProcessContext context = test.machine().process(process);
    AtomicReference<@Nullable Ended<T>> ended = new AtomicReference<>();
    context.execute(
        () -> {
          try {
            submission.submit(
                context.memory(memory), result -> ended.set(new Ended<>(result, null)));
          } catch (RuntimeException thrown) {
            ended.set(new Ended<>(null, thrown));
          }
        });
    test.await(
        "the answer of memory " + memory + " to process " + process, () -> ended.get() != null);
    return result(ended);
  }

  private static <T> T result(AtomicReference<@Nullable Ended<T>> reference) {
    Ended<T> ended = reference.get();
    if (ended == null) {
      throw new AssertionError("the wait ended too early");
    }
    if (ended.thrown != null) {
      throw ended.thrown;
    }
    if (ended.result == null) {
      throw new AssertionError("no result");
    }
    return ended.result;
  }

  private record Ended<T>(@Nullable T result, @Nullable RuntimeException thrown) {}

  @FunctionalInterface
  private interface Submission<T> {
    void submit(Memory way, Consumer<T> done);
  }
}
