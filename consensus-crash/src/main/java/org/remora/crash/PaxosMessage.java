package org.remora.crash;

import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/** What proposers and acceptors of Paxos say: a kind in one byte, the proposal, and a slot. */
sealed interface PaxosMessage {
  /** The number of the proposal that it belongs to. */
  long proposal();

  /** What it carries beside the number. */
  default Slot slot() {
    return Slot.NONE;
  }

  /** Phase 1a: promise to accept nothing below {@code proposal}, and say what you have accepted. */
  record Prepare(long proposal) implements PaxosMessage {}

  /** Phase 1b: promised; {@code slot} holds what was accepted last. */
  record Promise(long proposal, Slot slot) implements PaxosMessage {}

  /** Phase 2a: accept the value that {@code slot} holds. */
  record Accept(long proposal, Slot slot) implements PaxosMessage {
    Accept(long proposal, Value value) {
      this(proposal, Slot.accepted(proposal, value));
    }
  }

  /** Phase 2b: accepted. */
  record Accepted(long proposal) implements PaxosMessage {}

  /** Neither: {@code slot} holds the higher number that was promised. */
  record Rejected(long proposal, Slot slot) implements PaxosMessage {}

  /** The message as bytes. */
  default Value encode() {
    int kind =
        this instanceof Prepare
            ? 1
            : this instanceof Promise
                ? 2
                : this instanceof Accept ? 3 : this instanceof Accepted ? 4 : 5;
    Slot slot = slot();
    return slot.encodeTo(
            new ValueWriter(1 + Long.BYTES + slot.encodedBytes()).putByte(kind).putLong(proposal()))
        .toValue();
  }

  /** The message of these bytes. */
  static PaxosMessage decode(Value message) {
    ValueReader reader = new ValueReader(message);
    int kind = reader.takeByte();
    long proposal = reader.takeLong();
    Slot slot = Slot.decodeFrom(reader);
    reader.end();
    return switch (kind) {
      case 1 -> new Prepare(proposal);
      case 2 -> new Promise(proposal, slot);
      case 3 -> new Accept(proposal, slot);
      case 4 -> new Accepted(proposal);
      case 5 -> new Rejected(proposal, slot);
      default -> throw new MalformedValueException("a Paxos message of kind " + kind);
    };
  }
}
