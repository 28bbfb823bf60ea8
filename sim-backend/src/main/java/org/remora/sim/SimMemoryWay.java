package org.remora.sim;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** One process's way to one memory. */
final class SimMemoryWay implements Memory {
  private final SimProcess process;
  private final SimMemory memory;
  private final SimWorld world;

  SimMemoryWay(SimProcess process, SimMemory memory) {
    this.process = process;
    this.memory = memory;
    world = process.world;
  }

  @Override
  public int number() {
    return memory.number;
  }

  @Override
  public void read(Region region, int register, ReadCompletion completion) {
    region.checkRegisters(register, 1);
    if (process.submits()) {
      process.costs.read();
      new Read(region, register, completion).submit();
    }
  }

  @Override
  public void readRange(Region region, int first, int count, RangeCompletion completion) {
    region.checkRegisters(first, count);
    if (process.submits()) {
      process.costs.read();
      new ReadRange(region, first, count, completion).submit();
    }
  }

  @Override
  public void write(Region region, int register, Value value, Completion completion) {
    region.checkRegisters(register, 1);
    region.checkValue(value);
    if (process.submits()) {
      process.costs.write(value.length());
      boolean tears =
          world.settings().tearing != SimWorld.Tearing.NONE && value.length() > Long.BYTES;
      (tears
              ? new TearingWrite(region, register, value, completion)
              : new Write(region, register, value, completion))
          .submit();
    }
  }

  @Override
  public void compareAndSwap(
      Region region, int register, long expected, long desired, WordCompletion completion) {
    region.checkRegisters(register, 1);
    if (!region.words()) {
      throw new IllegalArgumentException(region.name() + " is not a region of words");
    }
    if (process.submits()) {
      process.costs.compareAndSwap();
      new CompareAndSwap(region, register, expected, desired, completion).submit();
    }
  }

  @Override
  public boolean supportsCompareAndSwap() {
    return true;
  }

  @Override
  public void changePermission(Region region, Permission permission, Completion completion) {
    if (process.submits()) {
      process.costs.permissionChange();
      new ChangePermission(region, permission, completion).submit();
    }
  }

  /** An operation in flight: first towards the memory, then, with its outcome, back. */
  private abstract class Operation extends Event {
    final Region region;
    private final long id;
    private boolean answered;
    Outcome outcome = Outcome.UNKNOWN;

    Operation(Region region) {
      super(Choice.ofOperation(process.self(), memory.number));
      this.region = region;
      id = world.nextId();
    }

    void submit() {
      trace(TraceEvent.Kind.REQUEST, "");
      world.schedule(this, world.memoryArrival(memory.number));
      process.submitted();
    }

    @Override
    void happen() {
      if (memory.crashed) {
        return; // silent, also about what has taken effect
      }
      if (answered) {
        arriveBack();
      } else {
        reach();
      }
    }

    /** The request has reached the memory. */
    private void reach() {
      int broken = world.settings().brokenPerMille;
      if (broken > 0 && world.random().nextInt(1000) < broken) {
        if (world.random().nextBoolean()) {
          effect();
        }
        outcome = Outcome.UNKNOWN;
      } else {
        outcome = effect();
      }
      trace(TraceEvent.Kind.EFFECT, ended());
      sendBack();
    }

    private void sendBack() {
      answered = true;
      memory.effected();
      world.schedule(this, world.memoryArrival(memory.number));
    }

    private void arriveBack() {
      if (!process.crashed()) {
        trace(TraceEvent.Kind.ANSWER, ended());
        try {
          complete();
        } catch (RuntimeException | AssertionError e) {
          if (!process.crashesInstead()) {
            throw e;
          }
        }
      }
    }

    final void trace(TraceEvent.Kind kind, String ended) {
      if (world.traces()) {
        world.trace(kind, process.self(), memory.number, id, text(), ended);
      }
    }

    private String ended() {
      return world.traces()
          ? (outcome.name().toLowerCase(Locale.ROOT) + " " + result()).strip()
          : "";
    }

    final String register(int register) {
      return region.name() + "[" + register + "]";
    }

    final boolean acked() {
      return outcome == Outcome.ACK;
    }

    /** Takes effect at the memory. */
    abstract Outcome effect();

    /** Tells the process. */
    abstract void complete();

    /** What it is, for traces. */
    abstract String text();

    /** What it read, for traces. */
    String result() {
      return "";
    }
  }

  private final class Read extends Operation {
    private final int register;
    private final ReadCompletion completion;
    private Value value = Value.BOTTOM;

    Read(Region region, int register, ReadCompletion completion) {
      super(region);
      this.register = register;
      this.completion = completion;
    }

