package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which formula says the same as what was seen. */
class BoundTest {
  @Test
  void theFormulaFitsWhatWasSurvived() {
    assertThat(bound(1, 2, 3, 4).formula()).isEqualTo("n ≥ f+1");
    assertThat(bound(0, 1, 1, 2).formula()).isEqualTo("n ≥ 2f+1");
    assertThat(bound(0, 0, 1, 1).formula()).isEqualTo("n ≥ 3f+1");
    assertThat(bound(0, 0, 0, 0).formula()).isEqualTo("none");
  }

  @Test
  void whatNoFormulaFitsIsListed() {
    assertThat(bound(1, 1, 1, 2).formula()).isEqualTo("1 of 2, 1 of 3, 1 of 4, 2 of 5");
    assertThat(bound(0, 1, 2, 2).factor()).isZero();
  }

  @Test
  void aClaimIsKeptExactlyAndSafely() {
    assertThat(bound(0, 1, 1, 2).keeps(2)).isTrue();
    assertThat(bound(0, 1, 1, 1).keeps(2)).isFalse();
    // More than can be is as suspicious as less than is claimed.
    assertThat(bound(1, 1, 1, 2).keeps(2)).isFalse();
    assertThat(bound(0, 0, 0, 0).keeps(0)).isTrue();
    Bound.Point unsafe = new Bound.Point(3, 1, 2, false, List.of());
    assertThat(new Bound("n", "f", List.of(unsafe)).keeps(2)).isFalse();
  }

  /** What sizes 2, 3, … survived. */
  private static Bound bound(int... survived) {
    List<Bound.Point> points = new ArrayList<>();
    for (int i = 0; i < survived.length; i++) {
      points.add(new Bound.Point(i + 2, survived[i], survived[i] + 1, true, List.of()));
    }
    return new Bound("n", "f", points);
  }
}
