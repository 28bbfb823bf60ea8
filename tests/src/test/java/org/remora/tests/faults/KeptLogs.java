package org.remora.tests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** What the processes of a test have logged, kept for whoever wonders. */
final class KeptLogs {
  private KeptLogs() {}

  static void keep(Path directory, String name) throws IOException {
    Path to = Files.createDirectories(Path.of("target", "logs", name));
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> logs = files.filter(file -> file.toString().endsWith(".log")).toList();
      for (Path log : logs) {
        Files.copy(log, to.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
