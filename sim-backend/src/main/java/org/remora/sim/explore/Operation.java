package org.remora.sim.explore;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;

/** An operation on a memory, as data. */
sealed interface Operation {
  /** The id of its region. */
  int region();

  /** A text that tells it from others and orders them. */
  String key();

  /** Takes effect for a process. */
  Result apply(RegionTable table, int process);

  /**
   * How an operation ended.
   *
   * @param outcome ACK or NAK
   * @param values what was read
   * @param word the word before a compare-and-swap
   */
  record Result(Outcome outcome, List<Value> values, long word) {
    static Result of(Outcome outcome) {
      return new Result(outcome, List.of(), 0);
    }

    private static Result read(@Nullable List<Value> values) {
      return values == null
          ? of(Outcome.NAK)
          : new Result(Outcome.ACK, List.copyOf(new ArrayList<>(values)), 0);
    }
  }

  /** A read of one register, or of a range of several. */
  record Read(int region, int first, int count, boolean range) implements Operation {
    @Override
    public String key() {
      return "r " + region + " " + first + " " + count + " " + range;
    }

    @Override
    public Result apply(RegionTable table, int process) {
      return Result.read(table.readRange(process, region, first, count));
    }
  }

  /** A write. */
  record Write(int region, int register, Value value) implements Operation {
    @Override
    public String key() {
      return "w " + region + " " + register + " " + HexFormat.of().formatHex(value.toBytes());
    }

    @Override
    public Result apply(RegionTable table, int process) {
      return Result.of(table.write(process, region, register, value));
    }
  }

  /** A compare-and-swap. */
  record Swap(int region, int register, long expected, long desired) implements Operation {
    @Override
    public String key() {
      return "s " + region + " " + register + " " + expected + " " + desired;
    }

    @Override
    public Result apply(RegionTable table, int process) {
      OptionalLong before = table.compareAndSwap(process, region, register, expected, desired);
      return before.isPresent()
          ? new Result(Outcome.ACK, List.of(), before.getAsLong())
          : Result.of(Outcome.NAK);
    }
  }

  /** A change of permission. */
  record Change(int region, Permission permission) implements Operation {
    @Override
    public String key() {
      return "c " + region + " " + permission;
    }

    @Override
    public Result apply(RegionTable table, int process) {
      return Result.of(table.changePermission(process, region, permission));
    }
  }
}
