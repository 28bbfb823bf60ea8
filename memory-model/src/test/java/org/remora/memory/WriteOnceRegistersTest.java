package org.remora.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class WriteOnceRegistersTest {
  private static final Region SLOTS =
      Region.of(0, "slots", 4, 8, Permission.open(2), LegalChange.NEVER);
  private static final Value RED = Value.of("red");
  private static final Value BLUE = Value.of("blue");

  private final FakeProcess process = new FakeProcess(1, 5);
  private final WriteOnceRegisters registers = new WriteOnceRegisters(process);
  private final List<String> ended = new ArrayList<>();

  @Test
  void aMajorityEndsAWrite() {
    write();
    end(1, Outcome.ACK);
    end(5, Outcome.ACK);
    assertThat(ended).isEmpty();
    end(3, Outcome.ACK);
    assertThat(ended).containsExactly("ACK");
    end(2, Outcome.NAK);
    end(4, Outcome.ACK);
    assertThat(ended).containsExactly("ACK");
  }

  @Test
  void aNakBeforeTheMajorityIsANak() {
    write();
    end(1, Outcome.ACK);
    end(2, Outcome.NAK);
    assertThat(ended).containsExactly("NAK");
    end(3, Outcome.ACK);
    end(4, Outcome.ACK);
    end(5, Outcome.NAK);
    assertThat(ended).containsExactly("NAK");
  }

  @Test
  void aNakBeforeTheMajorityIsANakOfARead() {
    read();
    end(1, Outcome.ACK, RED);
    end(2, Outcome.NAK);
    end(3, Outcome.ACK, RED);
    end(4, Outcome.ACK, RED);
    assertThat(ended).containsExactly("NAK ⊥");
  }

  @Test
  void theOnlyValueIsRead() {
    read();
    end(1, Outcome.ACK, Value.BOTTOM);
    end(2, Outcome.ACK, RED);
    assertThat(ended).isEmpty();
    end(3, Outcome.ACK, Value.BOTTOM);
    end(4, Outcome.ACK, BLUE);
    assertThat(ended).containsExactly("ACK red");
  }

  @Test
  void contradictoryValuesReadAsBottom() {
    read();
    end(4, Outcome.ACK, RED);
    end(2, Outcome.ACK, BLUE);
    end(3, Outcome.ACK, RED);
    assertThat(ended).containsExactly("ACK ⊥");
  }

  @Test
  void whatNobodyWroteReadsAsBottom() {
    read();
    for (int memory = 1; memory <= 3; memory++) {
      end(memory, Outcome.ACK, Value.BOTTOM);
    }
    assertThat(ended).containsExactly("ACK ⊥");
  }

  @Test
  void theEmptyValueIsAValue() {
    read();
    end(1, Outcome.ACK, Value.EMPTY);
    end(2, Outcome.ACK, RED);
    end(3, Outcome.ACK, RED);
    assertThat(ended).containsExactly("ACK ⊥");
  }

  @Test
  void unknownIsNoAnswerAndIsSubmittedAgain() {
    write();
    for (int repeat = 0; repeat < 3; repeat++) {
      end(1, Outcome.UNKNOWN);
    }
    assertThat(process.fake(1).only().written).isEqualTo(RED);
    end(1, Outcome.ACK);
    end(2, Outcome.ACK);
    assertThat(ended).isEmpty();
    end(3, Outcome.ACK);
    assertThat(ended).containsExactly("ACK");
    end(4, Outcome.UNKNOWN);
    assertThat(process.fake(4).inFlight).as("it has ended").isEmpty();
    ended.clear();
    process.fake(5).inFlight.clear();

    read();
    end(1, Outcome.UNKNOWN);
    end(1, Outcome.ACK, RED);
    end(2, Outcome.ACK, RED);
    end(3, Outcome.ACK, RED);
    assertThat(ended).containsExactly("ACK red");
  }

  @Test
  void aMajorityOfCrashedMemoriesBlocksForEver() {
    write();
    read();
    for (int memory = 1; memory <= 2; memory++) {
      process.fake(memory).inFlight.get(0).end(Outcome.ACK);
      process.fake(memory).inFlight.get(0).end(Outcome.ACK, RED);
    }
    assertThat(ended).isEmpty();
  }

  /** What a correct writer was acknowledged, any majority reads, in any order of answers. */
  @Property
  void anyMajorityMeetsAnyMajority(@ForAll long orders) {
    List<Integer> written = permutation(orders).subList(0, 3);
    List<Integer> asked = permutation(orders >>> 32).subList(0, 3);
    ended.clear();
    process.fakes.forEach(fake -> fake.inFlight.clear());
    read();
    for (int memory : asked) {
      end(memory, Outcome.ACK, written.contains(memory) ? RED : Value.BOTTOM);
    }
    assertThat(ended).containsExactly("ACK red");
  }

  private static List<Integer> permutation(long number) {
    List<Integer> left = new ArrayList<>(List.of(1, 2, 3, 4, 5));
    List<Integer> order = new ArrayList<>();
    for (long rest = number; !left.isEmpty(); rest = Math.floorDiv(rest, 5)) {
      order.add(left.remove(Math.floorMod(rest, left.size())));
    }
    return order;
  }

  private void write() {
    registers.write(SLOTS, 1, RED, outcome -> ended.add("" + outcome));
  }

  private void read() {
    registers.read(SLOTS, 1, (outcome, value) -> ended.add(outcome + " " + value));
  }

  private void end(int memory, Outcome outcome, Value... values) {
    process.fake(memory).only().end(outcome, values);
  }
}
