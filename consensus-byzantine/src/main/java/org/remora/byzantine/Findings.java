package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;

/** What one process found out about others: at most one finding per process and kind of guilt. */
final class Findings {
  private final List<Finding> found = new ArrayList<>();

  void record(int process, Finding.Guilt guilt, long round) {
    if (found.stream().noneMatch(f -> f.process() == process && f.guilt() == guilt)) {
      found.add(new Finding(process, guilt, round));
    }
  }

  List<Finding> list() {
    return List.copyOf(found);
  }
}
