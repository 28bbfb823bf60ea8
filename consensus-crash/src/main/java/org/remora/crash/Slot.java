package org.remora.crash;

import java.util.List;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * What a process has promised and accepted, as it lies in a register: the slot of Protected Memory
 * Paxos, the block (mbal, bal, inp) of Disk Paxos, the state of an acceptor of Paxos.
 *
 * <pre>
 *   0             8                  16       20
 *   +-------------+------------------+--------+---------+
 *   | minProposal | acceptedProposal | length | value   |
 *   +-------------+------------------+--------+---------+
 * </pre>
 *
 * @param minProposal the highest proposal number begun or promised; 0 for none
 * @param acceptedProposal the number under which {@code value} was accepted; 0 for none
 * @param value the accepted value; ⊥ for none
 */
record Slot(long minProposal, long acceptedProposal, Value value) {
  static final Slot NONE = new Slot(0, 0, Value.BOTTOM);

  private static final int HEADER_BYTES = 2 * Long.BYTES + Integer.BYTES;

  /** A slot that has promised {@code proposal} and accepted nothing. */
  static Slot promised(long proposal) {
    return new Slot(proposal, 0, Value.BOTTOM);
  }

  /** A slot that has accepted {@code value} under {@code proposal}. */
  static Slot accepted(long proposal, Value value) {
    return new Slot(proposal, proposal, value);
  }

  /** The bytes of a register for values of up to {@code valueBytes} bytes. */
  static int bytes(int valueBytes) {
    return HEADER_BYTES + valueBytes;
  }

  /** The slot with the highest accepted proposal; {@link #NONE} if nothing was accepted. */
  static Slot highest(List<Slot> slots) {
    Slot highest = NONE;
    for (Slot slot : slots) {
      if (slot.acceptedProposal > highest.acceptedProposal) {
        highest = slot;
      }
    }
    return highest;
  }

  Value encode() {
    ValueWriter writer = new ValueWriter(HEADER_BYTES + value.length());
    return encodeTo(writer).toValue();
  }

  int encodedBytes() {
    return HEADER_BYTES + value.length();
  }

  ValueWriter encodeTo(ValueWriter writer) {
    return writer.putLong(minProposal).putLong(acceptedProposal).putValue(value);
  }

  static Slot decode(Value register) {
    if (register.isBottom()) {
      return NONE;
    }
    ValueReader reader = new ValueReader(register);
    Slot slot = decodeFrom(reader);
    reader.end();
    return slot;
  }

  static Slot decodeFrom(ValueReader reader) {
    return new Slot(reader.takeLong(), reader.takeLong(), reader.takeValue());
  }

  /** For people, as in the pseudocode: {@code (4,–,⊥)}. */
  @Override
  public String toString() {
    return "("
        + minProposal
        + ","
        + (acceptedProposal == 0 ? "–" : Long.toString(acceptedProposal))
        + ","
        + value
        + ")";
  }
}
