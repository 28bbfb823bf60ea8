package org.remora.tests.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.remora.crash.log.StateMachine;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * What all replicas of one log applied, and what was wrong with it: every replica must apply a
 * prefix of the same sequence, each command once, and only commands that somebody appended.
 */
final class Journal {
  /** One applied command. */
  record Applied(long index, Value command) {}

  final List<Applied> applied = new ArrayList<>();
  final Set<Value> appended = new HashSet<>();
  final List<String> violations = new ArrayList<>();
  private final Set<Value> distinct = new HashSet<>();
  long highestIndex;

  /**
   * The state machine of one replica: a word that each command, which is one too, takes the place
   * of, and the list of all commands that made it so.
   */
  final class Machine implements StateMachine {
    private final int process;
    private final List<Applied> own = new ArrayList<>();
    private long register;

    Machine(int process) {
      this.process = process;
    }

    int size() {
      return own.size();
    }

    @Override
    public Value apply(long index, Value command) {
      Applied next = new Applied(index, command);
      own.add(next);
      check(process, own.size() - 1, next);
      highestIndex = Math.max(highestIndex, index);
      long before = register;
      register = command.word();
      return Value.ofWord(before);
    }

    @Override
    public Value query(Value question) {
      return Value.ofWord(register);
    }

    @Override
    public Value snapshot() {
      int bytes = 8 + 4;
      for (Applied each : own) {
        bytes += 8 + ValueWriter.sizeOf(each.command);
      }
      ValueWriter writer = new ValueWriter(bytes).putLong(register).putInt(own.size());
      own.forEach(each -> writer.putLong(each.index).putValue(each.command));
      return writer.toValue();
    }

    @Override
    public void restore(Value snapshot) {
      ValueReader reader = new ValueReader(snapshot);
      int before = own.size();
      own.clear();
      register = reader.takeLong();
      for (int left = reader.takeInt(); left > 0; left--) {
        Applied next = new Applied(reader.takeLong(), reader.takeValue());
        own.add(next);
        check(process, own.size() - 1, next);
      }
      if (own.size() < before) {
        violations.add("process " + process + " lost what it had applied");
      }
    }
  }

  private void check(int process, int place, Applied next) {
    if (place < applied.size()) {
      if (!applied.get(place).equals(next)) {
        violations.add(
            "disagreement: process "
                + process
                + " applied "
                + next
                + " where "
                + applied.get(place)
                + " was applied");
      }
      return;
    }
    applied.add(next);
    if (!distinct.add(next.command)) {
      violations.add("applied twice: " + next);
    }
    if (!appended.contains(next.command)) {
      violations.add("nobody appended " + next);
    }
  }

  /** What a command took the place of; empty if it was not applied. */
  OptionalLong before(long command) {
    for (int i = 0; i < applied.size(); i++) {
      if (applied.get(i).command.word() == command) {
        return OptionalLong.of(i == 0 ? 0 : applied.get(i - 1).command.word());
      }
    }
    return OptionalLong.empty();
  }

  boolean contains(Value command) {
    return distinct.contains(command);
  }
}
