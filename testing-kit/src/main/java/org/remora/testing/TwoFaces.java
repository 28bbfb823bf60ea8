package org.remora.testing;

import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** A process that runs the algorithm twice, on the same registers and links. */
final class TwoFaces {
  /** At most so many of its writes are repeated later, over what the other face has written. */
  private static final int REPEATED_MAX = 12;

  private final Assault assault;
  private final ProcessContext process;
  private final Coin coin;
  private final LyingProcess.Ears ears = new LyingProcess.Ears();
  private final long dropsOneIn;
  private long repeatsLeft;

  TwoFaces(Assault assault) {
    this.assault = assault;
    process = assault.process();
    coin = process.coin();
    dropsOneIn = 2 + coin.below(4);
    repeatsLeft = coin.below(REPEATED_MAX + 1);
  }

  void start() {
    show(assault.input());
    if (coin.flip()) {
      show(assault.other());
    } else {
      process.clock().after(coin.below(10 * Clock.DELAY_NANOS), () -> show(assault.other()));
    }
  }

  private void show(Value face) {
    assault.run(
        new LyingProcess(
            process,
            new LyingProcess.Lie() {
              @Override
              public @Nullable Value write(int memory, Region region, int register, Value value) {
                repeat(memory, region, register, value);
                return coin.below(dropsOneIn) == 0 ? null : value;
              }

              @Override
              public @Nullable Value send(int to, Value message) {
                return coin.below(dropsOneIn) == 0 ? null : message;
              }
            },
            ears),
        face);
  }

  /** Writes once more some time later, now and then. */
  private void repeat(int memory, Region region, int register, Value value) {
    if (repeatsLeft > 0 && coin.below(3) > 0) {
      repeatsLeft--;
      process
          .clock()
          .after(
              coin.below(6 * Clock.DELAY_NANOS),
              () -> {
                process.memory(memory).write(region, register, value, outcome -> {});
                repeat(memory, region, register, value);
              });
    }
  }
}
