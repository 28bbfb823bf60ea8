package org.remora.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.remora.memory.Clock;
import org.remora.memory.LegalChange;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * What every machine promises to the programs of its processes, as tests: callbacks one at a time
 * on the event loop, links, timers, crashes. The other half of {@link MemoryConformance}, and run
 * in the same way.
 */
public abstract class ProcessConformance {
  private static final Region SLOTS =
      Region.of(0, "slots", 4, 64, Permission.open(3), LegalChange.NEVER);
  private static final Region WORDS =
      Region.ofWords(1, "words", 4, Permission.open(3), LegalChange.NEVER);
  private static final Region FORBIDDEN =
      Region.of(2, "forbidden", 4, 64, Permission.readOnly(0), LegalChange.NEVER);

  /**
   * A fresh machine.
   *
   * @param seed of its chance, where it has any
   */
  protected abstract TestMachine machine(int processes, int memories, long seed);

  /** How many machines, of different seeds, each property is shown on. */
  protected int machines() {
    return 1;
  }

  // Completions

  /**
   * A completion runs on the event loop, exactly once, and never inside the call that submits; so
   * with acks as with naks.
   */
  @Test
  public final void completionsRunOnceOnTheLoopAfterTheCall() {
    each(
        2,
        (test, driver) -> {
          int operations = 1_000;
          AtomicInteger completed = new AtomicInteger();
          int[] runs = new int[operations];
          driver.run(
              1,
              context -> {
                Loop loop = new Loop(test);
                boolean[] inside = {true};
                IntConsumer done =
                    operation -> {
                      assertFalse(inside[0], "completed inside the call that submits");
                      loop.runHere(() -> runs[operation]++);
                      completed.incrementAndGet();
                    };
                for (int i = 0; i < operations; i++) {
                  submit(context.memory(1 + i % 2), i, done);
                }
                inside[0] = false;
              });
          test.await("the completions", () -> completed.get() >= operations);
          test.settle();
          driver.run(
              1,
              context -> {
                for (int operation = 0; operation < operations; operation++) {
                  assertEquals(1, runs[operation], "completions of operation " + operation);
                }
              });
        });
  }

  private static void submit(Memory memory, int operation, IntConsumer done) {
    Region region = operation % 7 == 0 ? FORBIDDEN : SLOTS;
    Value value = Patterned.of(20, operation);
    switch (operation % 5) {
      case 0 -> memory.read(region, 0, (o, v) -> done.accept(operation));
      case 1 -> memory.readRange(region, 0, 2, (o, v) -> done.accept(operation));
      case 2 -> memory.write(region, 0, value, o -> done.accept(operation));
      case 3 -> memory.changePermission(region, Permission.open(3), o -> done.accept(operation));
      default -> {
        if (memory.supportsCompareAndSwap()) {
          memory.compareAndSwap(WORDS, 0, 0, 0, (o, v) -> done.accept(operation));
        } else {
          memory.read(WORDS, 0, (o, v) -> done.accept(operation));
        }
      }
    }
  }

  // Links

  /** Each message is delivered exactly once, with its true sender, on its channel. */
  @Test
  public final void messagesArriveOnceFromTheirSender() {
    each(
        0,
        (test, driver) -> {
          int messages = 50;
          ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
          List<String> sent = new ArrayList<>();
          for (int process = 1; process <= 3; process++) {
            int to = process;
            driver.run(
                to,
                context -> {
                  Loop loop = new Loop(test);
                  for (int channel : new int[] {1, 7}) {
                    links(context, channel)
                        .onReceive(
                            (from, message) ->
                                loop.runHere(() -> received.add(line(from, to, channel, message))));
                  }
                });
          }
          for (int from = 1; from <= 3; from++) {
            for (int to = 1; to <= 3; to++) {
              for (int channel : new int[] {1, 7}) {
                for (int i = 0; i < messages; i++) {
                  sent.add(line(from, to, channel, Value.of("message " + i)));
                }
              }
            }
            driver.run(
                from,
                context -> {
                  for (int to = 1; to <= 3; to++) {
                    for (int i = 0; i < messages; i++) {
                      links(context, 1).send(to, Value.of("message " + i));
                      links(context, 7).send(to, Value.of("message " + i));
                    }
                  }
                });
          }
          test.await("the messages", () -> received.size() >= sent.size());
          test.settle();
          assertEquals(counted(sent), counted(received));
        });
  }