    @Override
    Outcome effect() {
      Value read = memory.table.read(process.self(), region.id(), register);
      value = read == null ? Value.BOTTOM : read;
      return read == null ? Outcome.NAK : Outcome.ACK;
    }

    @Override
    void complete() {
      completion.completed(outcome, acked() ? value : Value.BOTTOM);
    }

    @Override
    String text() {
      return "read " + register(register);
    }

    @Override
    String result() {
      return acked() ? TraceEvent.written(value, region.notation()) : "";
    }
  }

  private final class ReadRange extends Operation {
    private final int first;
    private final int count;
    private final RangeCompletion completion;
    private List<Value> values = List.of();

    ReadRange(Region region, int first, int count, RangeCompletion completion) {
      super(region);
      this.first = first;
      this.count = count;
      this.completion = completion;
    }

    @Override
    Outcome effect() {
      List<Value> read = memory.table.readRange(process.self(), region.id(), first, count);
      values = read == null ? List.of() : read;
      return read == null ? Outcome.NAK : Outcome.ACK;
    }

    @Override
    void complete() {
      completion.completed(outcome, acked() ? values : List.of());
    }

    @Override
    String text() {
      return "read " + region.name() + "[" + first + ".." + (first + count - 1) + "]";
    }

    @Override
    String result() {
      return acked()
          ? values.stream().map(v -> TraceEvent.written(v, region.notation())).toList().toString()
          : "";
    }
  }

  private class Write extends Operation {
    final int register;
    final Value value;
    private final Completion completion;

    Write(Region region, int register, Value value, Completion completion) {
      super(region);
      this.register = register;
      this.value = value;
      this.completion = completion;
    }

    @Override
    Outcome effect() {
      return memory.table.write(process.self(), region.id(), register, value);
    }

    @Override
    void complete() {
      completion.completed(outcome);
    }

    @Override
    String text() {
      return "write " + register(register) + " = " + TraceEvent.written(value, region.notation());
    }
  }

  /**
   * A write of more than a word to a memory that tears: some words of it land first, the rest
   * later, if the writer still has the permission then. In between a reader sees new bytes before
   * old ones.
   */
  private final class TearingWrite extends Write {
    private boolean halfWritten;

    TearingWrite(Region region, int register, Value value, Completion completion) {
      super(region, register, value, completion);
    }

    @Override
    void happen() {
      // A forged region has no register that could tear.
      if (halfWritten || memory.crashed || !memory.table.has(region.id(), register)) {
        super.happen();
        return;
      }
      halfWritten = true;
      if (memory.table.write(process.self(), region.id(), register, half()) == Outcome.ACK) {
        trace(TraceEvent.Kind.EFFECT, "torn");
      }
      world.schedule(this, world.memoryArrival(memory.number));
    }

    private Value half() {
      int words = (value.length() - 1) / Long.BYTES;
      int cut = Long.BYTES * (1 + world.random().nextInt(words));
      // The register as its memory's host sees it, whoever may read it.
      Value old = memory.table.peek(region.id(), register);
      byte[] bytes = new byte[Math.max(value.length(), old.length())];
      value.copyTo(bytes, 0);
      Arrays.fill(bytes, cut, bytes.length, (byte) 0);
      if (old.length() > cut) {
        old.slice(cut, old.length() - cut).copyTo(bytes, cut);
      }
      return Value.of(bytes);
    }
  }

  private final class CompareAndSwap extends Operation {
    private final int register;
    private final long expected;
    private final long desired;
    private final WordCompletion completion;
    private long before;

    CompareAndSwap(
        Region region, int register, long expected, long desired, WordCompletion completion) {
      super(region);
      this.register = register;
      this.expected = expected;
      this.desired = desired;
      this.completion = completion;
    }

    @Override
    Outcome effect() {
      OptionalLong was =
          memory.table.compareAndSwap(process.self(), region.id(), register, expected, desired);
      before = was.orElse(0);
      return was.isPresent() ? Outcome.ACK : Outcome.NAK;
    }

    @Override
    void complete() {
      completion.completed(outcome, acked() ? before : 0);
    }

    @Override
    String text() {
      return "swap " + register(register) + " " + expected + " → " + desired;
    }

    @Override
    String result() {
      return acked() ? Long.toString(before) : "";
    }
  }

  private final class ChangePermission extends Operation {
    private final Permission permission;
    private final Completion completion;

    ChangePermission(Region region, Permission permission, Completion completion) {
      super(region);
      this.permission = permission;
      this.completion = completion;
    }

    @Override
    Outcome effect() {
      return memory.table.changePermission(process.self(), region.id(), permission);
    }

    @Override
    void complete() {
      completion.completed(outcome);
    }

    @Override
    String text() {
      return "permission " + region.name() + " " + permission;
    }
  }
}
