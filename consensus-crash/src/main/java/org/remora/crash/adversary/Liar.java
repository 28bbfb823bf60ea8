package org.remora.crash.adversary;

import org.remora.crash.Instance;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.memory.ValueWriter;

/**
 * A Byzantine process that tells each other process another decision, and does nothing else. The
 * algorithms for crash faults believe whoever says that something was decided, so one liar among
 * three is enough.
 */
public enum Liar {
  /** Against those that are led: Paxos, Disk Paxos, Protected Memory Paxos, Aligned Paxos. */
  TO_THE_LED(1),
  /** Against Hybrid Ben-Or. */
  TO_HYBRID_BEN_OR(2);

  /** What says in a message that it carries the decision. */
  private final int decided;

  Liar(int decided) {
    this.decided = decided;
  }

  /** Lets a process lie to all others in an instance; on its event loop, or before it runs. */
  public void start(ProcessContext process, Instance instance) {
    for (int to = 1; to <= process.processes(); to++) {
      if (to != process.self()) {
        Value lie = Value.of("lie" + to);
        Value message =
            new ValueWriter(1 + ValueWriter.sizeOf(lie)).putByte(decided).putValue(lie).toValue();
        process.links(2 * instance.number(), Value::toString).send(to, message);
      }
    }
  }
}