  /** A broadcast reaches everybody, oneself included, and nobody inside the call. */
  @Test
  public final void broadcastsReachAllAndOneself() {
    each(
        0,
        (test, driver) -> {
          ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
          boolean[] inside = {true};
          for (int process = 1; process <= 3; process++) {
            int to = process;
            driver.run(
                to,
                context ->
                    links(context, 1)
                        .onReceive(
                            (from, message) -> {
                              assertFalse(to == 2 && inside[0], "received inside the call");
                              received.add(line(from, to, 1, message));
                            }));
          }
          driver.run(
              2,
              context -> {
                links(context, 1).broadcast(Value.of("to all"));
                links(context, 1).send(2, Value.EMPTY);
                inside[0] = false;
              });
          test.await("the messages", () -> received.size() >= 4);
          test.settle();
          assertEquals(
              counted(
                  List.of(
                      line(2, 1, 1, Value.of("to all")),
                      line(2, 2, 1, Value.of("to all")),
                      line(2, 3, 1, Value.of("to all")),
                      line(2, 2, 1, Value.EMPTY))),
              counted(received));
        });
  }

  /** Messages that arrive before their receiver is set wait for it. */
  @Test
  public final void earlyMessagesAreKept() {
    each(
        0,
        (test, driver) -> {
          AtomicInteger received = new AtomicInteger();
          driver.run(
              1,
              context -> {
                for (int i = 0; i < 10; i++) {
                  links(context, 3).send(2, Value.of("early"));
                }
              });
          test.settle();
          driver.run(
              2,
              context -> {
                boolean[] inside = {true};
                links(context, 3)
                    .onReceive(
                        (from, message) -> {
                          assertFalse(inside[0], "received inside the call");
                          received.incrementAndGet();
                        });
                inside[0] = false;
              });
          driver.run(1, context -> links(context, 3).send(2, Value.of("later")));
          test.await("the messages", () -> received.get() == 11);
          test.settle();
          assertEquals(11, received.get());
        });
  }

  /** The links of a channel are one object. */
  @Test
  public final void aChannelIsOneObject() {
    each(
        0,
        (test, driver) ->
            driver.run(1, context -> assertSame(links(context, 4), links(context, 4))));
  }

  // Clock

  /** A timer expires once, not early; the clock never goes back. */
  @Test
  public final void timersAreNotEarly() {
    each(
        0,
        (test, driver) -> {
          AtomicInteger expired = new AtomicInteger();
          driver.run(
              1,
              context -> {
                Loop loop = new Loop(test);
                long[] last = {Long.MIN_VALUE};
                Clock clock = context.clock();
                boolean[] inside = {true};
                for (long delay : new long[] {2_000_000, 0, 50_000, 1_000_000, 1, 50_000}) {
                  long start = clock.now();
                  clock.after(
                      delay,
                      () ->
                          loop.runHere(
                              () -> {
                                assertFalse(inside[0], "expired inside the call");
                                long now = clock.now();
                                assertTrue(now >= last[0], "the clock went back");
                                last[0] = now;
                                assertTrue(now - start >= delay, "expired early");
                                expired.incrementAndGet();
                              }));
                }
                inside[0] = false;
              });
          test.await("the timers", () -> expired.get() >= 6);
          test.settle();
          assertEquals(6, expired.get());
        });
  }

  /** A timer that was called off does not expire. */
  @Test
  public final void cancelledTimersDoNotExpire() {
    each(
        0,
        (test, driver) -> {
          AtomicInteger cancelled = new AtomicInteger();
          AtomicInteger expired = new AtomicInteger();
          driver.run(
              1,
              context -> {
                Clock clock = context.clock();
                Clock.Timer first = clock.after(100_000, cancelled::incrementAndGet);
                Clock.Timer second = clock.after(0, cancelled::incrementAndGet);
                Clock.Timer kept = clock.after(100_000, expired::incrementAndGet);
                first.cancel();
                first.cancel();
                second.cancel();
                clock.after(
                    1_000_000,
                    () -> {
                      kept.cancel(); // if it has run already, to no effect
                      expired.addAndGet(10);
                    });
              });
          test.await("the last timer", () -> expired.get() >= 10);
          test.settle();
          assertEquals(0, cancelled.get());
        });
  }

