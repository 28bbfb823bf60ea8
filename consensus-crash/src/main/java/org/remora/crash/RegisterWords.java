package org.remora.crash;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.remora.memory.Coin;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * A consensus object from registers alone, for memories without compare-and-swap: wait-free, and
 * randomised, as it must be. Turns of a conciliator [Chor, Israeli, Li 1994; Aspnes, <i>A modular
 * approach to shared-memory consensus</i>, 2012] and an adopt-commit object [Gafni 1998], each with
 * fresh registers, among the m processes of the neighbourhood:
 *
 * <pre>
 * propose(v) at member i:
 *   for turn 0, 1, …:
 *     conciliator:   for try 0, 1, …:  read C;  C ≠ ⊥: v ← C, go on
 *                                      with probability 2^try / m: write C = v
 *     adopt-commit:  write A[i] = v;  read all of A
 *                    all written are v: write B[i] = (v, sure), else write B[i] = (v, unsure)
 *                    read all of B
 *                    all written are sure: agree on their value
 *                    one of them is sure: v ← its value
 * </pre>
 *
 * <p>Agreement. (1) In one turn only one value is ever sure: of two members that write different
 * values to A, the one that writes second reads the other's, and is not sure; so of two that are
 * sure each has written before the other read, or they have one value. (2) If i agrees on u in a
 * turn, everybody else leaves that turn with u: whoever writes B before i reads it has written (u,
 * sure), else i would have seen something unsure; whoever writes B later reads it after that, finds
 * i's (u, sure), and by (1) nothing else that is sure. (3) If all enter a turn with u, a
 * conciliator gives back u, for only such values are written to C, and the turn agrees on u. So by
 * (2) and (3) all agree on what the first agreed on. Validity: only proposed words are written.
 *
 * <p>Termination. If the first write to C is also the last before all have read it, all enter the
 * adopt-commit with one value and agree. Whoever orders the steps without having seen the coins
 * cannot prevent that with more than constant probability, whatever m, and tries double: a turn
 * takes O(log m) operations, and a few turns are expected. The turns are bounded because registers
 * are; beyond the bound the object fails, loudly.
 */
final class RegisterWords implements AgreedWords {
  /** The most turns of one object: with the proven odds, one object in a thousand needs more. */
  static final int TURNS_MAX = 128;

  private static final long SURE = 1L << 62;

  private final Memory memory;
  private final Region region;
  private final int members;
  private final int self;
  private final Coin coin;
  private final Runnable refused;
  private final Runnable exhausted;

  /**
   * The objects of a memory.
   *
   * @param members the size of the neighbourhood
   * @param self where in it this process stands, from 0
   */
  RegisterWords(
      Memory memory,
      Region region,
      int members,
      int self,
      Coin coin,
      Runnable refused,
      Runnable exhausted) {
    this.memory = memory;
    this.region = region;
    this.members = members;
    this.self = self;
    this.coin = coin;
    this.refused = refused;
    this.exhausted = exhausted;
  }

  /** The registers that one object takes: of each turn C, then A, then B. */
  static long registers(int members) {
    return TURNS_MAX * (1L + 2L * members);
  }

  @Override
  public void propose(int object, long word, LongConsumer agreed) {
    new Proposal(object, agreed).turn(0, word);
  }

  private final class Proposal {
    private final int object;
    private final LongConsumer agreed;

    Proposal(int object, LongConsumer agreed) {
      this.object = object;
      this.agreed = agreed;
    }

    private int conciliator(int turn) {
      return (int) (registers(members) * object) + turn * (1 + 2 * members);
    }

    private void turn(int turn, long word) {
      if (turn == TURNS_MAX) {
        exhausted.run();
      } else {
        conciliate(turn, 0, word);
      }
    }

    private void conciliate(int turn, int attempt, long word) {
      int register = conciliator(turn);
      read(
          register,
          1,
          found -> {
            long first = found.get(0).word();
            if (first != 0) {
              adopt(turn, first);
            } else if (coin.below(members) < 1L << Math.min(attempt, 31)) {
              write(register, word, () -> conciliate(turn, attempt + 1, word));
            } else {
              conciliate(turn, attempt + 1, word);
            }
          });
    }

    private void adopt(int turn, long word) {
      int a = conciliator(turn) + 1;
      // Written before it is read: of two members that differ, one sees the other.
      write(
          a + self,
          word,
          () -> read(a, members, proposed -> commit(turn, word, isOnly(word, proposed))));
    }

    private void commit(int turn, long word, boolean sure) {
      int b = conciliator(turn) + 1 + members;
      write(
          b + self,
          sure ? word | SURE : word,
          () -> read(b, members, ended -> end(turn, word, ended)));
    }

    private void end(int turn, long word, List<Value> ended) {
      long sure = 0;
      boolean all = true;
      for (Value each : ended) {
        long found = each.word();
        if ((found & SURE) != 0) {
          sure = found & ~SURE;
        } else if (found != 0) {
          all = false;
        }
      }
      if (sure != 0 && all) {
        agreed.accept(sure);
      } else {
        turn(turn + 1, sure != 0 ? sure : word);
      }
    }
  }

  private static boolean isOnly(long word, List<Value> found) {
    return found.stream().allMatch(each -> each.word() == 0 || each.word() == word);
  }

  /** Nobody else writes what this process writes to A and B, and to C a late write does no harm. */
  private void write(int register, long word, Runnable written) {
    memory.write(
        region,
        register,
        Value.ofWord(word),
        outcome -> {
          switch (outcome) {
            case ACK -> written.run();
            case NAK -> refused.run();
            case UNKNOWN -> write(register, word, written);
          }
        });
  }

  private void read(int first, int count, Consumer<List<Value>> read) {
    memory.readRange(
        region,
        first,
        count,
        (outcome, values) -> {
          if (outcome == Outcome.ACK) {
            read.accept(values);
          } else if (outcome == Outcome.UNKNOWN) {
            read(first, count, read);
          } else {
            refused.run();
          }
        });
  }
}
