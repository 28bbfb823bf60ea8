package org.remora.testing.example;

import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/** A value with the signature of process 1. */
record Signed(Value value, Value signature) {
  static Signed by(ProcessContext process, Value value) {
    return new Signed(value, process.signer().sign(value));
  }

  /** What a register holds; null unless process 1 has signed it. */
  static @Nullable Signed read(ProcessContext process, Value register) {
    try {
      ValueReader reader = new ValueReader(register);
      Signed signed = new Signed(reader.takeValue(), reader.takeValue());
      reader.end();
      return !signed.value.isBottom() && process.signer().verify(1, signed.value, signed.signature)
          ? signed
          : null;
    } catch (MalformedValueException garbage) {
      return null;
    }
  }

  /** For traces. */
  static String text(Value register) {
    return register.isBottom() ? "⊥" : new ValueReader(register).takeValue().toString();
  }

  Value encode() {
    return new ValueWriter(ValueWriter.sizeOf(value) + ValueWriter.sizeOf(signature))
        .putValue(value)
        .putValue(signature)
        .toValue();
  }
}
