package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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

  /** As on most machines. */
  @Test
  void withoutADeviceTheCommandFailsAndNamesTheFix() throws IOException {
    Path devices = Path.of("/sys/class/infiniband");
    boolean any = false;
    if (Files.isDirectory(devices)) {
      try (Stream<Path> found = Files.list(devices)) {
        any = found.findAny().isPresent();
      }
    }
    assumeThat(any).isFalse();
    Ran ran = Ran.remora("devices");
    assertThat(ran.code()).isEqualTo(Main.FAILS);
    // The libraries come before the device.
    assertThat(ran.out())
        .satisfiesAnyOf(
            out -> assertThat(out).contains("there is no RDMA device", "modprobe rdma_rxe"),
            out -> assertThat(out).contains("install libibverbs1 librdmacm1"));
    Ran agree =
        Ran.remora("agree --backend verbs --address 192.0.2.1 --algorithm protected-memory-paxos");
    assertThat(agree.code()).isEqualTo(Main.BAD_INPUT);
    assertThat(agree.err()).contains("no verbs backend here: ").hasLineCount(1);
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
