package org.remora.tests.log;

import org.remora.crash.log.StateMachine;
import org.remora.memory.Value;

/** Adds up the words that are appended; answers with the sum. */
public final class Sum implements StateMachine {
  private long sum;

  @Override
  public Value apply(long index, Value command) {
    sum += command.word();
    return Value.ofWord(sum);
  }

  @Override
  public Value query(Value question) {
    return Value.ofWord(sum);
  }

  @Override
  public Value snapshot() {
    return Value.ofWord(sum);
  }

  @Override
  public void restore(Value snapshot) {
    sum = snapshot.word();
  }
}
