package org.remora.byzantine;

import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * Content and a signature over a {@link Statement} of it: what a Value register of the broadcast
 * and the leader's register of Cheap Quorum hold.
 *
 * @param content the content
 * @param signature the signature
 */
public record Signed(Value content, Value signature) {
  /** The most bytes of a register for content of up to {@code contentBytes} bytes. */
  static int bytes(int contentBytes) {
    return 2 * Integer.BYTES + contentBytes + Certificate.SIGNATURE_BYTES_MAX;
  }

  /** The bytes of a register. */
  public Value encode() {
    return new ValueWriter(ValueWriter.sizeOf(content) + ValueWriter.sizeOf(signature))
        .putValue(content)
        .putValue(signature)
        .toValue();
  }

  /** What these bytes encode; null if nothing. Any input is safe. */
  public static @Nullable Signed decode(Value register, int contentBytes) {
    try {
      ValueReader reader = new ValueReader(register);
      Value content = reader.takeValue();
      Value signature = reader.takeValue();
      reader.end();
      return content.isBottom()
              || content.length() > contentBytes
              || signature.isBottom()
              || signature.length() > Certificate.SIGNATURE_BYTES_MAX
          ? null
          : new Signed(content, signature);
    } catch (MalformedValueException garbage) {
      return null;
    }
  }
}
