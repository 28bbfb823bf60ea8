package org.remora.crash;

import java.util.function.LongConsumer;
import org.remora.memory.Memory;
import org.remora.memory.Region;

/** A consensus object is one word: the first that swaps it away from 0 has set it for good. */
final class SwappedWords implements AgreedWords {
  private final Memory memory;
  private final Region region;
  private final Runnable refused;

  SwappedWords(Memory memory, Region region, Runnable refused) {
    this.memory = memory;
    this.region = region;
    this.refused = refused;
  }

  @Override
  public void propose(int object, long word, LongConsumer agreed) {
    memory.compareAndSwap(
        region,
        object,
        0,
        word,
        (outcome, before) -> {
          switch (outcome) {
            case ACK -> agreed.accept(before == 0 ? word : before);
            case NAK -> refused.run();
            // If it took effect, the next one finds its word, and so what was agreed.
            case UNKNOWN -> propose(object, word, agreed);
          }
        });
  }
}
