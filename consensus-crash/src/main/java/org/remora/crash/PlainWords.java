package org.remora.crash;

import java.util.function.LongConsumer;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * No consensus objects: words that are written and read, so that the last writer before the read
 * wins. For checking checkers only.
 */
final class PlainWords implements AgreedWords {
  private final Memory memory;
  private final Region region;

  PlainWords(Memory memory, Region region) {
    this.memory = memory;
    this.region = region;
  }

  @Override
  public void propose(int object, long word, LongConsumer agreed) {
    memory.write(region, object, Value.ofWord(word), outcome -> read(object, word, agreed));
  }

  private void read(int object, long word, LongConsumer agreed) {
    memory.read(
        region,
        object,
        (outcome, value) ->
            agreed.accept(outcome == Outcome.ACK && value.word() != 0 ? value.word() : word));
  }
}
