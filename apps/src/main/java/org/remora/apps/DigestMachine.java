package org.remora.apps;

import org.remora.bench.Digest;
import org.remora.crash.log.StateMachine;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/** The benchmark's state machine in our log. */
record DigestMachine(Digest digest) implements StateMachine {
  @Override
  public Value apply(long index, Value command) {
    return Value.ofWord(digest.apply(command.toBytes()));
  }

  @Override
  public Value query(Value question) {
    return Value.ofWord(digest.seen().hash());
  }

  @Override
  public Value snapshot() {
    Digest.Seen seen = digest.seen();
    return new ValueWriter(2 * Long.BYTES).putLong(seen.count()).putLong(seen.hash()).toValue();
  }

  @Override
  public void restore(Value snapshot) {
    ValueReader reader = new ValueReader(snapshot);
    digest.restore(new Digest.Seen(reader.takeLong(), reader.takeLong()));
  }
}
