package org.remora.crash.log;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * State transfer, both ends. A replica that is behind asks the others in turn, one request at a
 * time: so no more than one message is in flight to it, and one that is slow to take it slows
 * nobody. It gets the decided entries that it misses, or, if those are no longer kept, a snapshot
 * in parts, and then the entries after it.
 */
final class Transfer {
  private final LogCore core;
  private boolean active;

  /** Whom it asks now, and how many have been of no help since something came last. */
  private int peer;

  private int helpless;
  private Clock.@Nullable Timer timer;

  /** The parts of a snapshot that have come. */
  private final List<Value> parts = new ArrayList<>();

  private long partsOf;
  private long partsBytes;

  /** The snapshot that this replica hands out. */
  private @Nullable Value handedOut;

  private long handedOutIndex;

  Transfer(LogCore core) {
    this.core = core;
    peer = core.process.self();
  }

  boolean isActive() {
    return active;
  }

  /** Begins to fetch what is missing, unless that is under way. */
  void begin(int preferred) {
    if (!active) {
      active = true;
      core.stand();
      helpless = 0;
      if (preferred != 0 && preferred != core.process.self()) {
        peer = preferred;
      } else {
        next();
      }
      ask();
    }
  }

  void stop() {
    active = false;
    drop();
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void drop() {
    parts.clear();
    partsOf = 0;
    partsBytes = 0;
  }

  /** Asks another: any process, for who is a member now is among what it may have missed. */
  private void next() {
    int processes = core.process.processes();
    peer = 1 + peer % processes;
    if (peer == core.process.self()) {
      peer = 1 + peer % processes;
    }
  }

  private void ask() {
    if (timer != null) {
      timer.cancel();
    }
    core.send(peer, new LogMessage.Fetch(core.decided() + 1, partsOf, partsBytes));
    timer = core.after(core.settings.timing().silenceNanos(), this::noHelp);
  }

  private void noHelp() {
    drop();
    // Whoever is asked first may have been the one just tried: once more than there are others.
    if (++helpless > core.process.processes()) {
      stop();
      core.transferred();
    } else {
      next();
      ask();
    }
  }

  /** Entries have come. */
  void received(int from, LogMessage.Entries message) {
    if (!core.follows()) {
      return;
    }
    core.seen(message.proposal());
    long before = core.decided();
    long index = message.first();
    for (Value batch : message.batches()) {
      if (index++ == core.decided() + 1) {
        core.decide(index - 1, batch);
      }
    }
    if (active && from == peer) {
      if (core.decided() > before) {
        helpless = 0;
      }
      if (core.decided() >= message.decided()) {
        boolean caughtUp = core.decided() > before || core.claims.highest() <= core.decided();
        if (caughtUp) {
          stop();
          core.transferred();
        } else {
          noHelp();
        }
      } else {
        ask();
      }
    }
  }

  /** A part of a snapshot has come. */
  void received(int from, LogMessage.Chunk chunk) {
    if (!core.follows() || !active || from != peer) {
      return;
    }
    core.seen(chunk.proposal());
    boolean fits =
        chunk.snapshot() > core.decided()
            && chunk.total() >= 0
            && chunk.total() <= core.settings.snapshotBytesMax()
            && chunk.offset() <= chunk.total()
            && chunk.bytes().length() <= chunk.total() - chunk.offset();
    if (chunk.offset() == 0 && chunk.snapshot() != partsOf) {
      drop();
      partsOf = chunk.snapshot();
    }
    if (!fits || chunk.snapshot() != partsOf || chunk.offset() != partsBytes) {
      return; // late, or repeated; the timer asks again
    }
    parts.add(chunk.bytes());
    partsBytes += chunk.bytes().length();
    helpless = 0;
    if (partsBytes == chunk.total()) {
      ValueWriter whole = new ValueWriter((int) partsBytes);
      parts.forEach(whole::putBytes);
      drop();
      core.install(chunk.snapshot(), whole.toValue());
    }
    ask();
  }

  /** Another replica asks. */
  void received(int from, LogMessage.Fetch fetch) {
    Value snapshot = handedOut;
    if (fetch.next() < 1) {
      return;
    }
    if (snapshot != null
        && fetch.snapshot() == handedOutIndex
        && fetch.offset() > 0
        && fetch.offset() <= snapshot.length()) {
      part(from, snapshot, (int) fetch.offset());
    } else if (fetch.next() > core.decided()) {
      core.send(
          from,
          new LogMessage.Entries(core.highestSeen(), core.decided(), fetch.next(), List.of()));
    } else if (fetch.next() >= core.tail.first()) {
      core.send(
          from,
          new LogMessage.Entries(
              core.highestSeen(),
              core.decided(),
              fetch.next(),
              core.tail.from(fetch.next(), core.settings.chunkBytes())));
    } else {
      if (snapshot == null || handedOutIndex + 1 < core.tail.first()) {
        snapshot = core.snapshot();
        handedOut = snapshot;
        handedOutIndex = core.decided();
      }
      part(from, snapshot, 0);
    }
  }

  private void part(int to, Value snapshot, int offset) {
    int bytes = Math.min(core.settings.chunkBytes(), snapshot.length() - offset);
    core.send(
        to,
        new LogMessage.Chunk(
            core.highestSeen(),
            handedOutIndex,
            snapshot.length(),
            offset,
            snapshot.slice(offset, bytes)));
    if (offset + bytes == snapshot.length()) {
      // Nobody needs it any more, as far as is known; it may be large.
      handedOut = null;
    }
  }

  /** A snapshot of what every replica has alike. */
  static Value encode(LogRules rules, Configuration configuration, Sessions sessions, Value state) {
    boolean whole = rules.snapshotsSessions();
    ValueWriter writer =
        new ValueWriter(
            configuration.bytes() + 1 + (whole ? sessions.bytes() : 0) + ValueWriter.sizeOf(state));
    configuration.encodeTo(writer);
    writer.putByte(whole ? 1 : 0);
    if (whole) {
      sessions.encodeTo(writer);
    }
    return writer.putValue(state).toValue();
  }

  /** Takes a snapshot apart: what it returns is the state machine's. */
  static Decoded decode(Value snapshot, Sessions sessions) {
    ValueReader reader = new ValueReader(snapshot);
    Configuration configuration = Configuration.decodeFrom(reader);
    if (reader.takeByte() == 1) {
      sessions.decodeFrom(reader);
    }
    Value state = reader.takeValue();
    reader.end();
    return new Decoded(configuration, state);
  }

  /**
   * What a snapshot holds beside the sessions.
   *
   * @param configuration the members
   * @param state the state machine's bytes
   */
  record Decoded(Configuration configuration, Value state) {}
}
