package org.remora.sim.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides whether a history is linearizable [Herlihy, Wing 1990]: whether every operation could
 * have taken effect at one moment between its call and its answer.
 *
 * <p>The search of [Wing, Gong 1993] with the memory of [Lowe 2017]: operations are put in an order
 * one by one, each before any other is answered that is still to come, and a set of operations that
 * led to the same state of the object before is not tried again. A history is linearizable if and
 * only if its part on each object is, so objects are checked apart. The answer is exact; the time
 * is exponential in the number of operations in flight together, not in the length of the history.
 */
public final class Linearizability {
  private Linearizability() {}

  /**
   * Checks a history of objects that all do as {@code specification} says.
   *
   * @return empty if it is linearizable; else the shortest stretch of it, on one object, that is
   *     not
   */
  public static <S, I, O> Optional<Window<S, I, O>> check(
      Specification<S, I, O> specification, List<Operation<I, O>> history) {
    TreeMap<String, List<Operation<I, O>>> objects = new TreeMap<>();
    for (Operation<I, O> operation : history) {
      objects.computeIfAbsent(operation.object(), o -> new ArrayList<>()).add(operation);
    }
    for (List<Operation<I, O>> ofObject : objects.values()) {
      ofObject.sort(Comparator.comparingLong(Operation::called));
      if (!new Search<>(specification, ofObject).succeeds()) {
        return Optional.of(window(specification, ofObject));
      }
    }
    return Optional.empty();
  }

  /**
   * A stretch of a history that cannot be explained: from the last moment at which nothing was in
   * flight to the first answer that nothing explains.
   *
   * @param object the object
   * @param states the states in which the object may have been at the beginning
   * @param operations the operations called since, in the order of their calls; those still in
   *     flight at the end as never answered
   * @param <S> states
   * @param <I> inputs
   * @param <O> outputs
   */
  public record Window<S, I, O>(String object, List<S> states, List<Operation<I, O>> operations) {
    /** Takes copies. */
    public Window {
      states = List.copyOf(states);
      operations = List.copyOf(operations);
    }
  }

  private static <S, I, O> Window<S, I, O> window(
      Specification<S, I, O> specification, List<Operation<I, O>> history) {
    // A prefix of a linearizable history is linearizable, so the first answer at which it fails to
    // be can be found by halving.
    long[] answers =
        history.stream()
            .filter(Operation::isComplete)
            .mapToLong(Operation::returned)
            .sorted()
            .toArray();
    int low = 0;
    int high = answers.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (new Search<>(specification, until(history, answers[middle])).succeeds()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    List<Operation<I, O>> failing = until(history, answers[low]);
    int begin = 0;
    long answered = Long.MIN_VALUE;
    for (int i = 0; i < failing.size(); i++) {
      if (failing.get(i).called() > answered) {
        begin = i;
      }
      answered = Math.max(answered, failing.get(i).returned());
    }
    List<S> states = new Search<>(specification, failing.subList(0, begin)).statesAfterAll();
    return new Window<>(history.get(0).object(), states, failing.subList(begin, failing.size()));
  }

  /** The history up to a time. */
  private static <I, O> List<Operation<I, O>> until(List<Operation<I, O>> history, long time) {
    List<Operation<I, O>> prefix = new ArrayList<>();
    for (Operation<I, O> o : history) {
      if (o.called() < time) {
        long returned = o.returned() <= time ? o.returned() : Operation.NEVER;
        prefix.add(
            new Operation<>(o.process(), o.object(), o.input(), o.output(), o.called(), returned));
      }
    }
    return prefix;
  }

  /** The search over one object. */
  private static final class Search<S, I, O> {
    private final Specification<S, I, O> specification;
    private final List<Operation<I, O>> history;
    private final Set<Configuration<S>> tried = new HashSet<>();

    Search(Specification<S, I, O> specification, List<Operation<I, O>> history) {
      this.specification = specification;
      this.history = history;
    }

    /** What has taken effect, and the state after it. */
    private record Configuration<S>(BitSet done, S state) {}

    boolean succeeds() {
      return !run(true).isEmpty();
    }

    /** The states in which the object may be when every operation has taken effect. */
    List<S> statesAfterAll() {
      return run(false);
    }

    /** The states after the last answer; just one if one is enough. */
    private List<S> run(boolean oneIsEnough) {
      List<S> states = new ArrayList<>();
      Deque<Configuration<S>> left = new ArrayDeque<>();
      left.push(new Configuration<>(new BitSet(), specification.initial()));
      while (!left.isEmpty()) {
        Configuration<S> at = left.pop();
        long deadline = deadline(at.done);
        if (deadline == Operation.NEVER) {
          states.add(at.state);
          if (oneIsEnough) {
            return states;
          }
        }
        // Whoever was called after somebody's answer comes after that one.
        for (int i = at.done.nextClearBit(0);
            i < history.size() && history.get(i).called() < deadline;
            i = at.done.nextClearBit(i + 1)) {
          Operation<I, O> operation = history.get(i);
          Specification.Outcome<S, O> outcome = specification.apply(at.state, operation.input());
          if (!operation.isComplete() || outcome.output().equals(operation.output())) {
            BitSet done = (BitSet) at.done.clone();
            done.set(i);
            Configuration<S> next = new Configuration<>(done, outcome.state());
            if (tried.add(next)) {
              left.push(next);
            }
          }
        }
      }
      return states;
    }

    /** The first answer that is still to be explained. */
    private long deadline(BitSet done) {
      long first = Operation.NEVER;
      for (int i = done.nextClearBit(0); i < history.size(); i = done.nextClearBit(i + 1)) {
        if (history.get(i).called() >= first) {
          break;
        }
        first = Math.min(first, history.get(i).returned());
      }
      return first;
    }
  }
}
