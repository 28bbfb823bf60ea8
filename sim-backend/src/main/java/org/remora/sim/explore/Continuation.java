package org.remora.sim.explore;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fair end of an execution: round after round everything that is in flight arrives and every
 * timer expires, no one crashes, and the adversary shows ⊥ in all its registers for ever. If that
 * repeats a state, it goes on like that for ever.
 */
final class Continuation {
  private static final int ROUNDS_MAX = 10_000;

  /** Each is a call inside that of the round before. */
  private static final int ROUNDS_MAX_WHATEVER = 1_000;

  private final World world;

  /** States from which all that must come does come. */
  private final Fingerprints good;

  Continuation(World world, Fingerprints good) {
    this.world = world;
    this.good = good;
  }

  /** The property that does not come to hold after {@code state} though it must; null for none. */
  @Nullable String broken(int[] state) {
    for (Property.LeadsTo property : world.properties.leadsTo()) {
      if (property.since().test(world.decisions(state))
          && !(property.active()
              ? comesWhatever(property, state, new HashSet<>())
              : comes(property, state))) {
        return property.name();
      }
    }
    return null;
  }

  private boolean comes(Property.LeadsTo property, int[] from) {
    Set<Long> met = new HashSet<>();
    int[] state = from;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      if (property.then().test(world.decisions(state))) {
        return true;
      }
      long fingerprint = Fingerprints.of(state, world.head) + property.name().hashCode();
      if (!met.add(fingerprint)) {
        return false;
      }
      if (good.add(fingerprint, 0) == Fingerprints.Added.SEEN) {
        // Seen before, and then either good or the end of the search.
        return true;
      }
      state = round(state);
    }
    throw new IllegalStateException("a fair execution that never repeats a state");
  }

  /** Whether it comes whatever the adversary shows; {@code path}: what this comes after. */
  private boolean comesWhatever(Property.LeadsTo property, int[] state, Set<Long> path) {
    if (property.then().test(world.decisions(state))) {
      return true;
    }
    long fingerprint = Fingerprints.of(state, world.head) + property.name().hashCode();
    if (path.contains(fingerprint)) {
      return false;
    }
    if (good.add(fingerprint, 0) == Fingerprints.Added.SEEN) {
      return true;
    }
    if (path.size() == ROUNDS_MAX_WHATEVER) {
      throw new IllegalStateException("a fair execution that does not repeat a state");
    }
    path.add(fingerprint);
    for (int[] next : rounds(state)) {
      if (!comesWhatever(property, next, path)) {
        return false;
      }
    }
    path.remove(fingerprint);
    return true;
  }

  /** Where a round can lead, by what the adversary shows. */
  private Collection<int[]> rounds(int[] begin) {
    Map<Long, int[]> states = new LinkedHashMap<>();
    put(states, begin);
    for (int number : world.allInFlight(begin)) {
      Map<Long, int[]> next = new LinkedHashMap<>();
      for (int[] state : states.values()) {
        int index = world.indexOf(state, number);
        if (index < 0) {
          put(next, state);
        } else if (world.inFlight.get(number) instanceof InFlight.Request request) {
          for (MemoryAutomaton.Effect effect :
              world.memory.effects(world.content(state, request.memory()), number)) {
            if (world.haveSigned(state, effect.needs())) {
              put(next, arrive(state, index, request, effect));
            }
          }
        } else {
          put(next, step(state, world.receiver(number), number, index));
        }
      }
      states = next;
    }
    Map<Long, int[]> expired = new LinkedHashMap<>();
    states.values().forEach(state -> put(expired, expireAll(state)));
    return expired.values();
  }

  private void put(Map<Long, int[]> states, int[] state) {
    states.putIfAbsent(Fingerprints.of(state, world.head), state);
  }

  private int[] round(int[] begin) {
    int[] state = begin;
    for (int number : world.allInFlight(begin)) {
      int index = world.indexOf(state, number);
      if (index >= 0) {
        state = arrive(state, index, number);
      }
    }
    return expireAll(state);
  }

  private int[] expireAll(int[] begin) {
    int[] state = begin;
    for (int p = 1; p <= world.processes; p++) {
      for (int slot = 0; slot < Integer.SIZE; slot++) {
        if ((world.node(state, p).timers() & 1 << slot) != 0) {
          state = step(state, p, ProcessAutomaton.expiry(slot), -1);
        }
      }
    }
    return state;
  }

  private int[] arrive(int[] state, int index, int number) {
    if (!(world.inFlight.get(number) instanceof InFlight.Request request)) {
      return step(state, world.receiver(number), number, index);
    }
    // The first is that in which the adversary has written nothing.
    return arrive(
        state,
        index,
        request,
        world.memory.effects(world.content(state, request.memory()), number)[0]);
  }

  private int[] arrive(
      int[] state, int index, InFlight.Request request, MemoryAutomaton.Effect effect) {
    int[] after = world.takeEffect(state, index, effect);
    return world.node(after, request.process()).crashed()
        ? after
        : step(after, request.process(), effect.answer(), world.indexOf(after, effect.answer()));
  }

  private int[] step(int[] state, int process, int input, int consumed) {
    ProcessAutomaton.Step step =
        world.automata[process - 1].step(world.node(state, process), input);
    if (step.failure() != null) {
      return state; // a violation by itself: the search gets there
    }
    int[] after = world.stepped(state, process, step, consumed, step.emitted().length, false);
    return after == null ? state : after;
  }
}
