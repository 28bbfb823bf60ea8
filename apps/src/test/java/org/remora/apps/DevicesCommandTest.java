package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code remora devices}, on a machine of which the test knows nothing. */
class DevicesCommandTest {
  @Test
  void whatIsMissingIsSaidWithItsFix() {
    Ran ran = Ran.remora("devices");
    if (ran.code() == Main.HOLDS) {
      assertThat(ran.out()).contains("port 1", "lockable memory").doesNotContain("missing:");
    } else {
      assertThat(ran.code()).isEqualTo(Main.FAILS);
      assertThat(ran.out()).contains("missing: ", "    fix: ");
    }
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void jsonSaysTheSame() {
    Ran ran = Ran.remora("devices --json");
    assertThat(ran.out())
        .startsWith("{\"ready\":" + (ran.code() == Main.HOLDS) + ",")
        .contains("\"devices\":[", "\"problems\":[");
    assertThat(ran.err()).isEmpty();
  }
}
