package org.remora.crash.log;

import java.util.Objects;

/**
 * What all replicas of one log must know alike, save the timing.
 *
 * @param number the number of the log, from 1, unique on its machine among logs and instances of
 *     consensus: its region and channel are derived from it
 * @param ring R: how many entries the ring of a memory holds for certain. A replica that is further
 *     behind may need a snapshot
 * @param window W: how many entries the leader has outstanding at most, at most R
 * @param partialEntries how many entries are outstanding at most when one that is not full is made:
 *     with as many under way, commands wait for company, and go together when one has ended
 * @param entryBytes the most bytes of one entry, its commands and their headers together; a command
 *     has at most {@link #commandBytes}
 * @param queueCommands how many commands may wait at the leader for room in the window; the sender
 *     of one that comes then tries again later
 * @param sessionCommands how many commands of one session may be unanswered at once
 * @param sessions how many sessions are kept; the one used least recently ends when another is
 *     opened
 * @param tailBytes how many bytes of decided entries each replica keeps for others that are behind,
 *     about
 * @param chunkBytes the most bytes of a state transfer that are in flight at once
 * @param snapshotBytesMax the largest snapshot that a replica accepts
 * @param timing how long to wait for what
 */
public record LogSettings(
    int number,
    int ring,
    int window,
    int partialEntries,
    int entryBytes,
    int queueCommands,
    int sessionCommands,
    int sessions,
    int tailBytes,
    int chunkBytes,
    long snapshotBytesMax,
    Timing timing) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public LogSettings {
    Objects.requireNonNull(timing);
    if (number < 1) {
      throw new IllegalArgumentException("logs are numbered from 1, not " + number);
    }
    if (window < 1 || ring < window || ring > 1 << 24) {
      throw new IllegalArgumentException(
          "1 <= window <= ring <= 2^24, not " + window + " and " + ring);
    }
    if (partialEntries < 1) {
      throw new IllegalArgumentException("at least one entry that is not full, not less");
    }
    if (entryBytes <= Command.HEADER_BYTES || entryBytes > 1 << 28) {
      throw new IllegalArgumentException(
          "an entry has from " + (Command.HEADER_BYTES + 1) + " to 2^28 bytes, not " + entryBytes);
    }
    if (queueCommands < 1 || sessionCommands < 1 || sessions < 1 || sessionCommands > 1 << 20) {
      throw new IllegalArgumentException("queue and sessions hold at least one");
    }
    if (tailBytes < 0 || chunkBytes < 1 || snapshotBytesMax < 1) {
      throw new IllegalArgumentException("numbers of bytes are positive");
    }
  }

  /**
   * Log {@code number} with a ring of 1,024 entries of up to 64 KiB, a window of 64, and the
   * default timing.
   */
  public static LogSettings of(int number) {
    return new LogSettings(
        number,
        1024,
        64,
        2,
        64 * 1024,
        64 * 1024,
        1024,
        4096,
        16 << 20,
        256 * 1024,
        1L << 30,
        Timing.DEFAULT);
  }

  /** These settings with another ring and window. */
  public LogSettings withRing(int newRing, int newWindow) {
    return new LogSettings(
        number,
        newRing,
        newWindow,
        partialEntries,
        entryBytes,
        queueCommands,
        sessionCommands,
        sessions,
        tailBytes,
        chunkBytes,
        snapshotBytesMax,
        timing);
  }

  /**
   * These settings with another bound on entries that are not full: a higher one answers many
   * callers sooner, a lower one puts more into each write.
   */
  public LogSettings withPartialEntries(int newPartialEntries) {
    return new LogSettings(
        number,
        ring,
        window,
        newPartialEntries,
        entryBytes,
        queueCommands,
        sessionCommands,
        sessions,
        tailBytes,
        chunkBytes,
        snapshotBytesMax,
        timing);
  }

  /** These settings with entries of up to so many bytes. */
  public LogSettings withEntryBytes(int bytes) {
    return new LogSettings(
        number,
        ring,
        window,
        partialEntries,
        bytes,
        queueCommands,
        sessionCommands,
        sessions,
        tailBytes,
        chunkBytes,
        snapshotBytesMax,
        timing);
  }

  /** These settings with other bounds on what waits: at the leader, and in a session. */
  public LogSettings withQueues(int atLeader, int inSession, int newSessions) {
    return new LogSettings(
        number,
        ring,
        window,
        partialEntries,
        entryBytes,
        atLeader,
        inSession,
        newSessions,
        tailBytes,
        chunkBytes,
        snapshotBytesMax,
        timing);
  }

  /** These settings with other bounds on state transfer. */
  public LogSettings withTransfer(int newTailBytes, int newChunkBytes) {
    return new LogSettings(
        number,
        ring,
        window,
        partialEntries,
        entryBytes,
        queueCommands,
        sessionCommands,
        sessions,
        newTailBytes,
        newChunkBytes,
        snapshotBytesMax,
        timing);
  }

  /** These settings with another timing. */
  public LogSettings withTiming(Timing newTiming) {
    return new LogSettings(
        number,
        ring,
        window,
        partialEntries,
        entryBytes,
        queueCommands,
        sessionCommands,
        sessions,
        tailBytes,
        chunkBytes,
        snapshotBytesMax,
        newTiming);
  }

  /** The most bytes of one command. */
  public int commandBytes() {
    return entryBytes - Command.HEADER_BYTES;
  }

  /** The id of the log's region, and its channel. */
  int id() {
    return 2 * number;
  }

  /** S: the positions of the ring. */
  int positions() {
    return 2 * ring;
  }

  /**
   * D, at least R: an entry so far ahead of what a replica has learned may be in a memory though
   * nothing that it misses is overwritten there; one further ahead may not.
   */
  int reach() {
    return positions() - window;
  }

  /**
   * How long a replica waits, in nanoseconds of its clock. Only speed depends on these, never
   * safety.
   *
   * @param pollNanos how often a follower reads its memory while entries come
   * @param pollNanosMax how often it does when none have come for a while
   * @param noticeNanos how long the leader waits for a further entry to carry the news of a
   *     decision before it sends a message; if another replica waits for the decision, not at all
   * @param retryNanos the wait, drawn by the coin, before a leader that met a rival tries again
   * @param retryNanosMax the longest such wait
   * @param resendNanos how long a command waits for its decision before it is sent to the leader
   *     again; doubles up to 16 times that
   * @param silenceNanos how long a memory or a replica that was asked may be silent before another
   *     one is
   * @param holdBackNanos how long a replica that does not report progress may keep the leader from
   *     reusing the ring
   */
  public record Timing(
      long pollNanos,
      long pollNanosMax,
      long noticeNanos,
      long retryNanos,
      long retryNanosMax,
      long resendNanos,
      long silenceNanos,
      long holdBackNanos) {
    /** For memories at a distance of microseconds. */
    public static final Timing DEFAULT =
        new Timing(
            50_000, 1_000_000, 200_000, 4_000, 1_000_000, 20_000_000, 20_000_000, 100_000_000);

    /**
     * For memories at a distance of tens of microseconds, on machines where a process that waits
     * had better sleep.
     */
    public static final Timing NETWORK =
        new Timing(
            1_000_000,
            4_000_000,
            1_000_000,
            100_000,
            4_000_000,
            50_000_000,
            50_000_000,
            200_000_000);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException unless all are positive and no maximum is below its first
     */
    public Timing {
      if (pollNanos < 1
          || pollNanosMax < pollNanos
          || noticeNanos < 1
          || retryNanos < 1
          || retryNanosMax < retryNanos
          || resendNanos < 1
          || silenceNanos < 1
          || holdBackNanos < 1) {
        throw new IllegalArgumentException("waits are positive and do not end below their first");
      }
    }
  }
}
