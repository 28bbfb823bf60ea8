package org.remora.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.remora.sim.Fault;

/**
 * jqwik's arbitraries of plans and of their parts. They shrink as jqwik shrinks: to fewer
 * processes, memories and faults, earlier crashes, simpler behaviours and flights, and less of an
 * adversary. What the order of events itself shrinks to, {@link MinimalCounterexample} finds.
 *
 * <p>The engine, {@code net.jqwik:jqwik}, must be there to run properties; JUnit tests over seeds
 * ({@link TrialTest}) do without this class.
 */
public final class Plans {
  private Plans() {}

  /** All plans of the worlds. */
  public static Arbitrary<Plan> in(Worlds worlds) {
    return Combinators.combine(
            Arbitraries.integers().between(worlds.processesMin, worlds.processesMax),
            Arbitraries.integers().between(worlds.memoriesMin, worlds.memoriesMax))
        .flatAs((n, m) -> in(worlds, n, m))
        // They are drawn often enough, and all of their combinations would be thousands.
        .withoutEdgeCases();
  }

  private static Arbitrary<Plan> in(Worlds worlds, int n, int m) {
    int byzantineMax = Math.min(n, worlds.byzantine.applyAsInt(n));
    int crashesMax = Math.min(n, worlds.crashes.applyAsInt(n));
    int memoryCrashesMax = Math.min(m, worlds.memoryCrashes.applyAsInt(m));
    return Combinators.combine(
            seeds(),
            flights(),
            orders(worlds.adversarialMax),
            byzantine(n, byzantineMax, worlds.behaviours),
            processCrashes(n, crashesMax),
            memoryCrashes(m, memoryCrashesMax),
            troubledWays(worlds.troubledWays ? m : 0))
        .as(
            (seed, flights, order, liars, crashes, memoryCrashes, troubles) -> {
              List<Fault> faults = new ArrayList<>();
              int left = Math.max(byzantineMax, crashesMax) - liars.size();
              for (Fault crash : crashes) {
                // No process is both, and together they keep the bound.
                if (!liars.containsKey(Plan.victim(crash)) && left-- > 0) {
                  faults.add(crash);
                }
              }
              faults.addAll(memoryCrashes);
              faults.addAll(troubles);
              return new Plan(n, m, seed, flights, order, faults, liars);
            });
  }

  /** Seeds. They do not shrink: another one is not a simpler one. */
  public static Arbitrary<Long> seeds() {
    return Arbitraries.longs().dontShrink();
  }

  /** How long things are in flight. */
  public static Arbitrary<Flights> flights() {
    return Arbitraries.of(Flights.values());
  }

  /** The order of time, or that of an adversary for up to so many events. */
  public static Arbitrary<Order> orders(int eventsMax) {
    return Arbitraries.integers().between(0, eventsMax).map(Order::adversarial);
  }

  /** Up to {@code most} of n processes, each with one of the behaviours. */
  public static Arbitrary<SortedMap<Integer, Behaviour>> byzantine(
      int n, int most, List<Behaviour> behaviours) {
    if (most == 0) {
      return Arbitraries.create(TreeMap::new);
    }
    return Arbitraries.maps(Arbitraries.integers().between(1, n), Arbitraries.of(behaviours))
        .ofMaxSize(most)
        .map(TreeMap::new);
  }

  /** Up to {@code most} of n processes crash, each at a time or after so many submissions. */
  public static Arbitrary<List<Fault>> processCrashes(int n, int most) {
    return crashes(n, most)
        .map(
            victims ->
                victims.entrySet().stream()
                    .<Fault>map(
                        v ->
                            v.getValue().counted
                                ? new Fault.ProcessCrashAfter(v.getKey(), v.getValue().amount)
                                : new Fault.ProcessCrash(v.getKey(), v.getValue().amount))
                    .toList());
  }

  /** Up to {@code most} of m memories crash, each at a time or after so many effects. */
  public static Arbitrary<List<Fault>> memoryCrashes(int m, int most) {
    return crashes(m, most)
        .map(
            victims ->
                victims.entrySet().stream()
                    .<Fault>map(
                        v ->
                            v.getValue().counted
                                ? new Fault.MemoryCrashAfter(v.getKey(), v.getValue().amount)
                                : new Fault.MemoryCrash(v.getKey(), v.getValue().amount))
                    .toList());
  }

  /** No trouble, or one of m memories is slow for a while, or ways to memories break. */
  public static Arbitrary<List<Fault>> troubledWays(int m) {
    if (m == 0) {
      return Arbitraries.just(List.of());
    }
    Arbitrary<Fault> slow =
        Combinators.combine(
                Arbitraries.integers().between(1, m),
                Arbitraries.longs().between(1, Worlds.UNSTABLE_NANOS),
                Arbitraries.longs().between(1, Worlds.SLOW_NANOS))
            .as((memory, until, nanos) -> new Fault.SlowMemory(memory, 0, until, nanos));
    Arbitrary<Fault> broken =
        Arbitraries.integers().between(1, 200).map(perMille -> new Fault.BrokenWays(perMille));
    return Arbitraries.oneOf(
        Arbitraries.just(List.of()), slow.list().ofSize(1), broken.list().ofSize(1));
  }

  /** When a crash comes. */
  private record When(boolean counted, long amount) {}

  private static Arbitrary<Map<Integer, When>> crashes(int count, int most) {
    if (most == 0) {
      return Arbitraries.create(TreeMap::new);
    }
    Arbitrary<When> when =
        Arbitraries.oneOf(
            Arbitraries.longs()
                .between(0, Worlds.UNSTABLE_NANOS)
                .map(nanos -> new When(false, nanos)),
            Arbitraries.longs().between(0, Worlds.COUNTED_MAX).map(n -> new When(true, n)));
    return Arbitraries.maps(Arbitraries.integers().between(1, count), when)
        .ofMaxSize(most)
        .map(TreeMap::new);
  }
}
