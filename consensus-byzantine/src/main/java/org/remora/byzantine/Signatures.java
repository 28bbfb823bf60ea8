package org.remora.byzantine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.remora.memory.Forgettable;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/**
 * One process's signatures in one instance: makes and checks signatures over {@link Statement}s,
 * and remembers what it checked. Registers are read again and again, with the same signatures in
 * them; the memory is bounded, and garbage pushes out nothing but time.
 */
final class Signatures {
  private static final int REMEMBERED_MAX = 2048;

  private final int self;
  private final Signer signer;
  private final int instance;
  private final SafetyRules rules;

  @Forgettable
  private final Map<Signature, Boolean> checked =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Signature, Boolean> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  Signatures(int self, Signer signer, int instance, SafetyRules rules) {
    this.self = self;
    this.signer = signer;
    this.instance = instance;
    this.rules = rules;
  }

  private record Signature(int process, Value statement, Value bytes) {}

  /** This process's signature over a statement. */
  Value sign(Statement.Kind kind, int subject, long round, Value content) {
    Value statement = statement(kind, subject, round, content);
    Value signature = signer.sign(statement);
    checked.put(new Signature(self, statement, signature), true);
    return signature;
  }

  /** Whether {@code signature} is one of {@code process} over the statement. Any input is safe. */
  boolean verify(
      int process, Statement.Kind kind, int subject, long round, Value content, Value signature) {
    if (signature.length() > Certificate.SIGNATURE_BYTES_MAX) {
      return false;
    }
    Value statement = statement(kind, subject, round, content);
    Signature key = new Signature(process, statement, signature);
    Boolean known = checked.get(key);
    if (known == null) {
      known = signer.verify(process, statement, signature);
      checked.put(key, known);
    }
    return known;
  }

  private Value statement(Statement.Kind kind, int subject, long round, Value content) {
    return rules.namesWhatItSigns()
        ? new Statement(kind, instance, subject, round, content).encode()
        : Statement.digest(content);
  }
}
