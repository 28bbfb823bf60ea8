package org.remora.sim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * Of random small programs the explorer finds exactly the decisions that a naive search finds,
 * which tries every order of all events, one by one, and knows of nothing that commutes.
 */
class ReductionTest {
  private static final int WORLDS = 40;
  private static final int MEMORIES = 2;
  private static final Region REGION = region(1);
  private static final Region OTHER = region(2);

  private static Region region(int id) {
    return Region.of(
        id,
        "region " + id,
        2,
        8,
        Permission.open(2),
        (requester, current, requested) ->
            new LegalChange.SoleWriterForOneself(2).isLegal(requester, current, requested));
  }

  /** Does as it is told, two things at a time, and decides on what it got to see. */
  private static final class Scripted {
    private final ProcessContext process;
    private final Consumer<Value> decide;
    private final Deque<Integer> script = new ArrayDeque<>();
    private final int length;
    private final List<String> log = new ArrayList<>();
    private final Links links;

    Scripted(ProcessContext process, Consumer<Value> decide, long seed) {
      this.process = process;
      this.decide = decide;
      SplittableRandom random = new SplittableRandom(seed * 31 + process.self());
      for (int i = 0; i < 3; i++) {
        script.add(random.nextInt(40));
      }
      length = 2 + random.nextInt(2);
      links = process.links(1, Value::toString);
      links.onReceive((from, message) -> log("m" + message));
      if (random.nextInt(3) == 0) {
        process.clock().after(1, () -> log("t"));
      }
      next();
      next();
    }

    private void next() {
      Integer what = script.poll();
      if (what == null) {
        return;
      }
      Memory memory = process.memory(1 + what % MEMORIES);
      int register = what / 2 % 2;
      Region region = what / 4 % 2 == 0 ? REGION : OTHER;
      switch (what / 8) {
        case 0 -> memory.read(region, register, (outcome, value) -> done("r" + value));
        case 1 -> memory.readRange(region, 0, 2, (outcome, values) -> done("r" + values));
        case 2, 3 ->
            memory.write(
                region,
                register,
                Value.of(process.self() + "" + script.size()),
                outcome -> done(outcome.name()));
        default -> {
          memory.changePermission(
              region,
              Permission.soleWriter(process.self(), 2),
              outcome -> done("p" + outcome.name()));
          links.send(3 - process.self(), Value.of("x" + register));
        }
      }
    }

    private void done(String result) {
      log(result);
      next();
    }

    private void log(String what) {
      log.add(what);
      if (log.size() == length) {
        decide.accept(Value.of(String.join(" ", log)));
      }
    }
  }

  private static Explorer explorer(long seed, Set<String> decisions) {
    return Explorer.of(2, MEMORIES, (process, decide) -> new Scripted(process, decide, seed))
        .regions(List.of(REGION, OTHER))
        .expiriesMax(1)
        .properties(List.of(Property.always("seen", map -> note(map, decisions))));
  }

  private static boolean note(SortedMap<Integer, Value> map, Set<String> decisions) {
    synchronized (decisions) {
      decisions.add(map.toString());
    }
    return true;
  }

  @Test
  void losesNoDecisionAndInventsNone() {
    long naiveStates = 0;
    long states = 0;
    for (long seed = 1; seed <= WORLDS; seed++) {
      Set<String> expected = new TreeSet<>();
      naiveStates += naive(explorer(seed, expected).world());
      Set<String> found = new TreeSet<>();
      Report report = explorer(seed, found).run();
      assertThat(report.exhausted()).isTrue();
      assertThat(found).as("seed " + seed).isEqualTo(expected);
      states += report.states();
    }
    assertThat(states).as("fewer states than the naive search").isLessThan(naiveStates * 4 / 5);
  }

  /** The argument of {@link World} that crashes add nothing. */
  @Test
  void crashesAddNoDecision() {
    for (long seed = 1; seed <= WORLDS / 2; seed++) {
      Set<String> without = new TreeSet<>();
      explorer(seed, without).run();
      Set<String> with = new TreeSet<>();
      explorer(seed, with).crashesMax(2, 2).run();
      assertThat(with).as("seed " + seed).isEqualTo(without);
    }
  }

  @Test
  void doesNotDependOnTheNumberOfWorkers() {
    for (long seed = 1; seed <= WORLDS; seed += 10) {
      Report one = explorer(seed, new TreeSet<>()).workers(1).run();
      Report three = explorer(seed, new TreeSet<>()).workers(3).run();
      assertThat(three.states()).isEqualTo(one.states());
      assertThat(three.transitions()).isEqualTo(one.transitions());
      assertThat(three.revisits()).isEqualTo(one.revisits());
    }
  }

  /** A bound cuts off, and says so; a bound that is large enough does not. */
  @Test
  void aDepthBoundsWhatIsSeen() {
    Report all = explorer(7, new TreeSet<>()).run();
    long before = 0;
    for (int depth = 2; depth < all.depth(); depth += 3) {
      Report bounded = explorer(7, new TreeSet<>()).depthMax(depth).run();
      assertThat(bounded.exhausted()).isFalse();
      assertThat(bounded.states()).isGreaterThan(before).isLessThanOrEqualTo(all.states());
      before = bounded.states();
    }
    assertThat(explorer(7, new TreeSet<>()).depthMax(1_000).run().states()).isEqualTo(all.states());
  }

  /** Every state, all orders of single events; the number of states. */
  private static long naive(World world) {
    Set<List<Integer>> seen = new HashSet<>();
    Deque<int[]> left = new ArrayDeque<>();
    left.push(world.initial());
    while (!left.isEmpty()) {
      int[] state = left.pop();
      for (int p = 1; p <= world.processes; p++) {
        ProcessAutomaton.Node node = world.node(state, p);
        if (node.id() == 0) {
          step(world, state, p, ProcessAutomaton.START, -1, seen, left);
        }
        for (int slot = 0; slot < 31; slot++) {
          if ((node.timers() & 1 << slot) != 0 && node.expiries() < 1) {
            step(world, state, p, ProcessAutomaton.expiry(slot), -1, seen, left);
          }
        }
      }
      for (int number : world.allInFlight(state)) {
        int index = world.indexOf(state, number);
        if (world.inFlight.get(number) instanceof InFlight.Request request) {
          MemoryAutomaton.Effect effect =
              world.memory.effects(world.content(state, request.memory()), number)[0];
          add(world.takeEffect(state, index, effect), seen, left);
        } else if (world.node(state, world.receiver(number)).id() != 0) {
          step(world, state, world.receiver(number), number, index, seen, left);
        }
      }
    }
    return seen.size();
  }

  private static void step(
      World world,
      int[] state,
      int process,
      int input,
      int consumed,
      Set<List<Integer>> seen,
      Deque<int[]> left) {
    ProcessAutomaton.Step step =
        world.automata[process - 1].step(world.node(state, process), input);
    int[] after = world.stepped(state, process, step, consumed, step.emitted().length, false);
    assertThat(after).isNotNull();
    assertThat(world.brokenBetween(state, after)).isNull();
    add(after, seen, left);
  }

  private static void add(int[] state, Set<List<Integer>> seen, Deque<int[]> left) {
    if (seen.add(Arrays.stream(state).boxed().toList())) {
      left.push(state);
    }
  }
}
