package org.remora.crash.log;

import java.util.ArrayList;
import java.util.List;

/**
 * Looks, while this replica leads or tries to, which memories owe it answers. If a majority has
 * been silent for a while, the replica is cut off, and asks that another lead: heartbeats in one
 * memory that it does reach would have it named for ever. For speed and for operators only, never
 * for safety.
 */
final class Watch {
  /** Looks at a silent majority before the replica is cut off. */
  private static final int CUT_OFF_LOOKS = 4;

  /** Looks at a silent memory before somebody is told. */
  private static final int TELL_LOOKS = 25;

  private final LogCore core;

  /** By memory: how many looks in a row it was silent for. */
  private final int[] silentLooks;

  private int cutOffLooks;
  private boolean set;

  Watch(LogCore core) {
    this.core = core;
    silentLooks = new int[core.process.memories() + 1];
  }

  /** Begins to look, unless it does. */
  void begin() {
    if (!set) {
      set = true;
      core.after(core.settings.timing().silenceNanos(), this::look);
    }
  }

  private void look() {
    set = false;
    boolean wasCutOff = isCutOff();
    int members = core.configuration().memories().size();
    int answering = members;
    boolean waits = false;
    for (int m = 1; m < silentLooks.length; m++) {
      Stream stream = core.streamOrNull(m);
      boolean member = core.configuration().memories().contains(m);
      boolean silent = member && stream != null && stream.isSilent();
      answering -= silent ? 1 : 0;
      waits |= silent;
      if (member) {
        tell(m, silent);
      } else {
        silentLooks[m] = 0;
      }
    }
    cutOffLooks = answering >= core.rules.quorum(members) ? 0 : cutOffLooks + 1;
    if (isCutOff() != wasCutOff) {
      core.stand();
    }
    if (waits || core.hasTerm()) {
      begin();
    }
  }

  private void tell(int memory, boolean silent) {
    int looks = silentLooks[memory];
    silentLooks[memory] = silent ? Math.min(looks + 1, TELL_LOOKS) : 0;
    if (silent && looks == TELL_LOOKS - 1) {
      core.listener().memorySilent(memory);
    } else if (!silent && looks == TELL_LOOKS) {
      core.listener().memoryAnswers(memory);
    }
  }

  /** Whether a majority of the memories has been silent for a while. */
  boolean isCutOff() {
    return cutOffLooks >= CUT_OFF_LOOKS;
  }

  /** The memories that have been silent for long. */
  List<Integer> silent() {
    List<Integer> silent = new ArrayList<>();
    for (int m = 1; m < silentLooks.length; m++) {
      if (silentLooks[m] == TELL_LOOKS) {
        silent.add(m);
      }
    }
    return silent;
  }
}
