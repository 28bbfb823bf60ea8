package org.remora.apps;

import java.util.Map;
import org.remora.bench.Contender;

/** Our own replicated log as a contender. */
final class LogSubjects {
  private LogSubjects() {}

  /**
   * With memories that are reached in some way.
   *
   * @throws BadInputException if the way is unknown
   */
  static Contender over(String way) {
    return switch (way) {
      case "local" ->
          Contender.ofOwn(
              "Remora, local",
              "memories in the same JVM, at the leader",
              LocalLogSubject.class,
              Map.of());
      case "unix" -> socket("Remora, Unix", way);
      case "tcp" -> socket("Remora, TCP", way);
      default -> throw new BadInputException("unknown way " + way + "; known: local, unix, tcp");
    };
  }

  private static Contender socket(String name, String way) {
    return Contender.ofOwn(
        name,
        "memories in JVMs of their own, at the leader",
        SocketLogSubject.class,
        Map.of(SocketLogSubject.TRANSPORT, way));
  }
}
