package org.remora.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Coin;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.WildBehaviour;

/**
 * Behaviours that fit any algorithm. Some know nothing of it ({@link WildBehaviour}); the others
 * run it, and lie.
 */
public final class Behaviours {
  private static final int REMEMBERED_MAX = 64;

  /** Runs the algorithm up to some write or message, and is silent from then on. */
  public static final Behaviour STOPS =
      Behaviour.of(
          "stops",
          assault -> {
            long[] left = {assault.process().coin().below(40)};
            assault.run(
                new LyingProcess(
                    assault.process(),
                    new LyingProcess.Lie() {
                      @Override
                      public @Nullable Value write(
                          int memory, Region region, int register, Value value) {
                        return left[0]-- > 0 ? value : null;
                      }

                      @Override
                      public @Nullable Value send(int to, Value message) {
                        return left[0]-- > 0 ? message : null;
                      }
                    }),
                assault.input());
          });

  /**
   * Runs the algorithm twice, with two inputs, on the same registers and links: signs for both, and
   * shows one to some and the other to others, or now one and then the other.
   */
  public static final Behaviour TWO_FACED =
      Behaviour.of("two-faced", assault -> new TwoFaces(assault).start());

  /** Runs the algorithm, and writes and sends now and then what it wrote or sent before. */
  public static final Behaviour STALE =
      Behaviour.of(
          "stale",
          assault -> {
            Coin coin = assault.process().coin();
            List<Value> said = new ArrayList<>();
            assault.run(
                new LyingProcess(assault.process(), changing(value -> stale(coin, said, value))),
                assault.input());
          });

  /** Runs the algorithm, and changes, cuts or lengthens some of what it writes and sends. */
  public static final Behaviour GARBLES =
      Behaviour.of(
          "garbles",
          assault -> {
            Coin coin = assault.process().coin();
            assault.run(
                new LyingProcess(
                    assault.process(),
                    changing(value -> coin.below(3) == 0 ? garbled(coin, value) : value)),
                assault.input());
          });

  private Behaviours() {}

  /** What a process does that knows nothing of the algorithm. */
  public static Behaviour wild(WildBehaviour behaviour) {
    return Behaviour.of(
        behaviour.commandName(),
        assault ->
            behaviour.start(assault.process(), assault.regions(), assault.program().channels()));
  }

  /** All of them, the simplest first. */
  public static List<Behaviour> all() {
    List<Behaviour> all = new ArrayList<>();
    all.add(wild(WildBehaviour.SILENT));
    all.add(STOPS);
    all.add(TWO_FACED);
    all.add(STALE);
    all.add(GARBLES);
    for (WildBehaviour each : WildBehaviour.values()) {
      if (each != WildBehaviour.SILENT) {
        all.add(wild(each));
      }
    }
    return all;
  }

  private interface Change {
    Value of(Value value);
  }

  private static LyingProcess.Lie changing(Change change) {
    return new LyingProcess.Lie() {
      @Override
      public Value write(int memory, Region region, int register, Value value) {
        return change.of(value);
      }

      @Override
      public Value send(int to, Value message) {
        return change.of(message);
      }
    };
  }

  private static Value stale(Coin coin, List<Value> said, Value value) {
    if (said.size() < REMEMBERED_MAX) {
      said.add(value);
    }
    return coin.below(3) == 0 ? said.get((int) coin.below(said.size())) : value;
  }

  private static Value garbled(Coin coin, Value value) {
    byte[] bytes = value.toBytes();
    if (bytes.length == 0) {
      return Value.of(new byte[1]);
    }
    switch ((int) coin.below(4)) {
      case 0 -> bytes = Arrays.copyOf(bytes, (int) coin.below(bytes.length));
      case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + 1);
      default -> bytes[(int) coin.below(bytes.length)] ^= (byte) (1 + coin.below(255));
    }
    return Value.of(bytes);
  }
}
