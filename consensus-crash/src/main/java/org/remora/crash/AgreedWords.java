package org.remora.crash;

import java.util.function.LongConsumer;

/**
 * The consensus objects in one memory, numbered from 0, as one process of its neighbourhood reaches
 * them. All who propose to an object learn the same word, and it is one that was proposed to it.
 */
interface AgreedWords {
  /** Proposes a word, not 0, to an object; a process does so once. */
  void propose(int object, long word, LongConsumer agreed);
}
