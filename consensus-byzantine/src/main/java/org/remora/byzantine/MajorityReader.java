package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Lane;
import org.remora.memory.Outcome;
import org.remora.memory.ProcessContext;
import org.remora.memory.Quorum;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * Reads registers of one region, again and again, at a majority of memories. At each memory at most
 * one read is in flight: one that never answers costs nothing more. A read that is begun replaces
 * the one before, and every answer it counts was asked for after it began.
 *
 * <p>A Byzantine writer may have put different values on different memories, so an answer is the
 * list of distinct values found in a register, ⊥ left out. A register that a correct process wrote
 * once, completely, before the read began, answers that one value.
 */
final class MajorityReader {
  private final Region region;
  private final int majority;
  private final List<Lane> lanes = new ArrayList<>();

  /** The one whose answers count. */
  private @Nullable Read newest;

  MajorityReader(ProcessContext process, Region region) {
    this.region = region;
    majority = Quorum.majority(process.memories());
    for (int memory = 1; memory <= process.memories(); memory++) {
      lanes.add(new Lane(process.memory(memory)));
    }
  }

  /** Reads {@code count} registers from {@code first} on. */
  void read(int first, int count, Consumer<List<List<Value>>> completion) {
    cancel();
    Read read = new Read(count, completion);
    newest = read;
    for (Lane lane : lanes) {
      lane.begin(
          l ->
              l.readRange(
                  region, first, count, (outcome, values) -> read.answered(outcome, values)));
    }
  }

  /** The one value in a register; ⊥ if it holds none, or different ones. */
  static Value only(List<Value> distinct) {
    return distinct.size() == 1 ? distinct.get(0) : Value.BOTTOM;
  }

  /** What a register holds, among the rows that were read; nothing if its row was not. */
  static List<Value> cell(Map<Integer, List<List<Value>>> rows, int row, int register) {
    List<List<Value>> found = rows.get(row);
    return found == null ? List.of() : found.get(register);
  }

  /** Ends the read that was begun last: it never completes. */
  void cancel() {
    Read read = newest;
    if (read != null) {
      read.end();
    }
  }

  private final class Read {
    private final Consumer<List<List<Value>>> completion;

    /** The distinct values by register; nothing any more when the read has ended. */
    private List<List<Value>> found = new ArrayList<>();

    private int answers;

    Read(int count, Consumer<List<List<Value>>> completion) {
      this.completion = completion;
      for (int i = 0; i < count; i++) {
        found.add(new ArrayList<>(1));
      }
    }

    void answered(Outcome outcome, List<Value> values) {
      if (newest != this) {
        return;
      }
      for (int i = 0; outcome == Outcome.ACK && i < values.size(); i++) {
        Value value = values.get(i);
        if (!value.isBottom() && !found.get(i).contains(value)) {
          found.get(i).add(value);
        }
      }
      if (++answers == majority) {
        List<List<Value>> all = found;
        end();
        completion.accept(all);
      }
    }

    void end() {
      newest = null;
      found = List.of();
      answers = 0;
    }
  }
}