  // The event loop

  /** Tasks from any thread run on the loop, each once, those of one thread in order. */
  @Test
  public final void tasksComeFromAnyThread() {
    each(
        0,
        (test, driver) -> {
          int threads = test.runsInParallel() ? 4 : 1;
          int tasks = 1_000;
          AtomicInteger ran = new AtomicInteger();
          ProcessContext context = test.machine().process(1);
          Loop loop = driver.call(1, c -> new Loop(test));
          List<List<Integer>> orders = new ArrayList<>();
          List<Thread> outside = new ArrayList<>();
          for (int i = 0; i < threads; i++) {
            List<Integer> order = new ArrayList<>();
            orders.add(order);
            Runnable give =
                () -> {
                  for (int task = 0; task < tasks; task++) {
                    int number = task;
                    context.execute(
                        () -> {
                          loop.runHere(() -> order.add(number));
                          ran.incrementAndGet();
                        });
                  }
                };
            if (test.runsInParallel()) {
              Thread thread = new Thread(give, "outside");
              thread.start();
              outside.add(thread);
            } else {
              give.run();
            }
          }
          test.await("the threads outside", () -> outside.stream().noneMatch(Thread::isAlive));
          test.await("the tasks", () -> ran.get() >= threads * tasks);
          test.settle();
          driver.run(
              1,
              c -> {
                for (List<Integer> order : orders) {
                  assertEquals(tasks, order.size());
                  if (test.runsInParallel()) {
                    List<Integer> sorted = new ArrayList<>(order);
                    Collections.sort(sorted);
                    assertEquals(sorted, order);
                  }
                }
              });
        });
  }

  /** A task that a callback hands in runs after that callback. */
  @Test
  public final void tasksRunAfterWhatRunsNow() {
    each(
        0,
        (test, driver) -> {
          AtomicInteger ran = new AtomicInteger();
          driver.run(
              1,
              context -> {
                boolean[] inside = {true};
                context.execute(
                    () -> {
                      assertFalse(inside[0], "ran inside another callback");
                      ran.incrementAndGet();
                    });
                inside[0] = false;
              });
          test.await("the task", () -> ran.get() == 1);
        });
  }

  /** The numbers that a coin gives are in their range. */
  @Test
  public final void coinsStayInRange() {
    each(
        0,
        (test, driver) ->
            driver.run(
                1,
                context -> {
                  int heads = 0;
                  for (int i = 0; i < 1_000; i++) {
                    heads += context.coin().flip() ? 1 : 0;
                    long below = context.coin().below(3);
                    assertTrue(below >= 0 && below < 3);
                    assertEquals(0, context.coin().below(1));
                  }
                  assertTrue(heads > 300 && heads < 700, heads + " heads of 1000");
                }));
  }

  /** A machine says how many processes and memories it has, and has no others. */
  @Test
  public final void machinesKnowTheirSize() {
    each(
        2,
        (test, driver) -> {
          assertEquals(3, test.machine().processes());
          assertEquals(2, test.machine().memories());
          assertThrows(IndexOutOfBoundsException.class, () -> test.machine().process(0));
          assertThrows(IndexOutOfBoundsException.class, () -> test.machine().process(4));
          assertThrows(
              IllegalArgumentException.class, () -> test.machine().define(2, SLOTS), "twice");
          for (int process = 1; process <= 3; process++) {
            int number = process;
            driver.run(
                process,
                context -> {
                  assertEquals(number, context.self());
                  assertEquals(3, context.processes());
                  assertEquals(2, context.memories());
                  assertEquals(2, context.memory(2).number());
                  assertThrows(IndexOutOfBoundsException.class, () -> context.memory(0));
                  assertThrows(IndexOutOfBoundsException.class, () -> context.memory(3));
                });
          }
        });
  }

