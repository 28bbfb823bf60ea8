package org.remora.memory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a memory whose registers tear into one whose registers do not: values are written in frames
 * with length and checksum, and a read whose frame does not check is repeated, a bounded number of
 * times. A register that is torn for longer reads as ⊥: its writer crashed or lost its permission
 * in the middle of a write that was never acknowledged, or tears on purpose.
 *
 * <p>So a register that is being overwritten may read as ⊥ though its old value was acknowledged,
 * and may stay so. An algorithm whose safety needs the old value until the new one is acknowledged
 * overwrites an {@link OwnSlot}.
 *
 * <p>The underlying memory holds {@link #framed} regions. Words do not tear and are left alone.
 * Used on the event loop only.
 */
public final class FramedMemory implements Memory {
  private final Memory memory;
  private final int attemptsMax;

  /** The region asked for last, as the underlying memory holds it. */
  private @Nullable Region lastFramed;

  private @Nullable Region last;

  /**
   * The memory over {@code memory}.
   *
   * @param attemptsMax how many times, at least once, a register is read before it counts as torn
   *     for good
   */
  public FramedMemory(Memory memory, int attemptsMax) {
    if (attemptsMax < 1) {
      throw new IllegalArgumentException("at least one attempt, not " + attemptsMax);
    }
    this.memory = memory;
    this.attemptsMax = attemptsMax;
  }

  /** The region that the underlying memory must hold for {@code region}. */
  public static Region framed(Region region) {
    if (region.words()) {
      return region;
    }
    return new Region(
        region.id(),
        region.name(),
        region.registers(),
        region.registerBytes() + Frame.HEADER_BYTES,
        false,
        region.initial(),
        region.legalChange(),
        frame -> {
          Value value = Frame.decode(frame);
          return value == null ? "torn" : region.notation().apply(value);
        });
  }

  @Override
  public int number() {
    return memory.number();
  }

  @Override
  public void read(Region region, int register, ReadCompletion completion) {
    if (region.words()) {
      memory.read(region, register, completion);
    } else {
      region.checkRegisters(register, 1);
      read(framedOnce(region), register, 1, completion);
    }
  }

  private void read(Region framed, int register, int attempt, ReadCompletion completion) {
    memory.read(
        framed,
        register,
        (outcome, bytes) -> {
          Value value = outcome == Outcome.ACK ? Frame.decode(bytes) : Value.BOTTOM;
          if (value != null) {
            completion.completed(outcome, value);
          } else if (attempt < attemptsMax) {
            read(framed, register, attempt + 1, completion);
          } else {
            completion.completed(outcome, Value.BOTTOM);
          }
        });
  }

  @Override
  public void readRange(Region region, int first, int count, RangeCompletion completion) {
    if (region.words()) {
      memory.readRange(region, first, count, completion);
    } else {
      region.checkRegisters(first, count);
      readRange(framedOnce(region), first, count, 1, completion);
    }
  }

  private void readRange(
      Region framed, int first, int count, int attempt, RangeCompletion completion) {
    memory.readRange(
        framed,
        first,
        count,
        (outcome, registers) -> {
          List<Value> values = new ArrayList<>(count);
          for (Value bytes : registers) {
            @Nullable Value value = Frame.decode(bytes);
            if (value == null && attempt < attemptsMax) {
              readRange(framed, first, count, attempt + 1, completion);
              return;
            }
            values.add(value == null ? Value.BOTTOM : value);
          }
          completion.completed(outcome, values);
        });
  }

  @Override
  public void write(Region region, int register, Value value, Completion completion) {
    region.checkValue(value);
    if (region.words()) {
      memory.write(region, register, value, completion);
    } else {
      memory.write(framedOnce(region), register, Frame.encode(value), completion);
    }
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
    memory.changePermission(framedOnce(region), permission, completion);
  }

  @SuppressWarnings("ReferenceEquality") // a cache: missing it costs an allocation
  private Region framedOnce(Region region) {
    Region known = lastFramed;
    if (known == null || last != region) {
      known = framed(region);
      lastFramed = known;
      last = region;
    }
    return known;
  }
}
