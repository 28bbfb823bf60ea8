package org.remora.sim.explore;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads in flight whose process no longer heeds what they return, as when it has turned to
 * something else meanwhile: whatever the answer, the process goes on alike. When such a read takes
 * effect does not matter, so it need not take effect before something else does.
 *
 * <p>That it stays so is not believed but checked. A read is heedless at a node if every answer
 * that any content of a memory can give leads to one node with the same emissions. After an
 * exploration {@link #check} follows every step that was computed from there, and the read must be
 * heedless at each node on the way, until it is answered.
 */
final class Heedless {
  private final World world;

  /** By read: the answers that are known, and from how many contents. */
  private final Map<Integer, Answers> answers = new HashMap<>();

  private final Set<Assumption> assumed = new HashSet<>();

  Heedless(World world) {
    this.world = world;
  }

  private record Assumption(int process, int node, int read) {}

  private static final class Answers {
    final Set<Integer> numbers = new HashSet<>();
    int contents;
  }

  /** Whether a process does not heed what a read of its returns. */
  boolean is(int process, ProcessAutomaton.Node node, int read) {
    return node.heedless().get(read, r -> test(process, node, r)).holds;
  }

  /** A verdict. */
  record Verdict(boolean holds) {}

  private synchronized Verdict test(int process, ProcessAutomaton.Node node, int read) {
    boolean holds = holds(process, node, read);
    if (holds) {
      assumed.add(new Assumption(process, node.id(), read));
    }
    return new Verdict(holds);
  }

  private boolean holds(int process, ProcessAutomaton.Node node, int read) {
    ProcessAutomaton automaton = world.automata[process - 1];
    ProcessAutomaton.Step first = null;
    for (int answer : answers(read)) {
      ProcessAutomaton.Step step = automaton.step(node, answer);
      if (step.failure() != null || step.decidedAfter() >= 0) {
        return false;
      }
      if (first == null) {
        first = step;
      } else if (step.next().id() != first.next().id()
          || !Arrays.equals(step.emitted(), first.emitted())) {
        return false;
      }
    }
    return true;
  }

  private List<Integer> answers(int read) {
    Answers known = answers.computeIfAbsent(read, r -> new Answers());
    int size = world.memory.size();
    for (; known.contents < size; known.contents++) {
      if (known.contents != MemoryAutomaton.CRASHED) {
        MemoryAutomaton.Content content = world.memory.content(known.contents);
        for (MemoryAutomaton.Effect effect : world.memory.effects(content, read)) {
          known.numbers.add(effect.answer());
        }
      }
    }
    return List.copyOf(known.numbers);
  }

  /**
   * Checks that what was not heeded never was.
   *
   * @throws IllegalStateException if some read was
   */
  void check() {
    Deque<Assumption> left = new ArrayDeque<>(assumed);
    Set<Assumption> met = new HashSet<>(assumed);
    while (!left.isEmpty()) {
      Assumption next = left.pop();
      ProcessAutomaton automaton = world.automata[next.process - 1];
      ProcessAutomaton.Node node = automaton.node(next.node);
      if (!holds(next.process, node, next.read)) {
        throw new IllegalStateException(
            "process " + next.process + " heeds a read that it seemed not to heed any more");
      }
      for (int input : node.steps().keys()) {
        ProcessAutomaton.Step step = automaton.step(node, input);
        Assumption after = new Assumption(next.process, step.next().id(), next.read);
        if (step.failure() == null && !isAnswer(input, next.read) && met.add(after)) {
          left.push(after);
        }
      }
    }
  }

  private boolean isAnswer(int input, int read) {
    if (input < 0 || !(world.inFlight.get(input) instanceof InFlight.Answer answer)) {
      return false;
    }
    InFlight.Request request = (InFlight.Request) world.inFlight.get(read);
    return answer.process() == request.process()
        && answer.memory() == request.memory()
        && answer.slot() == request.slot()
        && answer.operation().equals(request.operation());
  }
}
