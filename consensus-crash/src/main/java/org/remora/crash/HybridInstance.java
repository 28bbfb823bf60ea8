package org.remora.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.remora.memory.LegalChange;
import org.remora.memory.Machine;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * One instance of Hybrid Ben-Or: what its processes must know alike, and how it is put on a machine
 * of as many memories as processes, of which memory q is process q's.
 *
 * <p>Every memory holds two regions, open to its process and the neighbours alone: a register per
 * process for the bytes of its proposal, and the words of the consensus objects. Immutable.
 */
public final class HybridInstance {
  /** The rounds that the memories have objects for, unless told otherwise. */
  public static final int ROUNDS_DEFAULT = 4_096;

  private final Instance instance;
  private final Neighbourhoods neighbourhoods;
  private final ConsensusObjects objects;
  private final HybridCoin coin;
  private final int rounds;
  private final List<Region> values = new ArrayList<>();
  private final List<Region> words = new ArrayList<>();

  private HybridInstance(
      Instance instance,
      Neighbourhoods neighbourhoods,
      ConsensusObjects objects,
      HybridCoin coin,
      int rounds) {
    this.instance = Objects.requireNonNull(instance);
    this.neighbourhoods = Objects.requireNonNull(neighbourhoods);
    this.objects = Objects.requireNonNull(objects);
    this.coin = Objects.requireNonNull(coin);
    this.rounds = rounds;
    for (int q = 1; q <= neighbourhoods.processes(); q++) {
      int members = neighbourhoods.size(q);
      long registers = 2L * rounds * objects.registers(members);
      if (rounds < 1 || registers > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            rounds + " rounds among " + members + " neighbours: no region has room for them");
      }
      Permission permission =
          new Permission(ProcessSet.none(), ProcessSet.none(), neighbourhoods.set(q));
      values.add(
          Region.of(
              instance.region(),
              "values",
              neighbourhoods.processes(),
              instance.valueBytes(),
              permission,
              LegalChange.NEVER));
      words.add(
          Region.ofWords(
              instance.secondRegion(), "objects", (int) registers, permission, LegalChange.NEVER));
    }
  }

  /** An instance over a graph, with compare-and-swap and every process's own coin. */
  public static HybridInstance of(Instance instance, Neighbourhoods neighbourhoods) {
    return new HybridInstance(
        instance,
        neighbourhoods,
        ConsensusObjects.COMPARE_AND_SWAP,
        HybridCoin.LOCAL,
        ROUNDS_DEFAULT);
  }

  /**
   * This instance with other consensus objects.
   *
   * @throws IllegalArgumentException if no region has room for so many
   */
  public HybridInstance with(ConsensusObjects other) {
    return new HybridInstance(instance, neighbourhoods, other, coin, rounds);
  }

  /** This instance with another coin. */
  public HybridInstance with(HybridCoin other) {
    return new HybridInstance(instance, neighbourhoods, objects, other, rounds);
  }

  /**
   * This instance with objects for so many rounds, {@value #ROUNDS_DEFAULT} by default. A process
   * that has come to no decision in them fails: its futures complete exceptionally.
   *
   * @throws IllegalArgumentException if it is not positive, or no region has room for so many
   */
  public HybridInstance withRounds(int other) {
    return new HybridInstance(instance, neighbourhoods, objects, coin, other);
  }

  /**
   * Defines the regions at every memory of a machine.
   *
   * @throws IllegalArgumentException unless it has as many processes and memories as the graph
   */
  public void define(Machine machine) {
    fits(machine.processes(), machine.memories());
    for (int q = 1; q <= machine.memories(); q++) {
      machine.define(q, values(q));
      machine.define(q, words.get(q - 1));
    }
  }

  /**
   * Lets one process take part. The regions must be defined, and every process must take part with
   * an equal instance.
   *
   * @throws IllegalArgumentException unless the machine has as many processes and memories as the
   *     graph
   */
  public Consensus join(ProcessContext process) {
    return join(process, SafetyRules.KEPT);
  }

  /** As {@link #join}, with a rule of safety broken. */
  public Consensus join(ProcessContext process, Mutation mutation) {
    return join(process, mutation.rules());
  }

  /**
   * Defines the regions and lets every process take part.
   *
   * @return the consensus at processes 1, 2, …
   */
  public List<Consensus> install(Machine machine) {
    define(machine);
    List<Consensus> parts = new ArrayList<>();
    for (int p = 1; p <= machine.processes(); p++) {
      parts.add(join(machine.process(p)));
    }
    return parts;
  }

  private Consensus join(ProcessContext process, SafetyRules rules) {
    fits(process.processes(), process.memories());
    HybridBenOr part = new HybridBenOr(process, this, rules);
    part.start();
    return part;
  }

  private void fits(int processes, int memories) {
    int expected = neighbourhoods.processes();
    if (processes != expected || memories != expected) {
      throw new IllegalArgumentException(
          String.format(
              "a graph of %d processes, on a machine of %d processes and %d memories",
              expected, processes, memories));
    }
  }

  Neighbourhoods neighbourhoods() {
    return neighbourhoods;
  }

  HybridCoin coin() {
    return coin;
  }

  int rounds() {
    return rounds;
  }

  int channel() {
    return instance.learning();
  }

  void check(Value value) {
    instance.check(value);
  }

  /** VALUES of memory {@code neighbour}: the bytes of id c stand in register c − 1. */
  Region values(int neighbour) {
    return values.get(neighbour - 1);
  }

  /**
   * The consensus objects in memory {@code neighbour} as a process of its neighbourhood sees them.
   */
  AgreedWords objects(
      ProcessContext process, int neighbour, SafetyRules rules, Consumer<String> failed) {
    Region region = words.get(neighbour - 1);
    Runnable refused =
        () -> failed.accept("memory " + neighbour + " refuses its neighbour " + process.self());
    if (!rules.usesConsensusObjects()) {
      return new PlainWords(process.memory(neighbour), region);
    }
    return switch (objects) {
      case COMPARE_AND_SWAP -> new SwappedWords(process.memory(neighbour), region, refused);
      case REGISTERS ->
          new RegisterWords(
              process.memory(neighbour),
              region,
              neighbourhoods.size(neighbour),
              neighbourhoods.memberOf(neighbour, process.self()),
              process.coin(),
              refused,
              () -> failed.accept("an object of registers has run out of turns"));
    };
  }
}
