package org.remora.memory;

import java.util.ArrayList;
import java.util.List;

/** A memory driven by hand: operations wait here until the test ends them. */
final class FakeMemory implements Memory {
  private final int number;

  /** What is in flight, oldest first. */
  final List<Operation> inFlight = new ArrayList<>();

  FakeMemory(int number) {
    this.number = number;
  }

  /** An operation in flight. */
  final class Operation {
    final String what;
    final Value written;
    private final Object completion;

    Operation(String what, Value written, Object completion) {
      this.what = what;
      this.written = written;
      this.completion = completion;
      inFlight.add(this);
    }

    void end(Outcome outcome, Value... values) {
      inFlight.remove(this);
      if (completion instanceof Completion done) {
        done.completed(outcome);
      } else if (completion instanceof ReadCompletion done) {
        done.completed(outcome, values.length == 0 ? Value.BOTTOM : values[0]);
      } else if (completion instanceof RangeCompletion done) {
        done.completed(outcome, List.of(values));
      } else if (completion instanceof WordCompletion done) {
        done.completed(outcome, values.length == 0 ? 0 : values[0].word());
      }
    }
  }

  /** The only operation in flight. */
  Operation only() {
    if (inFlight.size() != 1) {
      throw new AssertionError("memory " + number + " has in flight: " + whats());
    }
    return inFlight.get(0);
  }

  List<String> whats() {
    return inFlight.stream().map(operation -> operation.what).toList();
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public void read(Region region, int register, ReadCompletion completion) {
    region.checkRegisters(register, 1);
    new Operation("read " + register, Value.BOTTOM, completion);
  }

  @Override
  public void readRange(Region region, int first, int count, RangeCompletion completion) {
    region.checkRegisters(first, count);
    new Operation("read " + first + "+" + count, Value.BOTTOM, completion);
  }

  @Override
  public void write(Region region, int register, Value value, Completion completion) {
    region.checkRegisters(register, 1);
    region.checkValue(value);
    new Operation("write " + register, value, completion);
  }

  @Override
  public void compareAndSwap(
      Region region, int register, long expected, long desired, WordCompletion completion) {
    new Operation("swap " + register, Value.ofWord(desired), completion);
  }

  @Override
  public boolean supportsCompareAndSwap() {
    return true;
  }

  @Override
  public void changePermission(Region region, Permission permission, Completion completion) {
    new Operation("change " + permission, Value.BOTTOM, completion);
  }
}
