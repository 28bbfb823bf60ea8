package org.remora.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LaneTest {
  private static final Region SLOTS =
      Region.of(0, "slots", 4, 8, Permission.open(2), LegalChange.NEVER);
  private static final Value RED = Value.of("red");

  private final FakeMemory memory = new FakeMemory(1);
  private final Lane lane = new Lane(memory);
  private final List<String> ended = new ArrayList<>();

  @Test
  void aChainRunsStepByStep() {
    lane.begin(
        l ->
            l.write(
                SLOTS,
                0,
                RED,
                written ->
                    l.readRange(
                        SLOTS,
                        0,
                        2,
                        (outcome, values) ->
                            l.changePermission(
                                SLOTS, Permission.open(2), changed -> ended.add("" + values)))));
    assertThat(memory.whats()).containsExactly("write 0");
    memory.only().end(Outcome.ACK);
    memory.only().end(Outcome.ACK, RED, Value.BOTTOM);
    memory.only().end(Outcome.NAK);
    assertThat(ended).containsExactly("[red, ⊥]");
    assertThat(memory.inFlight).isEmpty();
    assertThat(lane.number()).isEqualTo(1);
  }

  /** The core: what was given up must not land over what comes next. */
  @Test
  void theNextChainBeginsOnlyWhenNothingIsInFlight() {
    lane.begin(l -> l.write(SLOTS, 0, RED, outcome -> ended.add("first")));
    lane.begin(l -> l.write(SLOTS, 1, RED, outcome -> ended.add("dropped")));
    lane.begin(l -> l.write(SLOTS, 2, RED, outcome -> ended.add("third")));
    assertThat(memory.whats()).containsExactly("write 0");
    memory.only().end(Outcome.ACK);
    assertThat(ended).as("the completion of a chain given up").isEmpty();
    assertThat(memory.whats()).containsExactly("write 2");
    memory.only().end(Outcome.NAK);
    assertThat(ended).containsExactly("third");
  }

  @Test
  void whatEndsUnknownIsSubmittedAgain() {
    lane.begin(l -> l.write(SLOTS, 0, RED, outcome -> ended.add("write " + outcome)));
    memory.only().end(Outcome.UNKNOWN);
    memory.only().end(Outcome.UNKNOWN);
    assertThat(memory.only().written).isEqualTo(RED);
    memory.only().end(Outcome.ACK);
    lane.begin(l -> l.readRange(SLOTS, 1, 2, (outcome, values) -> ended.add("read " + outcome)));
    memory.only().end(Outcome.UNKNOWN);
    assertThat(memory.whats()).containsExactly("read 1+2");
    memory.only().end(Outcome.NAK);
    lane.begin(l -> l.changePermission(SLOTS, Permission.open(2), o -> ended.add("change " + o)));
    memory.only().end(Outcome.UNKNOWN);
    memory.only().end(Outcome.ACK);
    assertThat(ended).containsExactly("write ACK", "read NAK", "change ACK");
  }

  @Test
  void aChainGivenUpIsNotRepeated() {
    lane.begin(l -> l.write(SLOTS, 0, RED, outcome -> ended.add("first")));
    lane.begin(l -> l.write(SLOTS, 1, RED, outcome -> ended.add("second")));
    memory.only().end(Outcome.UNKNOWN);
    assertThat(memory.whats()).containsExactly("write 1");
    memory.only().end(Outcome.ACK);
    assertThat(ended).containsExactly("second");
  }

  @Test
  void twoOperationsAtOnceAreABug() {
    lane.begin(
        l -> {
          l.write(SLOTS, 0, RED, outcome -> {});
          assertThatThrownBy(() -> l.write(SLOTS, 1, RED, outcome -> {}))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("memory 1");
        });
  }
}
