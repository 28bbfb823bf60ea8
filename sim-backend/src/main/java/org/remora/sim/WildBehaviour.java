package org.remora.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.remora.memory.Coin;
import org.remora.memory.Memory;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * What a Byzantine process that knows no protocol does, with the full power of the model: any
 * operation on any region, any message. A program on a {@link ProcessContext} like any other; what
 * is left to chance, its coin draws.
 */
public enum WildBehaviour {
  /** Does nothing at all. */
  SILENT(0) {
    @Override
    void act(Wild wild) {}
  },

  /** Fills every register that it may write with as many bytes as it holds, again and again. */
  FLOOD(4) {
    @Override
    void act(Wild wild) {
      Region region = wild.anyRegion();
      wild.write(region, wild.anyRegister(region), wild.noise(region.registerBytes()));
      wild.send(wild.noise(64));
    }
  },

  /** Reads what others write, and writes and sends it as its own, anywhere. */
  REPLAY(3) {
    @Override
    void act(Wild wild) {
      wild.read();
      Region region = wild.anyRegion();
      wild.write(region, wild.anyRegister(region), wild.seen());
      wild.send(wild.seen());
    }
  },

  /** A fuzzer: any operation on any register, with bytes seen, changed or invented. */
  RANDOM(3) {
    @Override
    void act(Wild wild) {
      Region region = wild.anyRegion();
      switch ((int) wild.coin.below(8)) {
        case 0, 1 -> wild.read();
        case 2 -> wild.changePermission(region);
        case 3 -> wild.send(wild.changed(wild.seen()));
        case 4 -> wild.write(region, wild.anyRegister(region), wild.seen());
        case 5 -> wild.write(region, wild.anyRegister(region), wild.noise(48));
        default -> wild.write(region, wild.anyRegister(region), wild.changed(wild.seen()));
      }
    }
  };

  /** How many delays pass, at most, between two acts; 0 if there are none. */
  private final long pause;

  WildBehaviour(long pause) {
    this.pause = pause;
  }

  /** The name that the command uses: {@code random}. */
  public String commandName() {
    return name().toLowerCase(Locale.ROOT);
  }

  abstract void act(Wild wild);

  /** Lets a process behave so towards these regions and channels. */
  public void start(ProcessContext process, List<Region> regions, List<Integer> channels) {
    if (pause > 0 && !regions.isEmpty() && process.memories() > 0) {
      Wild wild = new Wild(process, regions, channels);
      process.execute(() -> goOn(wild));
    }
  }

  private void goOn(Wild wild) {
    act(wild);
    wild.process
        .clock()
        .after(1 + wild.coin.below(pause * org.remora.memory.Clock.DELAY_NANOS), () -> goOn(wild));
  }

  /** One such process: what it can do, and what it has seen. */
  private static final class Wild {
    private static final int SEEN_MAX = 64;

    /** Most of what matters happens in the first registers of a region. */
    private static final int NEAR = 24;

    final ProcessContext process;
    final Coin coin;
    private final List<Region> regions;
    private final List<Integer> channels;
    private final List<Value> seen = new ArrayList<>(List.of(Value.of("seen")));

    Wild(ProcessContext process, List<Region> regions, List<Integer> channels) {
      this.process = process;
      this.regions = List.copyOf(regions);
      this.channels = List.copyOf(channels);
      coin = process.coin();
    }

    Region anyRegion() {
      return regions.get((int) coin.below(regions.size()));
    }

    int anyRegister(Region region) {
      int near = coin.below(8) == 0 ? region.registers() : Math.min(NEAR, region.registers());
      return (int) coin.below(near);
    }

    private Memory anyMemory() {
      return process.memory(1 + (int) coin.below(process.memories()));
    }

    Value seen() {
      return seen.get((int) coin.below(seen.size()));
    }

    void read() {
      Region region = anyRegion();
      anyMemory()
          .read(
              region,
              anyRegister(region),
              (outcome, value) -> {
                if (!value.isBottom()) {
                  if (seen.size() == SEEN_MAX) {
                    seen.remove((int) coin.below(SEEN_MAX));
                  }
                  seen.add(value);
                }
              });
    }

    void write(Region region, int register, Value value) {
      Value fitting =
          value.length() > region.registerBytes() ? value.slice(0, region.registerBytes()) : value;
      if (!region.words() || fitting.length() == Long.BYTES) {
        anyMemory().write(region, register, fitting, outcome -> {});
      }
    }

    void changePermission(Region region) {
      int n = process.processes();
      Permission permission =
          switch ((int) coin.below(4)) {
            case 0 -> Permission.open(n);
            case 1 -> Permission.readOnly(n);
            case 2 -> Permission.soleWriter(process.self(), n);
            default ->
                new Permission(
                    ProcessSet.of(1 + (int) coin.below(n)), ProcessSet.none(), ProcessSet.none());
          };
      anyMemory().changePermission(region, permission, outcome -> {});
    }

    void send(Value message) {
      if (!channels.isEmpty()) {
        process
            .links(channels.get((int) coin.below(channels.size())), Value::toString)
            .send(1 + (int) coin.below(process.processes()), message);
      }
    }

    Value noise(int lengthMax) {
      byte[] bytes = new byte[1 + (int) coin.below(lengthMax)];
      long word = coin.below(Long.MAX_VALUE);
      for (int i = 0; i < bytes.length; i++) {
        // Cheap: a flood is about bytes, not about chance.
        word = word * 6364136223846793005L + 1442695040888963407L;
        bytes[i] = (byte) (word >>> 56);
      }
      return Value.of(bytes);
    }

    Value changed(Value value) {
      byte[] bytes = value.toBytes();
      if (bytes.length == 0) {
        return noise(8);
      }
      bytes[(int) coin.below(bytes.length)] ^= (byte) (1 + coin.below(255));
      return Value.of(bytes);
    }
  }
}
