package org.remora.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The phases by hand, three memories and two processes; worlds of chance test the atomicity. */
final class AtomicRegisterTest {
  private static final Region REGION = AtomicRegister.region(0, "register", 2, 8);
  private static final Value NONE = Value.BOTTOM;

  private final FakeProcess process = new FakeProcess(2, 3);
  private final AtomicRegister register = new AtomicRegister(process, REGION);
  private final List<String> ended = new ArrayList<>();

  @Test
  void aWriteStampsAboveTheHighestOfAMajority() {
    write("new");
    assertThat(process.fake(1).whats()).containsExactly("read 0+4");
    answer(1, stamped(4, 1, "old"), NONE, NONE, NONE);
    assertThat(process.fake(1).inFlight).as("one answer is no majority").isEmpty();
    answer(3, NONE, stamped(7, 1, "older"), stamped(2, 2, "oldest"), NONE);
    assertThat(process.fake(1).only().written).isEqualTo(stamped(8, 2, "new"));
    assertThat(process.fake(1).whats()).as("into the own slot").containsExactly("write 2");
    end(1, Outcome.ACK);
    assertThat(ended).isEmpty();
    end(3, Outcome.ACK);
    assertThat(ended).containsExactly("written");
  }

  @Test
  void aReadWritesTheHighestBackBeforeItReturns() {
    read();
    answer(1, stamped(4, 1, "new"), NONE, NONE, NONE);
    answer(2, stamped(3, 1, "old"), NONE, NONE, NONE);
    assertThat(ended).isEmpty();
    assertThat(process.fake(2).only().written).isEqualTo(stamped(4, 1, "new"));
    end(1, Outcome.ACK);
    assertThat(ended).isEmpty();
    end(2, Outcome.ACK);
    assertThat(ended).containsExactly("new");
  }

  @Test
  void aReadOfWhatAMajorityHoldsReturnsAtOnce() {
    read();
    answer(1, stamped(4, 1, "new"), NONE, NONE, NONE);
    answer(2, NONE, NONE, stamped(4, 1, "new"), stamped(3, 2, "old"));
    assertThat(ended).containsExactly("new");
    read();
    answer(1, NONE, NONE, NONE, NONE);
    answer(2, NONE, NONE, NONE, NONE);
    assertThat(ended).containsExactly("new", "⊥");
  }

  @Test
  void ofEqualCountersTheHigherProcessWins() {
    read();
    answer(1, stamped(4, 1, "one"), NONE, stamped(4, 2, "two"), NONE);
    answer(2, stamped(4, 2, "two"), NONE, NONE, NONE);
    assertThat(ended).containsExactly("two");
  }

  @Test
  void naksAndUnknownsAreNoAnswers() {
    write("new");
    process.fake(1).only().end(Outcome.NAK);
    process.fake(2).only().end(Outcome.UNKNOWN);
    assertThat(process.fake(2).whats()).as("once more").containsExactly("read 0+4");
    answer(3, NONE, NONE, NONE, NONE);
    assertThat(process.fake(3).inFlight).isEmpty();
    answer(2, NONE, NONE, NONE, NONE);
    end(2, Outcome.UNKNOWN);
    end(1, Outcome.NAK);
    end(3, Outcome.ACK);
    assertThat(ended).isEmpty();
    end(2, Outcome.ACK);
    assertThat(ended).containsExactly("written");
  }

  @Test
  void aMajorityOfCrashedMemoriesBlocksForEver() {
    write("new");
    answer(1, NONE, NONE, NONE, NONE);
    assertThat(ended).isEmpty();
    assertThat(process.fake(1).inFlight).isEmpty();
  }

  @Test
  void operationsWaitForEachOther() {
    write("first");
    write("second");
    read();
    assertThat(process.fake(1).inFlight).hasSize(1);
    storeOnTwo(stamped(1, 2, "first"), NONE);
    assertThat(ended).containsExactly("written");
    assertThat(process.fake(1).whats()).containsExactly("read 0+4");
    storeOnTwo(stamped(2, 2, "second"), stamped(1, 2, "first"));
    answer(1, NONE, NONE, NONE, stamped(2, 2, "second"));
    answer(2, NONE, NONE, NONE, stamped(2, 2, "second"));
    assertThat(ended).containsExactly("written", "written", "second");
  }

  /** On a memory that tears, what was acknowledged must not be gone while it is overwritten. */
  @Test
  void theRegisterLastAcknowledgedIsNotOverwritten() {
    write("first");
    answer(1, NONE, NONE, NONE, NONE);
    answer(2, NONE, NONE, NONE, NONE);
    end(1, Outcome.ACK);
    end(2, Outcome.UNKNOWN);
    end(2, Outcome.ACK);
    write("second");
    answer(1, NONE, NONE, stamped(1, 2, "first"), NONE);
    answer(2, NONE, NONE, stamped(1, 2, "first"), NONE);
    assertThat(process.fake(1).whats()).containsExactly("write 3");
    assertThat(process.fake(2).whats()).containsExactly("write 3");
    // Memory 3 has acknowledged nothing yet.
    answer(3, NONE, NONE, NONE, NONE);
    assertThat(process.fake(3).whats()).containsExactly("write 2");
  }

  @Test
  void valuesThatDoNotFitAreAnErrorBeforeAnythingIsSent() {
    assertThatThrownBy(() -> write("nine bytes")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> register.write(Value.BOTTOM, () -> {})).hasMessageContaining("⊥");
    assertThat(process.fake(1).inFlight).isEmpty();
    write("8 bytes!");
    assertThat(process.fake(1).inFlight).hasSize(1);
    assertThat(REGION.notation().apply(stamped(3, 1, "red"))).isEqualTo("3.1:red");
  }

  private void storeOnTwo(Value stored, Value before) {
    for (int memory = 1; memory <= 2; memory++) {
      answer(memory, NONE, NONE, before, NONE);
    }
    for (int memory = 1; memory <= 2; memory++) {
      assertThat(process.fake(memory).only().written).isEqualTo(stored);
      end(memory, Outcome.ACK);
    }
  }

  private void write(String value) {
    register.write(Value.of(value), () -> ended.add("written"));
  }

  private void read() {
    register.read(value -> ended.add(value.toString()));
  }

  private void answer(int memory, Value... slots) {
    process.fake(memory).only().end(Outcome.ACK, slots);
  }

  private void end(int memory, Outcome outcome) {
    process.fake(memory).only().end(outcome);
  }

  private static Value stamped(long counter, int writer, String value) {
    Value text = Value.of(value);
    return new ValueWriter(12 + ValueWriter.sizeOf(text))
        .putLong(counter)
        .putInt(writer)
        .putValue(text)
        .toValue();
  }
}
