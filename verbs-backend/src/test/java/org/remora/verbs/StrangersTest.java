package org.remora.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Those who have not proved who they are take a bounded number of places. */
class StrangersTest {
  @Test
  void aFloodPushesOutItself() {
    Strangers<Integer> strangers = new Strangers<>(4);
    assertThat(strangers.admit(100, "honest")).isNull();
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Integer leaving = strangers.admit(i, "flood");
      if (leaving != null) {
        left.add(leaving);
      }
    }
    assertThat(left).hasSize(47).doesNotContain(100).isSorted();
    assertThat(strangers.remove(100)).isTrue();
    assertThat(strangers.remove(100)).isFalse();
  }

  @Test
  void ofOneOriginTheOldestGoes() {
    Strangers<String> strangers = new Strangers<>(2);
    strangers.admit("first", "here");
    strangers.admit("second", "here");
    assertThat(strangers.admit("third", "here")).isEqualTo("first");
    assertThat(strangers.all()).containsExactly("second", "third");
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void thereAreNeverTooMany(
      @ForAll List<@IntRange(max = 5) Integer> origins,
      @ForAll @IntRange(min = 1, max = 6) int max) {
    Strangers<Integer> strangers = new Strangers<>(max);
    for (int i = 0; i < origins.size(); i++) {
      Integer leaving = strangers.admit(i, origins.get(i));
      assertThat(strangers.size()).isLessThanOrEqualTo(max);
      assertThat(leaving != null).isEqualTo(i >= max);
      assertThat(strangers.all()).contains(i).doesNotContain(leaving == null ? -1 : leaving);
    }
  }
}
