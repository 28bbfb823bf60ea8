package org.remora.crash.log;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Outcome;
import org.remora.memory.Value;

/**
 * How a replica that does not lead learns: it reads one memory, its home, from its first unlearned
 * index on, at a pace that follows the log's; another memory once that one is silent or does not
 * have what is said to be decided. Which entry it may take for decided, {@link Claims} says; that
 * needs one register of one memory.
 *
 * <p>If the home's position of the next index holds a later index, the replica is behind, and
 * fetches what it misses from another replica ({@link Transfer}).
 */
final class Follower {
  private static final int FEW = 4;

  /** As many entries one read takes at most, and as many bytes of entries as seen so far, about. */
  private static final int MANY = 256;

  private static final int READ_BYTES_MAX = 256 * 1024;

  private final LogCore core;
  private final LogSettings.Timing timing;
  private int home;
  private final long[] askedAt;
  private final boolean[] asked;
  private int count = FEW;
  private long interval;
  private long stalledSince = -1;
  private Clock.@Nullable Timer timer;

  Follower(LogCore core) {
    this.core = core;
    timing = core.settings.timing();
    int memories = core.process.memories();
    askedAt = new long[memories + 1];
    asked = new boolean[memories + 1];
    interval = timing.pollNanos();
    home = 1 + (core.process.self() - 1) % memories;
  }

  /** Begins to read, or goes on. */
  void start() {
    if (timer == null) {
      interval = timing.pollNanos();
      tick();
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Something was said to be decided: reads now. */
  void hurry() {
    if (timer != null) {
      interval = timing.pollNanos();
      read();
    }
  }

  /** Something was learned. */
  void progressed() {
    stalledSince = -1;
  }

  private void tick() {
    read();
    timer = core.after(interval, this::tick);
    interval = Math.min(2 * interval, timing.pollNanosMax());
  }

  private void read() {
    long now = core.process.clock().now();
    if (core.claims.highest() <= core.decided()) {
      stalledSince = -1;
    } else if (stalledSince < 0) {
      stalledSince = now;
    } else if (now - stalledSince >= timing.silenceNanos()) {
      stalledSince = now;
      moveOn();
      core.behind();
    }
    if ((asked[home] && now - askedAt[home] >= timing.silenceNanos())
        || !core.configuration().memories().contains(home)) {
      moveOn();
    }
    if (asked[home]) {
      return;
    }
    int memory = home;
    asked[memory] = true;
    askedAt[memory] = now;
    long first = core.decided() + 1;
    int entries = core.layout.inARow(first, count);
    core.process
        .memory(memory)
        .readRange(
            core.layout.region,
            core.layout.registerOf(first),
            2 * entries,
            (outcome, registers) -> {
              asked[memory] = false;
              if (outcome == Outcome.ACK && core.follows()) {
                take(first, registers);
                if (core.decided() < first && core.layout.inARow(first, 2) == 1) {
                  readClaim(memory, first + 1);
                }
              }
            });
  }

  /** The entry that says whether the last one before the end of the ring is decided. */
  private void readClaim(int memory, long index) {
    asked[memory] = true;
    core.process
        .memory(memory)
        .readRange(
            core.layout.region,
            core.layout.registerOf(index),
            2,
            (outcome, registers) -> {
              asked[memory] = false;
              if (outcome == Outcome.ACK && core.follows()) {
                long before = core.claims.highest();
                for (Value register : registers) {
                  Entry entry = Entry.decode(register);
                  if (entry != null) {
                    core.claimed(entry.proposal(), entry.decidedUpTo());
                  }
                }
                if (core.claims.highest() > before) {
                  read();
                }
              }
            });
  }

  /** Makes another memory the home, one that owes no answer if there is one. */
  private void moveOn() {
    int memories = core.process.memories();
    for (int i = 1; i <= memories; i++) {
      int other = 1 + (home - 1 + i) % memories;
      if (!asked[other] && core.configuration().memories().contains(other)) {
        home = other;
        return;
      }
    }
  }

  /** How many entries to read at once where entries are as large as these. */
  private static int most(List<Value> registers) {
    long bytes = 1;
    for (int i = 0; i < registers.size(); i++) {
      bytes += registers.get(i).length();
    }
    long most = (long) READ_BYTES_MAX * (registers.size() / 2) / bytes;
    return (int) Math.max(FEW, Math.min(MANY, most));
  }

  private void take(long first, List<Value> registers) {
    long before = core.decided();
    for (int i = 0; i < registers.size() / 2; i++) {
      Entry a = Entry.decode(registers.get(2 * i));
      Entry b = Entry.decode(registers.get(2 * i + 1));
      long index = first + i;
      Entry newest = null;
      for (int register = 0; register < 2; register++) {
        Entry entry = register == 0 ? a : b;
        if (entry == null) {
          continue;
        }
        core.claimed(entry.proposal(), entry.decidedUpTo());
        if (entry.index() == index && (newest == null || entry.proposal() > newest.proposal())) {
          newest = entry;
        }
        if (entry.index() > index && index > core.decided()) {
          core.behind();
          return;
        }
      }
      // What was learned in between, from a message, is skipped.
      if (newest != null
          && index == core.decided() + 1
          && core.claims.decides(index, newest.proposal())) {
        core.decide(index, newest.batch());
      }
    }
    if (core.decided() > before) {
      interval = timing.pollNanos();
      boolean all = core.decided() == first + registers.size() / 2 - 1;
      count = all ? Math.min(2 * count, most(registers)) : FEW;
      if (all) {
        read();
      }
    }
  }
}
