package org.remora.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.remora.memory.AtomicRegister;
import org.remora.memory.ForgetfulAtomicRegister;
import org.remora.memory.ProcessContext;
import org.remora.memory.Quorum;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;

/**
 * The replicated register is atomic in worlds of any order, with a minority of memories crashing
 * and any processes: every world is a function of its seed.
 */
final class AtomicRegisterPropertyTest {
  private static final long EVENTS_MAX = 100_000;
  private static final int SEEDS_MAX = 20_000;

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void historiesAreAtomic(@ForAll long seed) {
    Run run = new Run(seed, AtomicRegister::new);
    assertThat(run.history.isAtomic()).as("seed %s: %s", seed, run.history).isTrue();
    assertThat(run.left).as("seed %s: a live process did not come to its end", seed).isZero();
  }

  /** The same, for long: 100,000 schedules. */
  @Test
  @Tag("campaign")
  void historiesAreAtomicForLong() {
    for (long seed = 0; seed < 100_000; seed++) {
      historiesAreAtomic(seed);
    }
  }

  /** Without the write-back a new value is read and then an old one: that must be noticed. */
  @Test
  void aReaderThatDoesNotWriteBackIsCaught() {
    for (long seed = 0; seed < SEEDS_MAX; seed++) {
      Run run = new Run(seed, ForgetfulAtomicRegister::new);
      if (!run.history.isAtomic()) {
        return;
      }
    }
    throw new AssertionError("not caught within " + SEEDS_MAX + " schedules");
  }

  /** One world, run to its end. */
  private static final class Run {
    final RegisterHistory history = new RegisterHistory();
    private final SplittableRandom random;
    private final SimWorld world;
    private long lastValue;

    /** The operations that live processes have still to do. */
    int left;

    Run(long seed, BiFunction<ProcessContext, Region, AtomicRegister> algorithm) {
      random = new SplittableRandom(seed);
      boolean tearing = random.nextInt(3) == 0;
      int processes = 2 + random.nextInt(3);
      int memories = 1 + 2 * random.nextInt(3);
      Region region = AtomicRegister.region(0, "register", processes, Long.BYTES);
      SimWorld.Settings settings =
          SimWorld.of(processes, memories).seed(seed).faults(faults(processes, memories));
      if (tearing) {
        settings.tearing(SimWorld.Tearing.FRAMED);
      }
      switch (random.nextInt(3)) {
        case 0 -> settings.adversarial(random.nextInt(1, 600));
        case 1 -> settings.latency(Latency.heavyTailed(100));
        default -> settings.latency(Latency.uniform(1, 10_000));
      }
      world = settings.build();
      world.defineEverywhere(region);
      int[] leftOf = new int[processes + 1];
      for (int process = 1; process <= processes; process++) {
        leftOf[process] = 1 + random.nextInt(tearing ? 12 : 5);
        ProcessContext context = world.process(process);
        AtomicRegister register = algorithm.apply(context, region);
        context.execute(() -> next(register, leftOf, context.self()));
      }
      SimWorld.End end = world.run(() -> false, EVENTS_MAX);
      assertThat(end).as("seed %s", seed).isEqualTo(SimWorld.End.QUIESCENT);
      left = world.alive().stream().map(process -> leftOf[process]).sum();
    }

    private List<Fault> faults(int processes, int memories) {
      List<Fault> faults = new ArrayList<>();
      int crashes = random.nextInt(memories - Quorum.majority(memories) + 1);
      for (int memory = 1; memory <= crashes; memory++) {
        faults.add(
            random.nextBoolean()
                ? new Fault.MemoryCrash(memory, random.nextLong(50_000))
                : new Fault.MemoryCrashAfter(memory, random.nextLong(30)));
      }
      for (int process = 1; process <= processes; process++) {
        if (random.nextInt(3) == 0) {
          faults.add(new Fault.ProcessCrashAfter(process, random.nextLong(40)));
        }
      }
      if (random.nextInt(3) == 0) {
        faults.add(new Fault.BrokenWays(random.nextInt(300)));
      }
      return faults;
    }

    private void next(AtomicRegister register, int[] leftOf, int process) {
      if (leftOf[process] == 0) {
        return;
      }
      if (random.nextInt(3) == 0) {
        long value = ++lastValue;
        RegisterHistory.Operation write = history.write(value);
        register.write(
            Value.ofWord(value),
            () -> {
              write.ended();
              leftOf[process]--;
              next(register, leftOf, process);
            });
      } else {
        RegisterHistory.Operation read = history.read();
        register.read(
            value -> {
              read.ended(value.word());
              leftOf[process]--;
              next(register, leftOf, process);
            });
      }
    }
  }
}
