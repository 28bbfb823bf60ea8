package org.remora.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * What every machine's memories promise, as tests: the permission semantics of the model, proved in
 * one place. A backend's module extends this class, names its machine in {@link #machine}, and
 * passes; {@link ProcessConformance} is the other half.
 *
 * <p>Each test states the property that it proves. A property about races is run in {@link #rounds}
 * rounds on each of {@link #machines} machines.
 */
public abstract class MemoryConformance {
  private static final int VALUE_BYTES = 64;
  private static final int LARGE_BYTES = 64 * 1024;

  /**
   * A fresh machine.
   *
   * @param seed of its chance, where it has any
   */
  protected abstract TestMachine machine(int processes, int memories, long seed);

  /** How many machines, of different seeds, a race is run on. */
  protected int machines() {
    return 1;
  }

  /** How many rounds of a race are run on one machine. */
  protected int rounds() {
    return 1_000;
  }

  // Registers

  /** A register that was never written reads as ⊥, a word as 0. */
  @Test
  public final void neverWrittenReadsAsBottom() {
    Region slots = slots(0, Permission.open(1));
    Region words = words(1, Permission.open(1));
    with(
        1,
        1,
        List.of(slots, words),
        (test, driver) -> {
          assertEquals(new Driver.Read(Outcome.ACK, Value.BOTTOM), driver.read(1, 1, slots, 3));
          assertEquals(
              new Driver.Range(Outcome.ACK, List.of(Value.BOTTOM, Value.BOTTOM)),
              driver.readRange(1, 1, slots, 1, 2));
          assertEquals(0, driver.read(1, 1, words, 0).value().word());
          driver
              .readRange(1, 1, words, 0, 4)
              .values()
              .forEach(value -> assertEquals(0, value.word()));
        });
  }

  /**
   * A read returns what was written last, by whomever, of whatever length, and nothing of before.
   */
  @Test
  public final void readReturnsTheLastWritten() {
    Region slots = slots(0, Permission.open(2));
    Region large = Region.of(1, "large", 2, LARGE_BYTES, Permission.open(2), LegalChange.NEVER);
    with(
        2,
        1,
        List.of(slots, large),
        (test, driver) -> {
          int writer = 1;
          for (int length : new int[] {1, 7, 8, 9, 64, 63, 16, 15, 8, 1, 0, 33}) {
            Value value = Patterned.of(length, length);
            assertEquals(Outcome.ACK, driver.write(writer, 1, slots, 2, value));
            for (int reader = 1; reader <= 2; reader++) {
              assertEquals(new Driver.Read(Outcome.ACK, value), driver.read(reader, 1, slots, 2));
            }
            writer = 3 - writer;
          }
          assertEquals(Value.BOTTOM, driver.read(1, 1, slots, 1).value());
          assertEquals(Value.BOTTOM, driver.read(1, 1, slots, 3).value());
          Value whole = Patterned.of(LARGE_BYTES, 1);
          assertEquals(Outcome.ACK, driver.write(1, 1, large, 1, whole));
          assertEquals(whole, driver.read(2, 1, large, 1).value());
        });
  }

  /** A read of a range returns exactly its registers, in order. */
  @Test
  public final void rangeReadsReturnTheirRegisters() {
    Region slots = slots(0, Permission.open(1));
    with(
        1,
        1,
        List.of(slots),
        (test, driver) -> {
          Value a = Patterned.of(20, 1);
          Value b = Patterned.of(3, 2);
          driver.write(1, 1, slots, 0, a);
          driver.write(1, 1, slots, 2, b);
          Value none = Value.BOTTOM;
          assertEquals(List.of(a, none, b, none), driver.readRange(1, 1, slots, 0, 4).values());
          assertEquals(List.of(none, b), driver.readRange(1, 1, slots, 1, 2).values());
          assertEquals(List.of(b), driver.readRange(1, 1, slots, 2, 1).values());
          assertEquals(List.of(none), driver.readRange(1, 1, slots, 3, 1).values());
        });
  }

  /** The written value of no bytes is not ⊥. */
  @Test
  public final void emptyIsNotBottom() {
    Region slots = slots(0, Permission.open(1));
    with(
        1,
        1,
        List.of(slots),
        (test, driver) -> {
          driver.write(1, 1, slots, 0, Value.EMPTY);
          assertEquals(Value.EMPTY, driver.read(1, 1, slots, 0).value());
          assertEquals(
              List.of(Value.EMPTY, Value.BOTTOM), driver.readRange(1, 1, slots, 0, 2).values());
        });
  }

  /** A register that the region does not have is a clear error, before anything is sent. */
  @Test
  public final void registersOutOfBoundsAreAnError() {
    Region slots = slots(0, Permission.open(1));
    Region words = words(1, Permission.open(1));
    with(
        1,
        1,
        List.of(slots, words),
        (test, driver) -> {
          AtomicInteger completions = new AtomicInteger();
          for (int register : new int[] {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            refused(
                IndexOutOfBoundsException.class,
                driver,
                way -> way.read(slots, register, (o, v) -> completions.incrementAndGet()));
            refused(
                IndexOutOfBoundsException.class,
                driver,
                way -> way.readRange(slots, register, 1, (o, v) -> completions.incrementAndGet()));
            refused(
                IndexOutOfBoundsException.class,
                driver,
                way ->
                    way.write(slots, register, Value.of("x"), o -> completions.incrementAndGet()));
            refused(
                IndexOutOfBoundsException.class,
                driver,
                way ->
                    way.compareAndSwap(
                        words, register, 0, 1, (o, v) -> completions.incrementAndGet()));
          }
          for (int count : new int[] {0, -1, 4, Integer.MAX_VALUE}) {
            refused(
                IndexOutOfBoundsException.class,
                driver,
                way -> way.readRange(slots, 1, count, (o, v) -> completions.incrementAndGet()));
          }
          test.settle();
          assertEquals(0, completions.get());
        });
  }

  /** A value that a register cannot hold is a clear error, and nothing is sent. */
  @Test
  public final void valuesThatDoNotFitAreAnError() {
    Region slots = slots(0, Permission.open(1));
    Region words = words(1, Permission.open(1));
    with(
        1,
        1,
        List.of(slots, words),
        (test, driver) -> {
          AtomicInteger completions = new AtomicInteger();
          Memory.Completion never = o -> completions.incrementAndGet();
          Value tooLarge = Patterned.of(VALUE_BYTES + 1, 1);
          IllegalArgumentException error =
              refused(
                  IllegalArgumentException.class,
                  driver,
                  way -> way.write(slots, 0, tooLarge, never));
          String message = String.valueOf(error.getMessage());
          assertTrue(message.contains("65") && message.contains("64"), message);
          refused(
              IllegalArgumentException.class,
              driver,
              way -> way.write(slots, 0, Value.BOTTOM, never));
          refused(
              IllegalArgumentException.class,
              driver,
              way -> way.write(words, 0, Value.of("7 bytes"), never));
          refused(
              IllegalArgumentException.class,
              driver,
              way -> way.compareAndSwap(slots, 0, 0, 1, (o, v) -> completions.incrementAndGet()));
          test.settle();
          assertEquals(0, completions.get());
          assertEquals(Value.BOTTOM, driver.read(1, 1, slots, 0).value());
          assertEquals(0, driver.read(1, 1, words, 0).value().word());
        });
  }

  // Permissions

  /** R may read, W may write, RW may do both, others nothing; what is forbidden changes nothing. */
  @Test
  public final void forbiddenAccessNaksAndChangesNothing() {
    Permission permission = new Permission(ProcessSet.of(1), ProcessSet.of(2), ProcessSet.of(3));
    Region slots = slots(0, permission);
    Region words = words(1, permission);
    with(
        4,
        1,
        List.of(slots, words),
        (test, driver) -> {
          Value expected = Value.BOTTOM;
          long word = 0;
          for (int process : new int[] {1, 2, 3, 4, 2, 4, 1}) {
            boolean reads = permission.mayRead(process);
            boolean writes = permission.mayWrite(process);
            Value value = Patterned.of(20, process);
            assertEquals(outcome(writes), driver.write(process, 1, slots, 1, value));
            expected = writes ? value : expected;
            assertEquals(
                new Driver.Read(outcome(reads), reads ? expected : Value.BOTTOM),
                driver.read(process, 1, slots, 1));
            assertEquals(
                new Driver.Range(
                    outcome(reads), reads ? List.of(Value.BOTTOM, expected) : List.of()),
                driver.readRange(process, 1, slots, 0, 2));
            assertEquals(expected, driver.read(3, 1, slots, 1).value());

            boolean swaps = reads && writes;
            assertEquals(
                new Driver.Swap(outcome(swaps), swaps ? word : 0),
                driver.swap(process, 1, words, 0, word, word + 5));
            word += swaps ? 5 : 0;
            assertEquals(word, driver.read(3, 1, words, 0).value().word());
          }
        });
  }

  /** A static permission stays, whoever asks for whatever. */
  @Test
  public final void staticPermissionsNeverChange() {
    Region slots = slots(0, Permission.soleWriter(1, 3));
    with(
        3,
        1,
        List.of(slots),
        (test, driver) -> {
          for (int process = 1; process <= 3; process++) {
            for (Permission asked :
                List.of(
                    Permission.open(3),
                    Permission.readOnly(3),
                    Permission.soleWriter(process, 3))) {
              assertEquals(Outcome.NAK, driver.change(process, 1, slots, asked));
              assertSoleWriter(driver, slots, 1);
            }
          }
        });
  }

  /**
   * Each process may make itself the sole writer, and nothing else; refused, all stays as it was.
   */
  @Test
  public final void soleWriterIsForOneselfOnly() {
    Region slots = protectedSlots(0, 3);
    with(
        3,
        1,
        List.of(slots),
        (test, driver) -> {
          int writer = 1;
          for (int process : new int[] {2, 3, 3, 1, 2}) {
            int other = process % 3 + 1;
            for (Permission asked :
                List.of(
                    Permission.open(3),
                    Permission.readOnly(3),
                    Permission.soleWriter(other, 3),
                    Permission.soleWriter(process, 2),
                    new Permission(ProcessSet.none(), ProcessSet.none(), ProcessSet.of(process)))) {
              if (!asked.equals(Permission.soleWriter(process, 3))) {
                assertEquals(Outcome.NAK, driver.change(process, 1, slots, asked));
              }
            }
            assertSoleWriter(driver, slots, writer);
            assertEquals(
                Outcome.ACK, driver.change(process, 1, slots, Permission.soleWriter(process, 3)));
            writer = process;
            assertSoleWriter(driver, slots, writer);
          }
        });
  }

  /** Anybody may revoke the right to write, and nothing gives it back. */
  @Test
  public final void revocationIsForEver() {
    Region slots =
        Region.of(
            0, "slots", 4, VALUE_BYTES, Permission.soleWriter(1, 3), new LegalChange.RevokeOnly(3));
    with(
        3,
        1,
        List.of(slots),
        (test, driver) -> {
          assertEquals(Outcome.NAK, driver.change(2, 1, slots, Permission.soleWriter(2, 3)));
          assertEquals(
              Outcome.NAK,
              driver.change(
                  2,
                  1,
                  slots,
                  new Permission(ProcessSet.none(), ProcessSet.none(), ProcessSet.none())));
          assertSoleWriter(driver, slots, 1);
          Value before = driver.read(2, 1, slots, 0).value();
          assertEquals(Outcome.ACK, driver.change(3, 1, slots, Permission.readOnly(3)));
          assertEquals(Outcome.ACK, driver.change(2, 1, slots, Permission.readOnly(3)));
          for (int process = 1; process <= 3; process++) {
            assertEquals(
                Outcome.NAK, driver.change(process, 1, slots, Permission.soleWriter(process, 3)));
            assertEquals(Outcome.NAK, driver.change(process, 1, slots, Permission.open(3)));
            assertEquals(Outcome.NAK, driver.write(process, 1, slots, 0, Value.of("late")));
            assertEquals(before, driver.read(process, 1, slots, 0).value());
          }
        });
  }

  /**
   * No stragglers: once a revocation is acknowledged the register never changes again, whatever was
   * in flight.
   */
  @Test
  public final void acknowledgedRevocationsHaveNoStragglers() {
    for (int machine = 0; machine < machines(); machine++) {
      Region slots = protectedSlots(0, 2);
      with(
          2,
          1,
          machine,
          List.of(slots),
          (test, driver) -> {
            AtomicInteger acknowledged = new AtomicInteger();
            for (int round = 0; round < rounds(); round++) {
              driver.change(1, 1, slots, Permission.soleWriter(1, 2));
              Stream stream = new Stream(slots, round, acknowledged);
              driver.run(1, stream::start);
              int before = acknowledged.get();
              test.await("a write of the stream", () -> acknowledged.get() > before);
              assertEquals(Outcome.ACK, driver.change(2, 1, slots, Permission.soleWriter(2, 2)));
              Value left = driver.read(2, 1, slots, 0).value();
              for (int again = 0; again < 3; again++) {
                assertEquals(left, driver.read(2, 1, slots, 0).value(), "a straggler landed");
              }
              stream.stopped.set(true);
              test.await("the end of the stream", () -> stream.inFlight.get() == 0);
              assertEquals(left, driver.read(2, 1, slots, 0).value(), "a straggler landed");
            }
          });
    }
  }

  /**
   * Check and access are one step: who was granted the sole right to write, and is not refused
   * later, reads in between what it wrote itself.
   */
  @Test
  public final void checkAndAccessAreOneStep() {
    for (int machine = 0; machine < machines(); machine++) {
      Region slots = protectedSlots(0, 3);
      with(
          3,
          1,
          machine,
          List.of(slots),
          (test, driver) -> {
            AtomicInteger ended = new AtomicInteger();
            for (int process = 1; process <= 3; process++) {
              Contender contender = new Contender(slots, rounds(), ended);
              driver.run(process, contender::start);
            }
            test.await("the contenders", () -> ended.get() == 3);
          });
    }
  }

  // Atomicity

  /** Concurrent writes to one register never mix, and no read sees one of them in part. */
  @Test
  public final void valuesNeverMix() {
    for (int machine = 0; machine < machines(); machine++) {
      Region slots = slots(0, Permission.open(4));
      with(
          4,
          1,
          machine,
          List.of(slots),
          (test, driver) -> {
            AtomicInteger ended = new AtomicInteger();
            for (int writer = 1; writer <= 2; writer++) {
              driver.run(writer, context -> writeOn(context, slots, rounds(), ended));
            }
            for (int reader = 3; reader <= 4; reader++) {
              driver.run(reader, context -> readOn(context, slots, rounds(), ended));
            }
            test.await("the writers and readers", () -> ended.get() == 4);
            Value last = Patterned.of(50, 7);
            driver.write(1, 1, slots, 0, last);
            assertEquals(last, driver.read(2, 1, slots, 0).value());
          });
    }
  }

  /** Compare-and-swap is atomic: concurrent increments are all counted. */
  @Test
  public final void compareAndSwapIsAtomic() {
    for (int machine = 0; machine < machines(); machine++) {
      Region words = words(0, Permission.open(3));
      with(
          3,
          1,
          machine,
          List.of(words),
          (test, driver) -> {
            if (!driver.call(1, context -> context.memory(1).supportsCompareAndSwap())) {
              assertThrows(
                  UnsupportedOperationException.class, () -> driver.swap(1, 1, words, 0, 0, 1));
              return;
            }
            AtomicInteger ended = new AtomicInteger();
            for (int process = 1; process <= 3; process++) {
              driver.run(process, context -> increment(context, words, 0, rounds(), ended));
            }
            test.await("the increments", () -> ended.get() == 3);
            assertEquals(3L * rounds(), driver.read(1, 1, words, 2).value().word());
          });
    }
  }

  // Crash, identity and forgery of memories

  /** A crashed memory answers nothing; the others go on. */
  @Test
  public final void crashedMemoriesAreSilent() {
    Region slots = protectedSlots(0, 2);
    Region words = words(1, Permission.open(2));
    with(
        2,
        3,
        List.of(slots, words),
        (test, driver) -> {
          Value value = Value.of("before");
          assertEquals(Outcome.ACK, driver.write(1, 2, slots, 0, value));
          test.crashMemory(2);
          AtomicInteger answers = new AtomicInteger();
          driver.run(
              1,
              context -> {
                Memory way = context.memory(2);
                way.read(slots, 0, (o, v) -> answers.incrementAndGet());
                way.readRange(slots, 0, 2, (o, v) -> answers.incrementAndGet());
                way.write(slots, 0, value, o -> answers.incrementAndGet());
                way.compareAndSwap(words, 0, 0, 1, (o, v) -> answers.incrementAndGet());
                way.changePermission(
                    slots, Permission.soleWriter(1, 2), o -> answers.incrementAndGet());
              });
          for (int memory : new int[] {1, 3}) {
            assertEquals(Outcome.ACK, driver.write(1, memory, slots, 0, value));
            assertEquals(value, driver.read(2, memory, slots, 0).value());
          }
          test.settle();
          assertEquals(0, answers.get());
        });
  }

  /** A region belongs to its memory: the same id elsewhere is another region. */
  @Test
  public final void memoriesAreIndependent() {
    Region here = slots(5, Permission.open(2));
    Region there = protectedSlots(5, 2);
    with(
        2,
        3,
        List.of(),
        (test, driver) -> {
          test.machine().define(1, here);
          test.machine().define(2, there);
          Value value = Value.of("here");
          assertEquals(Outcome.ACK, driver.write(2, 1, here, 0, value));
          assertEquals(Outcome.NAK, driver.write(2, 2, there, 0, value));
          assertEquals(Value.BOTTOM, driver.read(2, 2, there, 0).value());
          assertEquals(Outcome.ACK, driver.change(2, 2, there, Permission.soleWriter(2, 2)));
          assertEquals(Outcome.ACK, driver.write(1, 1, here, 0, value));
          assertEquals(Outcome.NAK, driver.write(1, 2, there, 0, value));
          assertEquals(Outcome.NAK, driver.read(1, 3, here, 0).outcome());
        });
  }

  /** Whoever makes up a region that its memory does not have gets a nak. */
  @Test
  public final void unknownRegionsNak() {
    Region known = slots(0, Permission.open(1));
    with(
        1,
        1,
        List.of(known),
        (test, driver) -> {
          for (int id : new int[] {1, 2, 3, 4, 1_000, Region.ID_MAX}) {
            assertAllNak(driver, slots(id, Permission.open(1)), words(id, Permission.open(1)));
          }
          assertEquals(Outcome.ACK, driver.read(1, 1, known, 0).outcome());
        });
  }

  /** A memory judges by the region that its host defined, not by what a process says it is. */
  @Test
  public final void forgedRegionsAreJudgedByTheHost() {
    Permission others = Permission.soleWriter(2, 2);
    Region slots = slots(0, others);
    Region words = words(1, Permission.open(2));
    with(
        2,
        1,
        List.of(slots, words),
        (test, driver) -> {
          Value value = Patterned.of(20, 1);
          driver.write(2, 1, slots, 3, value);
          Region larger =
              Region.of(
                  0,
                  "forged",
                  1_000,
                  1_000,
                  Permission.open(2),
                  new LegalChange.SoleWriterForOneself(2));
          assertEquals(Outcome.NAK, driver.write(1, 1, larger, 3, Value.of("forged")));
          assertEquals(Outcome.NAK, driver.change(1, 1, larger, Permission.soleWriter(1, 2)));
          assertEquals(Outcome.NAK, driver.write(1, 1, larger, 3, Value.of("forged")));
          for (int process = 1; process <= 2; process++) {
            assertEquals(Outcome.NAK, driver.read(process, 1, larger, 4).outcome());
            assertEquals(Outcome.NAK, driver.readRange(process, 1, larger, 2, 3).outcome());
            assertEquals(Outcome.NAK, driver.readRange(process, 1, larger, 0, 1_000).outcome());
          }
          assertEquals(Outcome.NAK, driver.write(2, 1, larger, 4, Value.of("beyond")));
          assertEquals(Outcome.NAK, driver.write(2, 1, larger, 3, Patterned.of(100, 1)));
          assertEquals(
              Outcome.NAK, driver.swap(2, 1, words(0, Permission.open(2)), 0, 0, 1).outcome());
          assertEquals(value, driver.read(1, 1, slots, 3).value());

          Region notWords = slots(1, Permission.open(2));
          assertEquals(Outcome.NAK, driver.write(1, 1, notWords, 0, Value.of("no word")));
          assertEquals(0, driver.read(1, 1, words, 0).value().word());
        });
  }

  // What tests are made of

  private void with(int processes, int memories, List<Region> regions, Body body) {
    with(processes, memories, 0, regions, body);
  }

  private void with(int processes, int memories, long seed, List<Region> regions, Body body) {
    try (TestMachine test = machine(processes, memories, seed)) {
      regions.forEach(test.machine()::defineEverywhere);
      body.run(test, new Driver(test));
    }
  }

  @FunctionalInterface
  private interface Body {
    void run(TestMachine test, Driver driver);
  }

  private static Region slots(int id, Permission permission) {
    return Region.of(id, "slots", 4, VALUE_BYTES, permission, LegalChange.NEVER);
  }

  private static Region words(int id, Permission permission) {
    return Region.ofWords(id, "words", 4, permission, LegalChange.NEVER);
  }

  /** Slots that process 1 writes at first, and each process may take. */
  private static Region protectedSlots(int id, int processes) {
    return Region.of(
        id,
        "slots",
        4,
        VALUE_BYTES,
        Permission.soleWriter(1, processes),
        new LegalChange.SoleWriterForOneself(processes));
  }

  private static Outcome outcome(boolean allowed) {
    return allowed ? Outcome.ACK : Outcome.NAK;
  }

  private static <E extends RuntimeException> E refused(
      Class<E> error, Driver driver, Consumer<Memory> submission) {
    return assertThrows(
        error, () -> driver.run(1, context -> submission.accept(context.memory(1))));
  }

  private static void assertSoleWriter(Driver driver, Region slots, int writer) {
    for (int process = 1; process <= 3; process++) {
      Value before = driver.read(process, 1, slots, 0).value();
      Value value = Patterned.of(12, 31L * before.hashCode() + process);
      assertNotEquals(before, value);
      assertEquals(
          outcome(process == writer), driver.write(process, 1, slots, 0, value), "the writer");
      assertEquals(
          new Driver.Read(Outcome.ACK, process == writer ? value : before),
          driver.read(process, 1, slots, 0));
    }
  }

  private static void assertAllNak(Driver driver, Region slots, Region words) {
    assertEquals(new Driver.Read(Outcome.NAK, Value.BOTTOM), driver.read(1, 1, slots, 0));
    assertEquals(new Driver.Range(Outcome.NAK, List.of()), driver.readRange(1, 1, slots, 0, 2));
    assertEquals(Outcome.NAK, driver.write(1, 1, slots, 0, Value.of("short")));
    assertEquals(Outcome.NAK, driver.write(1, 1, slots, 0, Patterned.of(60, 1)));
    assertEquals(new Driver.Swap(Outcome.NAK, 0), driver.swap(1, 1, words, 0, 0, 1));
    assertEquals(Outcome.NAK, driver.change(1, 1, slots, Permission.open(1)));
  }

  /** A process that keeps several writes to register 0 in flight, until stopped. */
  private static final class Stream {
    private static final int IN_FLIGHT = 4;

    private final Region slots;
    private final AtomicInteger acknowledged;
    final AtomicBoolean stopped = new AtomicBoolean();
    final AtomicInteger inFlight = new AtomicInteger();
    private long number;

    Stream(Region slots, int round, AtomicInteger acknowledged) {
      this.slots = slots;
      this.acknowledged = acknowledged;
      number = (long) round << 32;
    }

    void start(ProcessContext context) {
      for (int i = 0; i < IN_FLIGHT; i++) {
        next(context.memory(1));
      }
    }

    private void next(Memory memory) {
      inFlight.incrementAndGet();
      memory.write(
          slots,
          0,
          Patterned.of(40, number++),
          outcome -> {
            if (outcome == Outcome.ACK) {
              acknowledged.incrementAndGet();
            }
            if (!stopped.get()) {
              next(memory);
            }
            inFlight.decrementAndGet();
          });
    }
  }

  /** A process that takes the permission, writes, reads and writes, over and over. */
  private static final class Contender {
    private final Region slots;
    private final AtomicInteger ended;
    private int left;

    Contender(Region slots, int rounds, AtomicInteger ended) {
      this.slots = slots;
      this.ended = ended;
      left = rounds;
    }

    void start(ProcessContext context) {
      if (left-- == 0) {
        ended.incrementAndGet();
        return;
      }
      Memory memory = context.memory(1);
      Value mine = Patterned.of(30, (long) context.self() << 32 | left);
      memory.changePermission(
          slots,
          Permission.soleWriter(context.self(), 3),
          granted -> {
            assertEquals(Outcome.ACK, granted);
            memory.write(
                slots,
                0,
                mine,
                written ->
                    memory.read(
                        slots,
                        0,
                        (outcome, read) -> writeAgain(context, memory, mine, written, read)));
          });
    }

    private void writeAgain(
        ProcessContext context, Memory memory, Value mine, Outcome written, Value read) {
      memory.write(
          slots,
          1,
          mine,
          again -> {
            if (again == Outcome.ACK) {
              // It held the permission all the time from the grant to this write.
              assertEquals(Outcome.ACK, written, "refused while it held the permission");
              assertEquals(mine, read, "another wrote while this one held the permission");
            }
            start(context);
          });
    }
  }

  private static void writeOn(ProcessContext context, Region slots, int left, AtomicInteger ended) {
    if (left == 0) {
      ended.incrementAndGet();
      return;
    }
    Value value = Patterned.of(Patterned.BYTES_MIN + left % 48, context.self() * 1_000_003L + left);
    context
        .memory(1)
        .write(
            slots,
            left % 2,
            value,
            outcome -> {
              assertEquals(Outcome.ACK, outcome);
              writeOn(context, slots, left - 1, ended);
            });
  }

  private static void readOn(ProcessContext context, Region slots, int left, AtomicInteger ended) {
    if (left == 0) {
      ended.incrementAndGet();
      return;
    }
    Memory memory = context.memory(1);
    memory.read(
        slots,
        0,
        (outcome, value) -> {
          assertEquals(Outcome.ACK, outcome);
          Patterned.check(value);
          memory.readRange(
              slots,
              0,
              2,
              (rangeOutcome, values) -> {
                assertEquals(2, values.size());
                values.forEach(Patterned::check);
                readOn(context, slots, left - 1, ended);
              });
        });
  }

  private static void increment(
      ProcessContext context, Region words, long guess, int left, AtomicInteger ended) {
    if (left == 0) {
      ended.incrementAndGet();
      return;
    }
    context
        .memory(1)
        .compareAndSwap(
            words,
            2,
            guess,
            guess + 1,
            (outcome, before) -> {
              assertEquals(Outcome.ACK, outcome);
              if (before == guess) {
                increment(context, words, guess + 1, left - 1, ended);
              } else {
                increment(context, words, before, left, ended);
              }
            });
  }
}
