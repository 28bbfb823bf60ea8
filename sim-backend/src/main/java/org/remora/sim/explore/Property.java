package org.remora.sim.explore;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Region;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;

/**
 * What must hold in every state of a world, or in at least one. The latter keeps the former honest:
 * a world in which nothing happens breaks no rule.
 */
public final class Property {
  final String name;
  final boolean always;

  /** Exactly one of the three is there. */
  final @Nullable Predicate<SortedMap<Integer, Value>> ofDecisions;

  final @Nullable Predicate<RegionTable> ofMemory;

  final @Nullable LeadsTo leadsTo;

  /** If decisions are such, then in the end they are such. */
  record LeadsTo(
      String name,
      Predicate<SortedMap<Integer, Value>> since,
      Predicate<SortedMap<Integer, Value>> then,
      boolean active) {}

  private Property(
      String name,
      boolean always,
      @Nullable Predicate<SortedMap<Integer, Value>> ofDecisions,
      @Nullable Predicate<RegionTable> ofMemory) {
    this(name, always, ofDecisions, ofMemory, null);
  }

  private Property(
      String name,
      boolean always,
      @Nullable Predicate<SortedMap<Integer, Value>> ofDecisions,
      @Nullable Predicate<RegionTable> ofMemory,
      @Nullable LeadsTo leadsTo) {
    this.leadsTo = leadsTo;
    this.name = Objects.requireNonNull(name);
    this.always = always;
    this.ofDecisions = ofDecisions;
    this.ofMemory = ofMemory;
  }

  /**
   * Holds in every state for the decisions so far, by process; it is asked whenever one is made.
   */
  public static Property always(String name, Predicate<SortedMap<Integer, Value>> ofDecisions) {
    return new Property(name, true, ofDecisions, null);
  }

  /** Holds in some state for the decisions so far. */
  public static Property sometimes(String name, Predicate<SortedMap<Integer, Value>> ofDecisions) {
    return new Property(name, false, ofDecisions, null);
  }

  /** Holds in every state at every memory. */
  public static Property alwaysAtMemory(String name, Predicate<RegionTable> ofMemory) {
    return new Property(name, true, null, ofMemory);
  }

  /** Holds in some state at some memory. */
  public static Property sometimesAtMemory(String name, Predicate<RegionTable> ofMemory) {
    return new Property(name, false, null, ofMemory);
  }

  /**
   * Once {@code since} holds for the decisions, {@code then} comes to hold for them, in the fair
   * continuation of every state: everything in flight arrives and timers expire, round after round,
   * and the adversary is silent. A state that is repeated without it breaks the property.
   */
  public static Property leadsTo(
      String name,
      Predicate<SortedMap<Integer, Value>> since,
      Predicate<SortedMap<Integer, Value>> then) {
    return new Property(name, true, null, null, new LeadsTo(name, since, then, false));
  }

  /**
   * As {@link #leadsTo}, in the same rounds, but against an adversary that goes on: at every read
   * its registers hold whatever of its moves it likes. A round after which it can be where it was
   * before breaks the property.
   */
  public static Property leadsToWhatever(
      String name,
      Predicate<SortedMap<Integer, Value>> since,
      Predicate<SortedMap<Integer, Value>> then) {
    return new Property(name, true, null, null, new LeadsTo(name, since, then, true));
  }

  /** No two processes decide differently, those that crash later included. */
  public static Property agreement() {
    return always("agreement", decisions -> decisions.values().stream().distinct().count() <= 1);
  }

  /** What is decided was proposed: no value comes from nowhere. */
  public static Property validity(List<Value> proposed) {
    return always("validity", decisions -> proposed.containsAll(decisions.values()));
  }

  /** At most one of processes 1 to {@code processes} may write a region. */
  public static Property soleWriter(Region region, int processes) {
    return alwaysAtMemory(
        "sole writer of " + region.name(),
        table -> {
          int writers = 0;
          for (int p = 1; p <= processes; p++) {
            writers += table.permission(region.id()).mayWrite(p) ? 1 : 0;
          }
          return writers <= 1;
        });
  }

  /** Some process decides {@code value}. */
  public static Property sometimesDecided(Value value) {
    return sometimes("decided " + value, decisions -> decisions.containsValue(value));
  }
}
