package org.remora.apps;

import java.util.List;
import org.remora.bench.Contender;

/** Our own replicated log as a contender. */
final class LogSubjects {
  private LogSubjects() {}

  static List<Contender> all() {
    return List.of();
  }
}
