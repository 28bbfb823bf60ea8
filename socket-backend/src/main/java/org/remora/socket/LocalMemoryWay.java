package org.remora.socket;

import java.util.Objects;
import java.util.OptionalLong;
import org.remora.memory.CostCounter;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * One process's way to a memory of this JVM: an operation takes effect in the submitting call, on
 * the process's own thread; its completion waits for the event loop.
 */
final class LocalMemoryWay implements Memory {
  private final int self;
  private final EventLoop loop;
  private final CostCounter costs;
  private final LocalMemory memory;

  LocalMemoryWay(int self, EventLoop loop, CostCounter costs, LocalMemory memory) {
    this.self = self;
    this.loop = loop;
    this.costs = costs;
    this.memory = memory;
  }

  @Override
  public int number() {
    return memory.number;
  }

  @Override
  public void read(Region region, int register, ReadCompletion completion) {
    loop.check();
    Objects.requireNonNull(completion);
    region.checkRegisters(register, 1);
    if (!loop.isStopped()) {
      costs.read();
      if (!memory.isCrashed()) {
        loop.completions.read(memory, completion, memory.table.read(self, region.id(), register));
      }
    }
  }

  @Override
  public void readRange(Region region, int first, int count, RangeCompletion completion) {
    loop.check();
    Objects.requireNonNull(completion);
    region.checkRegisters(first, count);
    if (!loop.isStopped()) {
      costs.read();
      if (!memory.isCrashed()) {
        loop.completions.range(
            memory, completion, memory.table.readRange(self, region.id(), first, count));
      }
    }
  }

  @Override
  public void write(Region region, int register, Value value, Completion completion) {
    loop.check();
    Objects.requireNonNull(completion);
    region.checkRegisters(register, 1);
    region.checkValue(value);
    if (!loop.isStopped()) {
      costs.write(value.length());
      if (!memory.isCrashed()) {
        loop.completions.write(
            memory, completion, memory.table.write(self, region.id(), register, value));
      }
    }
  }

  @Override
  public void compareAndSwap(
      Region region, int register, long expected, long desired, WordCompletion completion) {
    loop.check();
    Objects.requireNonNull(completion);
    region.checkRegisters(register, 1);
    if (!region.words()) {
      throw new IllegalArgumentException(region.name() + " is not a region of words");
    }
    if (!loop.isStopped()) {
      costs.compareAndSwap();
      if (!memory.isCrashed()) {
        OptionalLong before =
            memory.table.compareAndSwap(self, region.id(), register, expected, desired);
        loop.completions.swap(
            memory, completion, before.isPresent() ? Outcome.ACK : Outcome.NAK, before.orElse(0));
      }
    }
  }

  @Override
  public boolean supportsCompareAndSwap() {
    return true;
  }

  @Override
  public void changePermission(Region region, Permission permission, Completion completion) {
    loop.check();
    Objects.requireNonNull(permission);
    Objects.requireNonNull(completion);
    if (!loop.isStopped()) {
      costs.permissionChange();
      if (!memory.isCrashed()) {
        loop.completions.write(
            memory, completion, memory.table.changePermission(self, region.id(), permission));
      }
    }
  }
}
