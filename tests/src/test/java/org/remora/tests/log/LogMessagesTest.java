package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.remora.crash.log.LogSettings;
import org.remora.memory.Links;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;

/** What comes on the log's channel is data: whatever it is, a replica goes on. */
class LogMessagesTest {
  private static final LogSettings SETTINGS = LogWorld.quiet(8, 4);

  /** The channel of log 1. */
  private static final int CHANNEL = 2;

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void anyBytesDoNoHarm(@ForAll @Size(max = 60) byte[] bytes, @ForAll byte kind) {
    LogWorld log = new LogWorld(SimWorld.of(2, 3), SETTINGS, LogWorld.scripted(0, 0), null);
    Links links = log.world.process(2).links(CHANNEL, Value::toString);
    log.appendNow(1, 1);
    byte[] known = bytes.clone();
    if (known.length > 0) {
      known[0] = (byte) (1 + (kind & 7)); // mostly a message that there is, with anything in it
    }
    links.send(1, Value.of(bytes));
    if (known.length == 0 || (known[0] != 1 && known[0] != 3)) {
      // A notice or a command with plausible content is believed: processes crash, they do not lie.
      links.send(1, Value.of(known));
    }
    log.appendNow(1, 2);
    assertThat(log.journal.violations).isEmpty();
  }
}
