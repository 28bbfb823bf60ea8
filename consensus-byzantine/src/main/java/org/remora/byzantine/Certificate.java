package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * Content and the signatures of several processes over statements of it: an L2 proof of the
 * broadcast, and a proof of unanimity of Cheap Quorum. Believed for its signatures, whoever shows
 * it. Canonical: processes in increasing order, each once.
 *
 * @param content the content
 * @param signatures the signature of each process
 */
public record Certificate(Value content, SortedMap<Integer, Value> signatures) {
  /** More than an Ed25519 signature has; what is longer is none. */
  public static final int SIGNATURE_BYTES_MAX = 72;

  /** The most bytes of a certificate of {@code processes} processes. */
  static int bytes(int contentBytes, int processes) {
    return 2 * Integer.BYTES + contentBytes + processes * (2 * Integer.BYTES + SIGNATURE_BYTES_MAX);
  }

  /** The bytes of a register. */
  public Value encode() {
    int length = ValueWriter.sizeOf(content) + Integer.BYTES;
    for (Value signature : signatures.values()) {
      length += Integer.BYTES + ValueWriter.sizeOf(signature);
    }
    ValueWriter writer = new ValueWriter(length).putValue(content).putInt(signatures.size());
    for (Map.Entry<Integer, Value> signature : signatures.entrySet()) {
      writer.putInt(signature.getKey()).putValue(signature.getValue());
    }
    return writer.toValue();
  }

  /** What these bytes encode; null if nothing. Any input is safe. */
  public static @Nullable Certificate decode(Value register, int contentBytes, int processes) {
    try {
      ValueReader reader = new ValueReader(register);
      Value content = reader.takeValue();
      int count = reader.takeInt();
      if (content.isBottom() || content.length() > contentBytes || count < 0) {
        return null;
      }
      SortedMap<Integer, Value> signatures = new TreeMap<>();
      int last = 0;
      for (int i = 0; i < count; i++) {
        int process = reader.takeInt();
        Value signature = reader.takeValue();
        // Increasing and at most n: so the loop is bounded whatever count says.
        if (process <= last
            || process > processes
            || signature.isBottom()
            || signature.length() > SIGNATURE_BYTES_MAX) {
          return null;
        }
        signatures.put(process, signature);
        last = process;
      }
      reader.end();
      return new Certificate(content, signatures);
    } catch (MalformedValueException garbage) {
      return null;
    }
  }

  /** The first {@code count} signatures only. */
  Certificate cutTo(int count) {
    SortedMap<Integer, Value> first = new TreeMap<>();
    List<Map.Entry<Integer, Value>> all = new ArrayList<>(signatures.entrySet());
    all.subList(0, Math.min(count, all.size())).forEach(e -> first.put(e.getKey(), e.getValue()));
    return new Certificate(content, first);
  }
}