  // Crash

  /** After a crash nothing follows the current callback, whatever was on its way. */
  @Test
  public final void crashedProcessesTakeNoFurtherStep() {
    each(
        1,
        (test, driver) -> {
          AtomicInteger steps = new AtomicInteger();
          AtomicInteger crashed = new AtomicInteger();
          ProcessContext victim = test.machine().process(1);
          driver.run(
              2, context -> links(context, 1).onReceive((from, message) -> crashed.addAndGet(10)));
          Value left = Value.of("left behind");
          victim.execute(
              () -> {
                links(victim, 1).onReceive((from, message) -> steps.incrementAndGet());
                Memory memory = victim.memory(1);
                memory.write(
                    SLOTS,
                    0,
                    left,
                    written -> {
                      memory.write(SLOTS, 1, left, o -> steps.incrementAndGet());
                      memory.read(SLOTS, 0, (o, v) -> steps.incrementAndGet());
                      links(victim, 1).send(1, Value.of("to oneself"));
                      links(victim, 1).send(2, Value.of("last words"));
                      victim.clock().after(0, steps::incrementAndGet);
                      victim.execute(steps::incrementAndGet);
                      test.crashProcess(1);
                      crashed.incrementAndGet();
                    });
              });
          test.await("the crash, and the last words", () -> crashed.get() == 11);
          victim.execute(steps::incrementAndGet);
          driver.run(2, context -> links(context, 1).send(1, Value.of("too late")));
          test.settle();
          assertEquals(0, steps.get());
          assertEquals(left, driver.read(2, 1, SLOTS, 0).value(), "memories outlive processes");
        });
  }

  /** A crash from outside, at any moment, stops a process that is busy; the others go on. */
  @Test
  public final void busyProcessesCrashToo() {
    each(
        1,
        (test, driver) -> {
          AtomicInteger steps = new AtomicInteger();
          driver.run(1, context -> step(context, steps));
          test.await("some steps", () -> steps.get() >= 20);
          test.crashProcess(1);
          // The callback that ran at that moment may have yet to count its step, however long the
          // machine lets its thread wait; there is no other after it.
          int stepsMax = steps.get() + 1;
          test.settle();
          assertEquals(Value.EMPTY, driver.read(2, 1, SLOTS, 0).value());
          test.settle();
          assertTrue(steps.get() <= stepsMax, "it took another step");
        });
  }

  private static void step(ProcessContext context, AtomicInteger steps) {
    steps.incrementAndGet();
    context.memory(1).write(SLOTS, 0, Value.EMPTY, outcome -> step(context, steps));
  }

  // What tests are made of

  private void each(int memories, Body body) {
    for (int machine = 0; machine < machines(); machine++) {
      try (TestMachine test = machine(3, memories, machine)) {
        for (Region region : List.of(SLOTS, WORDS, FORBIDDEN)) {
          test.machine().defineEverywhere(region);
        }
        body.run(test, new Driver(test));
      }
    }
  }

  @FunctionalInterface
  private interface Body {
    void run(TestMachine test, Driver driver);
  }

  private static Links links(ProcessContext context, int channel) {
    return context.links(channel, Value::toString);
  }

  private static String line(int from, int to, int channel, Value message) {
    return from + " to " + to + " on " + channel + ": " + message;
  }

  private static Map<String, Integer> counted(Iterable<String> lines) {
    Map<String, Integer> counts = new TreeMap<>();
    lines.forEach(line -> counts.merge(line, 1, Integer::sum));
    return counts;
  }

  /** The event loop that it was made on: callbacks run there, one at a time. */
  private static final class Loop {
    private final boolean callerRuns;
    private final Thread thread = Thread.currentThread();
    private boolean busy;

    Loop(TestMachine test) {
      callerRuns = test.callerRuns();
    }

    void runHere(Runnable callback) {
      assertTrue(callerRuns || thread == Thread.currentThread(), "not on the event loop");
      assertFalse(busy, "inside another callback");
      busy = true;
      callback.run();
      busy = false;
    }
  }
}
