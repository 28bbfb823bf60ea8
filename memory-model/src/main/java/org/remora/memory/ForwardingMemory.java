package org.remora.memory;

import java.util.Objects;

/**
 * A way to a memory that is another one in everything that a subclass does not change: what {@link
 * ForwardingProcess} is to a process. Used on the event loop only.
 */
public class ForwardingMemory implements Memory {
  /** The way that this one is otherwise. */
  protected final Memory memory;

  /** A way like {@code memory}. */
  protected ForwardingMemory(Memory memory) {
    this.memory = Objects.requireNonNull(memory);
  }

  @Override
  public int number() {
    return memory.number();
  }

  @Override
  public void read(Region region, int register, ReadCompletion completion) {
    memory.read(region, register, completion);
  }

  @Override
  public void readRange(Region region, int first, int count, RangeCompletion completion) {
    memory.readRange(region, first, count, completion);
  }

  @Override
  public void write(Region region, int register, Value value, Completion completion) {
    memory.write(region, register, value, completion);
  }

  @Override
  public void compareAndSwap(
      Region region, int register, long expected, long desired, WordCompletion completion) {
    memory.compareAndSwap(region, register, expected, desired, completion);
  }

  @Override
  public boolean supportsCompareAndSwap() {
    return memory.supportsCompareAndSwap();
  }

  @Override
  public void changePermission(Region region, Permission permission, Completion completion) {
    memory.changePermission(region, permission, completion);
  }
}
