package org.remora.crash.log;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.OwnSlot;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * A process's way to one memory: its takeover there, and then its entries, in the order of their
 * indices and up to a window of them in flight.
 *
 * <pre>
 * take over in term b, c being what this process has learned:
 *   wait until everything of its own earlier term has ended here
 *   change the permission: sole writer
 *   read the slots of all                               a promise of b or above → give up
 *   read the positions of c + D to c + S                 an index above c + D → behind, give up
 *   read the ring from c + 1 on, until as many indices in a row are empty as the window is wide,
 *     counted from the highest "from" in the slots on   an entry of b or above → give up
 *   write the own slot = (b, c + 1)                     nak → give up
 * </pre>
 *
 * <p>The slot is written last, and so does two things at once. That it is acknowledged shows that
 * nobody had the permission meanwhile, so what was read did not change while it was read, and
 * nothing of what an earlier leader had acknowledged here can have been hidden by a write half
 * done. And a rival with a lower number that takes the permission later finds the promise; one that
 * took it earlier, with a higher number, has left its own, or naks the write.
 *
 * <p>What is where. Say a leader wrote entries here in a term with (b, from) in its slot. Entry i
 * was submitted when all of [from, i − W] were acknowledged here. So among its entries here no W in
 * a row are missing below its highest, and the read above finds all of them, unless they were
 * overwritten. Say so something that the reader misses was: i + S was submitted for an i > c. Then
 * all of [from, i + D], D = S − W, were acknowledged here, c + 1 + D among them, or "from" is above
 * that, and tells that the reader is behind. Of the W + 1 positions of c + D to c + S at most W in
 * a row are torn by writes that were cut off, those from the lowest unacknowledged index on. One
 * that is not torn holds an index above c + D: if that is the position of c + D, the one
 * acknowledged last, above c + D by S at least. So the reader sees that it is behind.
 *
 * <p>An operation that ends as UNKNOWN is submitted again: it took effect or never will, and
 * nothing else of this process is in flight for the register. Used on the event loop only.
 */
final class Stream {
  private static final int CHUNK = 32;

  private final Memory memory;
  private final Layout layout;
  private final LogRules rules;
  private final int self;
  private final int processes;
  private final int window;
  private final int holes;
  private final int reach;

  /** All operations in flight. */
  private int inFlight;

  /** How many have ended; and, at the last look, whether any was in flight, and that number. */
  private long answers;

  private boolean inFlightSeen;
  private long answersSeen;

  /** The next term's first step, which waits for the last operation of the one before. */
  private @Nullable Runnable waiting;

  /** The term that uses this way, or used it last. */
  private @Nullable Term term;

  /** What the takeover found: which index each position held and in which register, the newest. */
  private final long[] foundIndex;

  private final byte[] foundRegister;

  /** Which of the own slot's registers to write next: never the one with the newest promise. */
  private int slotNext;

  private boolean slotBusy;

  /** The number of the last probe asked for, and of the last begun. */
  private long probeWanted;

  private long probeBegun;

  private boolean streaming;

  /** As in the own slot here. */
  private long from;

  /** All of [from, low) are acknowledged here. */
  private long low;

  /** The next index to write here. */
  private long next;

  /** One for each index of the window. */
  private final Cell[] cells;

