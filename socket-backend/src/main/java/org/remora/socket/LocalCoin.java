package org.remora.socket;

import java.util.SplittableRandom;
import org.remora.memory.Coin;

/** A coin thrown by a seeded generator. */
record LocalCoin(SplittableRandom random, EventLoop loop) implements Coin {
  @Override
  public boolean flip() {
    loop.check();
    return random.nextBoolean();
  }

  @Override
  public long below(long bound) {
    loop.check();
    return random.nextLong(bound);
  }
}
