package org.remora.sim;

import java.util.SplittableRandom;
import org.remora.memory.Coin;

/** A coin thrown by a seeded generator. */
record SimCoin(SplittableRandom random) implements Coin {
  @Override
  public boolean flip() {
    return random.nextBoolean();
  }

  @Override
  public long below(long bound) {
    return random.nextLong(bound);
  }
}