  Stream(LogCore core, Memory memory) {
    this.memory = memory;
    layout = core.layout;
    rules = core.rules;
    self = core.process.self();
    processes = core.process.processes();
    window = rules.windowAt(core.settings.window());
    holes = rules.holes(core.settings.window());
    reach = core.settings.reach();
    foundIndex = new long[layout.positions];
    foundRegister = new byte[layout.positions];
    cells = new Cell[Integer.highestOneBit(2 * window - 1)];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = new Cell();
    }
  }

  /** A write of an entry in flight; used again and again. */
  private final class Cell implements Memory.Completion {
    private long index;
    private boolean acked;
    private int register;
    private Value value = Value.EMPTY;

    void submit() {
      inFlight++;
      memory.write(layout.region, register, value, this);
    }

    @Override
    public void completed(Outcome outcome) {
      Term current = ended();
      if (current == null) {
        return;
      }
      switch (outcome) {
        case ACK -> {
          acked = true;
          value = Value.EMPTY;
          while (low < next && cell(low).acked && cell(low).index == low) {
            low++;
          }
          current.acked(index);
          pump();
        }
        case NAK -> current.giveUp();
        case UNKNOWN -> submit();
      }
    }
  }

  private Cell cell(long index) {
    return cells[(int) index & cells.length - 1];
  }

  /** Takes the memory over for a term, as soon as nothing of an earlier one is in flight. */
  void begin(Term newTerm) {
    streaming = false;
    Runnable first =
        () -> {
          waiting = null;
          term = newTerm;
          slotBusy = false;
          probeWanted = 0;
          probeBegun = 0;
          new Takeover(newTerm).begin();
        };
    if (inFlight == 0) {
      first.run();
    } else {
      waiting = first;
    }
  }

  /** An operation has ended: the term it belongs to, null if that is over. */
  private @Nullable Term ended() {
    inFlight--;
    answers++;
    Term current = term;
    if (current != null && !current.isOver() && waiting == null) {
      return current;
    }
    Runnable first = waiting;
    if (first != null && inFlight == 0) {
      first.run();
    }
    return null;
  }

  /** Whether entries may be written here. */
  boolean isStreaming() {
    return streaming;
  }

  /** Whether the memory has owed an answer since before the last look, and given none. */
  boolean isSilent() {
    boolean silent = inFlightSeen && inFlight > 0 && answers == answersSeen;
    inFlightSeen = inFlight > 0;
    answersSeen = answers;
    return silent;
  }

  /** How far the entries are acknowledged here. */
  long acknowledged() {
    return low - 1;
  }

  /** Begins to write entries, from the promised one on. */
  void stream(long probe) {
    streaming = true;
    pump();
    probe(probe);
  }

  /** Writes what there is to write and room for. */
  void pump() {
    Term current = term;
    if (!streaming || current == null || slotBusyForGap) {
      return;
    }
    while (next < current.next() && next < low + window && !current.isOver()) {
      if (next < current.firstKept()) {
        if (inFlight == 0) {
          leaveOut(current);
        }
        return;
      }
      Cell cell = cell(next);
      cell.index = next;
      cell.acked = false;
      cell.register = layout.registerOf(next) + register(next);
      cell.value = current.entry(next);
      next++;
      cell.submit();
    }
  }

  private int register(long index) {
    int position = layout.position(index);
    return foundIndex[position] == index ? rules.registerBeside(foundRegister[position]) : 0;
  }

  private boolean slotBusyForGap;

  /** This memory has fallen behind all that the leader keeps: says so here, and goes on later. */
  private void leaveOut(Term current) {
    from = current.decided() + 1;
    low = from;
    next = from;
    if (!rules.announcesGaps()) {
      pump();
      return;
    }
    // Entries are written only behind the acknowledged slot: a takeover reads on to "from", and
    // finds what is behind the gap.
    slotBusyForGap = true;
    writeSlot(current);
  }

  /** Writes the own slot once more: if that is acknowledged, the permission was held until now. */
  void probe(long number) {
    probeWanted = number;
    Term current = term;
    if (streaming && !slotBusy && current != null && probeBegun < number) {
      writeSlot(current);
    }
  }

  private void writeSlot(Term current) {
    if (slotBusy) {
      return;
    }
    slotBusy = true;
    probeBegun = probeWanted;
    long announced = from;
    slot(
        current,
        () -> {
          slotBusy = false;
          if (from != announced) {
            writeSlot(current);
            return;
          }
          slotBusyForGap = false;
          current.probed(probeBegun);
          if (!current.isOver()) {
            probe(probeWanted);
            pump();
          }
        });
  }

  private void slot(Term current, Runnable written) {
    inFlight++;
    memory.write(
        layout.region,
        layout.slotOf(self) + slotNext,
        new Promise(current.proposal, from).encode(),
        outcome -> {
          if (ended() == null) {
            return;
          }
          switch (outcome) {
            case ACK -> {
              slotNext = 1 - slotNext;
              written.run();
            }
            case NAK -> current.giveUp();
            case UNKNOWN -> slot(current, written);
          }
        });
  }

  /** The steps before the first entry. */
  private final class Takeover {
    private final Term current;
    private final long first;
    private long at;
    private long countFrom;
    private int empty;
    private boolean readsAll;

    Takeover(Term current) {
      this.current = current;
      first = current.decided() + 1;
      at = first;
    }

    void begin() {
      if (current.isOver()) {
        return;
      }
      from = first;
      low = first;
      next = first;
      slotBusyForGap = false;
      Arrays.fill(foundIndex, 0);
      if (rules.takesPermissionBeforeReading()) {
        takePermission(() -> readSlots(this::readAhead));
      } else {
        readSlots(this::readAhead);
      }
    }

    private void takePermission(Runnable then) {
      inFlight++;
      memory.changePermission(
          layout.region,
          Permission.soleWriter(self, processes),
          outcome -> {
            if (ended() != null) {
              switch (outcome) {
                case ACK -> then.run();
                case NAK -> current.giveUp();
                case UNKNOWN -> takePermission(then);
              }
            }
          });
    }

    private void readSlots(Runnable then) {
      read(
          0,
          layout.slotRegisters(),
          registers -> {
            long highestFrom = 0;
            long newestOwn = 0;
            for (int i = 0; i < registers.size(); i++) {
              Promise promise = Promise.decode(registers.get(i));
              if (promise == null) {
                continue;
              }
              if (current.isOutrunBy(promise.proposal())) {
                return;
              }
              highestFrom = Math.max(highestFrom, promise.from());
              int own = i - layout.slotOf(self);
              if (own >= 0 && own < OwnSlot.REGISTERS && promise.proposal() > newestOwn) {
                // Of two promises of one term the newer has the higher "from"; to write over it
                // when both are there is avoided below.
                newestOwn = promise.proposal();
                slotNext = 1 - own;
              }
            }
            Promise a = Promise.decode(registers.get(layout.slotOf(self)));
            Promise b = Promise.decode(registers.get(layout.slotOf(self) + 1));
            if (a != null && b != null && a.proposal() == b.proposal()) {
              slotNext = a.from() >= b.from() ? 1 : 0;
            }
            if (current.isBehind(highestFrom - 1)) {
              return;
            }
            countFrom = rules.countHolesFrom(first, highestFrom);
            current.foundDecided(highestFrom - 1);
            then.run();
          });
    }

    private void readAhead() {
      readAhead(first - 1 + reach, window + 1);
    }

    private void readAhead(long ahead, int left) {
      if (left == 0) {
        readRing();
        return;
      }
      int count = layout.inARow(ahead, Math.min(left, CHUNK));
      read(
          layout.registerOf(ahead),
          2 * count,
          registers -> {
            for (Value register : registers) {
              Entry entry = Entry.decode(register);
              if (entry != null && entry.index() > first - 1 + reach) {
                if (current.isBehind(entry.index())) {
                  return;
                }
                // A leader has learned what was decided here, but must find everything that is
                // here, so as not to write over it: there may be wide holes.
                readsAll = true;
              }
            }
            readAhead(ahead + count, left - count);
          });
    }

    private void readRing() {
      long left = first + layout.positions - at;
      if (left <= 0) {
        ringRead();
        return;
      }
      int count = layout.inARow(at, (int) Math.min(left, CHUNK));
      read(
          layout.registerOf(at),
          2 * count,
          registers -> {
            for (int i = 0; i < count; i++) {
              if (!take(at, Entry.decode(registers.get(2 * i)), 0)
                  || !take(at, Entry.decode(registers.get(2 * i + 1)), 1)) {
                return;
              }
              if (foundIndex[layout.position(at)] == at) {
                empty = 0;
              } else if (at >= countFrom && ++empty >= holes && !readsAll) {
                ringRead();
                return;
              }
              at++;
            }
            readRing();
          });
    }

    private long newestProposal;

    /** Takes note of what a register of the position of {@code index} holds; false to give up. */
    private boolean take(long index, @Nullable Entry entry, int register) {
      if (register == 0) {
        newestProposal = 0;
      }
      if (entry == null) {
        return true;
      }
      if (current.isOutrunBy(entry.proposal()) || current.isBehind(entry.index())) {
        return false;
      }
      if (entry.index() == index) {
        if (entry.proposal() > newestProposal) {
          newestProposal = entry.proposal();
          foundIndex[layout.position(index)] = index;
          foundRegister[layout.position(index)] = (byte) register;
        }
        current.found(entry);
      }
      return true;
    }

    private void ringRead() {
      if (rules.takesPermissionBeforeReading()) {
        promise();
      } else {
        takePermission(this::promise);
      }
    }

    private void promise() {
      slot(current, () -> current.prepared(Stream.this));
    }

    private void read(int register, int count, Consumer<List<Value>> then) {
      inFlight++;
      memory.readRange(
          layout.region,
          register,
          count,
          (outcome, registers) -> {
            if (ended() != null) {
              switch (outcome) {
                case ACK -> then.accept(registers);
                // Everyone may read, so the region is not there at all; what was not read must
                // never pass for empty.
                case NAK -> current.giveUp();
                case UNKNOWN -> read(register, count, then);
              }
            }
          });
    }
  }

  /** For traces and status. */
  int number() {
    return memory.number();
  }

  Region region() {
    return layout.region;
  }
}
