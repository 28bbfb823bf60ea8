package org.remora.sim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * What the Byzantine processes of an explored world may do: any of its moves, at any memory, at any
 * time, as often as they like, in any order. They are one mind. Their memories check permissions
 * like all others.
 *
 * <p>A register that it may write holds any of the values that were named for it, or nothing: the
 * adversary may also leave it torn, which reads as ⊥. A value that carries signatures of correct
 * processes can be written only once these were made.
 *
 * <p>Immutable; each setting returns a new one.
 */
public final class Adversary {
  static final Adversary NONE = new Adversary(new TreeSet<>(), List.of());

  final SortedSet<Integer> processes;
  final List<Move> moves;

  private Adversary(SortedSet<Integer> processes, List<Move> moves) {
    this.processes = processes;
    this.moves = moves;
  }

  /**
   * Something that it may do.
   *
   * @param process who does it
   * @param region of which region
   * @param operation a write, of ⊥ for a register left torn, or a change of permission
   * @param needs the names of the signatures that must have been made before
   */
  record Move(int process, Region region, Operation operation, List<String> needs) {
    /** Whether it is a write, to this register. */
    boolean writes(int register) {
      return operation instanceof Operation.Write write && write.register() == register;
    }

    boolean isChange() {
      return operation instanceof Operation.Change;
    }
  }

  /** These processes are Byzantine, and do nothing but crash until moves are added. */
  public static Adversary of(Integer... processes) {
    return new Adversary(new TreeSet<>(Arrays.asList(processes)), List.of());
  }

  /**
   * One that may also write {@code value} to a register.
   *
   * @param signatures those of correct processes that the value contains
   */
  public Adversary mayWrite(
      int process, Region region, int register, Value value, Collection<Value> signatures) {
    region.checkRegisters(register, 1);
    region.checkValue(value);
    Adversary with = this;
    if (moves.stream().noneMatch(m -> m.region().id() == region.id() && m.writes(register))) {
      with =
          with(
              process, region, new Operation.Write(region.id(), register, Value.BOTTOM), List.of());
    }
    return with.with(
        process,
        region,
        new Operation.Write(region.id(), register, value),
        signatures.stream().map(IdealSignature::name).toList());
  }

  /** One that may also ask for a change of permission. */
  public Adversary mayChange(int process, Region region, Permission permission) {
    return with(process, region, new Operation.Change(region.id(), permission), List.of());
  }

  private Adversary with(int process, Region region, Operation operation, List<String> needs) {
    if (!processes.contains(process)) {
      throw new IllegalArgumentException("process " + process + " is not Byzantine");
    }
    List<Move> more = new ArrayList<>(moves);
    more.add(new Move(process, Objects.requireNonNull(region), operation, needs));
    return new Adversary(processes, List.copyOf(more));
  }

  boolean isByzantine(int process) {
    return processes.contains(process);
  }

  /** The writes to a register, that of ⊥ first; empty if it may write nothing there. */
  int[] writes(int region, int register) {
    int[] found = new int[moves.size()];
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      if (moves.get(i).region().id() == region && moves.get(i).writes(register)) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** The registers of a region that it may write. */
  SortedSet<Integer> registers(int region) {
    SortedSet<Integer> registers = new TreeSet<>();
    for (Move move : moves) {
      if (move.region().id() == region && move.operation() instanceof Operation.Write write) {
        registers.add(write.register());
      }
    }
    return registers;
  }
}
