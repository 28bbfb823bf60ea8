package org.remora.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * An atomic register that many processes read and write, kept on a majority of memories that crash
 * (m ≥ 2·f_M + 1) [ABD; ABGMZ19, section 4.1].
 *
 * <p>Memories compare nothing, so each process has a {@linkplain OwnSlot slot} of its own on every
 * memory, (stamp, value), that it alone writes, with ever higher stamps; the register's content is
 * the value of the highest stamp in any slot. To write is to read the highest stamp and to put a
 * higher one into the own slot on a majority. To read is to read the slots of a majority and to
 * write the highest back, into the own slot, before returning it.
 *
 * <p>For crash faults only: a Byzantine process could stamp as it likes. Operations are queued and
 * run one after the other; each takes 4 delays, a read 2 when a majority holds the highest already.
 * Used on the event loop only.
 */
public class AtomicRegister {
  private static final int STAMP_BYTES = Long.BYTES + Integer.BYTES;

  private final Region region;
  private final int self;
  private final int processes;
  private final List<Lane> lanes;
  private final int majority;

  private final OwnSlot own;

  private final Queue<Runnable> queue = new ArrayDeque<>();
  private boolean running;

  /** Numbers the phases, so that answers of an earlier one are known. */
  private long phase;

  /** This process's end of the register kept in {@code region}, made by {@link #region}. */
  public AtomicRegister(ProcessContext process, Region region) {
    this.region = region;
    self = process.self();
    processes = process.processes();
    lanes = new ArrayList<>();
    for (int memory = 1; memory <= process.memories(); memory++) {
      lanes.add(new Lane(process.memory(memory)));
    }
    majority = Quorum.majority(lanes.size());
    own = new OwnSlot(process, region);
  }

  /**
   * The region that every memory must hold for a register of {@code processes} processes and values
   * of up to {@code valueBytes} bytes.
   */
  public static Region region(int id, String name, int processes, int valueBytes) {
    return Region.of(
            id,
            name,
            OwnSlot.REGISTERS * processes,
            STAMP_BYTES + Integer.BYTES + valueBytes,
            Permission.open(processes),
            LegalChange.NEVER)
        .withNotation(value -> Stamped.decode(value).toString());
  }

  /** Reads the register; {@code done} gets ⊥ if it was never written. */
  public void read(Consumer<Value> done) {
    enqueue(() -> collect((highest, unanimous) -> readBack(highest, unanimous, done)));
  }

  /**
   * Writes the register.
   *
   * @throws IllegalArgumentException if the value is ⊥ or larger than the region was made for
   */
  public void write(Value value, Runnable done) {
    region.checkValue(new Stamped(0, 0, value).encode());
    if (value.isBottom()) {
      throw new IllegalArgumentException("⊥ cannot be written");
    }
    enqueue(
        () ->
            collect(
                (highest, unanimous) ->
                    store(new Stamped(highest.counter + 1, self, value), () -> end(done))));
  }

  private void readBack(Stamped highest, boolean unanimous, Consumer<Value> done) {
    Runnable returned = () -> end(() -> done.accept(highest.value));
    // Without the write-back a value that a crashed or slow writer left on a minority could be read
    // once and then not again: whoever reads next may ask a majority without that memory. Where
    // every memory of a majority holds the stamp already, any later majority meets it.
    if (unanimous || skipsWriteBack()) {
      returned.run();
    } else {
      store(highest, returned);
    }
  }

  /** Always false; a mutation overrides it. */
  boolean skipsWriteBack() {
    return false;
  }

  private void collect(Collected collected) {
    long current = ++phase;
    List<Stamped> highestOfMemory = new ArrayList<>();
    for (Lane each : lanes) {
      each.begin(
          lane ->
              lane.readRange(
                  region,
                  0,
                  OwnSlot.REGISTERS * processes,
                  (outcome, slots) -> {
                    if (current != phase || outcome != Outcome.ACK) {
                      return;
                    }
                    Stamped highest = highest(slots.stream().map(Stamped::decode).toList());
                    highestOfMemory.add(highest);
                    if (highestOfMemory.size() == majority) {
                      phase++;
                      Stamped all = highest(highestOfMemory);
                      collected.accept(all, highestOfMemory.stream().allMatch(all::sameStamp));
                    }
                  }));
    }
  }

  private void store(Stamped stamped, Runnable stored) {
    long current = ++phase;
    Value encoded = stamped.encode();
    int[] acks = {0};
    for (Lane each : lanes) {
      each.begin(
          lane ->
              own.write(
                  lane,
                  encoded,
                  outcome -> {
                    if (current == phase && outcome == Outcome.ACK && ++acks[0] == majority) {
                      phase++;
                      stored.run();
                    }
                  }));
    }
  }

  private void enqueue(Runnable operation) {
    if (running) {
      queue.add(operation);
    } else {
      running = true;
      operation.run();
    }
  }

  private void end(Runnable done) {
    Runnable next = queue.poll();
    if (next == null) {
      running = false;
    } else {
      next.run();
    }
    done.run();
  }

  private static Stamped highest(List<Stamped> slots) {
    Stamped highest = Stamped.NONE;
    for (Stamped slot : slots) {
      if (slot.isAbove(highest)) {
        highest = slot;
      }
    }
    return highest;
  }

  @FunctionalInterface
  private interface Collected {
    void accept(Stamped highest, boolean unanimous);
  }

  /** The content of a slot: ordered by counter, then by process. */
  private record Stamped(long counter, int writer, Value value) {
    static final Stamped NONE = new Stamped(0, 0, Value.BOTTOM);

    boolean isAbove(Stamped other) {
      return counter > other.counter || (counter == other.counter && writer > other.writer);
    }

    boolean sameStamp(Stamped other) {
      return counter == other.counter && writer == other.writer;
    }

    Value encode() {
      return new ValueWriter(STAMP_BYTES + ValueWriter.sizeOf(value))
          .putLong(counter)
          .putInt(writer)
          .putValue(value)
          .toValue();
    }

    static Stamped decode(Value slot) {
      if (slot.isBottom()) {
        return NONE;
      }
      ValueReader reader = new ValueReader(slot);
      Stamped stamped = new Stamped(reader.takeLong(), reader.takeInt(), reader.takeValue());
      reader.end();
      return stamped;
    }

    @Override
    public String toString() {
      return counter + "." + writer + ":" + value;
    }
  }
}
