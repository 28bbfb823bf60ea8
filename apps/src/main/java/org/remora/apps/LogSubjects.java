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
            "Remora, local", "memories in the same JVM", LocalLogSubject.class, Map.of()),
        Contender.ofOwn(
            "Remora, Unix sockets",
            "memories in JVMs of their own, at the leader",
            SocketLogSubject.class,
            Map.of(SocketLogSubject.TRANSPORT, "unix")),
        Contender.ofOwn(
            "Remora, TCP",
            "memories in JVMs of their own, at the leader",
            SocketLogSubject.class,
            Map.of(SocketLogSubject.TRANSPORT, "tcp")));
  }
}
