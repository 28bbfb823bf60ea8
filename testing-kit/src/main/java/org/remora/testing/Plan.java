package org.remora.testing;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.remora.memory.ProcessSet;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * One world and all that goes wrong in it. A plan and a program make one run, always the same. Its
 * text names all of it: {@code n=3 m=1 seed=17 flights=one-delay order=p1~m1,p2~m1
 * faults=m2@4000,p3#7 byzantine=p1:two-faced}, and {@link Trial#parse} reads it.
 *
 * @param processes n
 * @param memories m
 * @param seed the seed of all chance
 * @param flights how long things are in flight
 * @param order in which order events happen
 * @param faults what fails: see {@link Fault}. In the text: {@code p2@4000} a process that crashes
 *     at a time in nanoseconds, {@code p2#7} after so many submissions, {@code m1@4000} and {@code
 *     m1#7} a memory at a time or after so many effects, {@code slow:m1+900:0-5000} and {@code
 *     slow:p1>p2+900:0-5000} a memory or link that is so much slower from a time to another, {@code
 *     cut:1.2:0-5000} a partition, {@code broken:20} ways that break in so many of 1,000 operations
 * @param byzantine who is Byzantine, and does what
 */
public record Plan(
    int processes,
    int memories,
    long seed,
    Flights flights,
    Order order,
    List<Fault> faults,
    SortedMap<Integer, Behaviour> byzantine) {
  /**
   * Copies the collections and checks the numbers.
   *
   * @throws IllegalArgumentException if a Byzantine process is none of the processes
   */
  public Plan {
    Objects.requireNonNull(flights);
    Objects.requireNonNull(order);
    faults = List.copyOf(faults);
    byzantine = Collections.unmodifiableSortedMap(new TreeMap<>(byzantine));
    int n = processes;
    if (n < 1 || memories < 0 || !byzantine.keySet().stream().allMatch(p -> p >= 1 && p <= n)) {
      throw new IllegalArgumentException(
          "a plan of " + n + " processes and " + memories + " memories, Byzantine: " + byzantine);
    }
  }

  /** A world in which nothing goes wrong. */
  public static Plan of(int processes, int memories, long seed) {
    return new Plan(
        processes,
        memories,
        seed,
        Flights.ONE_DELAY,
        new Order.InTime(),
        List.of(),
        new TreeMap<>());
  }

  /** Whether a process is Byzantine. */
  public boolean isByzantine(int process) {
    return byzantine.containsKey(process);
  }

  /** Whether a process is neither Byzantine nor crashes. */
  public boolean isCorrect(int process) {
    return !isByzantine(process)
        && faults.stream().noneMatch(fault -> Plan.victim(fault) == process);
  }

  /** The processes that are neither Byzantine nor crash. */
  public List<Integer> correct() {
    IntPredicate correct = this::isCorrect;
    return IntStream.rangeClosed(1, processes).filter(correct).boxed().toList();
  }

  /** This plan with another seed. */
  public Plan withSeed(long other) {
    return new Plan(processes, memories, other, flights, order, faults, byzantine);
  }

  /** This plan with other flights. */
  public Plan withFlights(Flights other) {
    return new Plan(processes, memories, seed, other, order, faults, byzantine);
  }

  /** This plan with another order. */
  public Plan withOrder(Order other) {
    return new Plan(processes, memories, seed, flights, other, faults, byzantine);
  }

  /** This plan with other faults. */
  public Plan withFaults(List<Fault> others) {
    return new Plan(processes, memories, seed, flights, order, others, byzantine);
  }

  /** This plan with a process that behaves so. */
  public Plan withByzantine(int process, Behaviour behaviour) {
    SortedMap<Integer, Behaviour> others = new TreeMap<>(byzantine);
    others.put(process, behaviour);
    return new Plan(processes, memories, seed, flights, order, faults, others);
  }

  /** This plan with one Byzantine process less. */
  Plan withoutByzantine(int process) {
    SortedMap<Integer, Behaviour> others = new TreeMap<>(byzantine);
    others.remove(process);
    return new Plan(processes, memories, seed, flights, order, faults, others);
  }

  /** The settings of the simulator for this plan. */
  public SimWorld.Settings world() {
    SimWorld.Settings settings =
        SimWorld.of(processes, memories)
            .seed(seed)
            .latency(flights.latency())
            .faults(faults)
            .crashOnThrow(
                ProcessSet.of(byzantine.keySet().stream().mapToInt(Integer::intValue).toArray()));
    if (order instanceof Order.Adversarial adversarial) {
      settings.adversarial(adversarial.events());
    } else if (order instanceof Order.Chosen chosen) {
      settings.choices(chosen.choices());
    }
    return settings;
  }

  /** The process that a fault crashes; 0 if none. */
  static int victim(Fault fault) {
    return fault instanceof Fault.ProcessCrash crash
        ? crash.process()
        : fault instanceof Fault.ProcessCrashAfter crashAfter ? crashAfter.process() : 0;
  }

  @Override
  public String toString() {
    return PlanText.write(this);
  }
}
