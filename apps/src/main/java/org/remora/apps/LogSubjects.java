package org.remora.apps;

import java.util.List;
import java.util.Map;
import org.remora.bench.Contender;

/** Our own replicated log as contenders. */
final class LogSubjects {
  private LogSubjects() {}

  static List<Contender> all() {
    return List.of(
        Contender.ofOwn(
            "Remora, local", "one JVM, at the leader", LocalLogSubject.class, Map.of()));
  }
}
