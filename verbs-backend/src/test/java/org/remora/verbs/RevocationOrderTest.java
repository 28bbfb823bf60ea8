package org.remora.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A key that the kernel does not give back is not taken for one that it does. */
class RevocationOrderTest {
  private final List<String> steps = new ArrayList<>();

  @Test
  void aKeyThatNothingHoldsGoesAlone() throws IOException {
    Revocation.of(() -> steps.add("give back"), () -> steps.add("reset"));
    assertThat(steps).containsExactly("give back");
  }

  @Test
  void aKeyThatIsHeldGoesAfterWhatHoldsIt() throws IOException {
    Revocation.of(this::giveBackAfterReset, () -> steps.add("reset"));
    assertThat(steps).containsExactly("refused", "reset", "give back");
  }

  /** What stays is told: the host may not acknowledge. */
  @Test
  void aKeyThatStaysIsToldAndSoIsAQueuePairThatDoes() {
    assertThatThrownBy(() -> Revocation.of(this::refuse, () -> steps.add("reset")))
        .isInstanceOf(IOException.class);
    assertThat(steps).containsExactly("refused", "reset", "refused");
    steps.clear();
    assertThatThrownBy(() -> Revocation.of(this::refuse, this::refuse))
        .isInstanceOf(IOException.class);
    assertThat(steps).containsExactly("refused", "refused");
  }

  private void refuse() throws IOException {
    steps.add("refused");
    throw new IOException("it is held");
  }

  private void giveBackAfterReset() throws IOException {
    if (!steps.contains("reset")) {
      refuse();
    }
    steps.add("give back");
  }
}
