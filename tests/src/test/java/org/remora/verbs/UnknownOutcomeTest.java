package org.remora.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.remora.memory.LegalChange;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.tests.verbs.Members;

/**
 * The way to a memory breaks while its host goes on: what was in flight has taken effect by the
 * time that its outcome is told, or never will, and the process goes on.
 */
@Tag("soft-roce")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class UnknownOutcomeTest {
  private static final long SECONDS_MAX = 100;
  private static final Region REGION =
      Region.of(1, "slots", 2, 64, Permission.open(2), LegalChange.NEVER);
  private static final Region WORDS =
      Region.ofWords(2, "words", 2, Permission.open(2), LegalChange.NEVER);

  private MemoryHost host;
  private VerbsMachine machine;

  @BeforeEach
  void begin() throws Exception {
    host =
        MemoryHost.listen(
            1, 2, new InetSocketAddress(AttackScene.address(), 0), Members.authentication(3, 3));
    host.define(REGION);
    host.define(WORDS);
    machine =
        VerbsMachine.of(2, List.of(host.address()), InetAddress.getByName(AttackScene.address()))
            .authentication(member -> Members.authentication(member, 3))
            .build();
  }

  @AfterEach
  void end() {
    machine.close();
    host.close();
  }

  @Test
  void aWriteWhoseAnswerNeverComesIsUnknown() throws Exception {
    assertThat(write(1, "first")).isEqualTo(Outcome.ACK);
    host.breakWayOf(1);
    assertThat(write(1, "lost")).isEqualTo(Outcome.UNKNOWN);
    String after = read(2);
    assertThat(after).isIn("first", "lost");
    // From here on it does not change by itself.
    assertThat(write(1, "next")).isEqualTo(Outcome.ACK);
    assertThat(read(2)).isEqualTo("next");
    assertThat(machine.failure(1)).isEmpty();
  }

  @Test
  void soAreAReadAndACompareAndSwap() throws Exception {
    assertThat(swap(0, 5)).isEqualTo(Outcome.ACK);
    host.breakWayOf(1);
    assertThat(swap(5, 6)).isEqualTo(Outcome.UNKNOWN);
    CompletableFuture<Outcome> read = new CompletableFuture<>();
    host.breakWayOf(1);
    machine
        .process(1)
        .execute(
            () ->
                machine
                    .process(1)
                    .memory(1)
                    .read(REGION, 0, (outcome, value) -> read.complete(outcome)));
    assertThat(read.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(Outcome.UNKNOWN);
    assertThat(write(1, "after")).isEqualTo(Outcome.ACK);
  }

  /** Another connection of the same process takes its place: as above, over a new connection. */
  @Test
  void whatASupersededConnectionCarriedIsSettledOnTheNext() throws Exception {
    for (int round = 0; round < 5; round++) {
      assertThat(write(1, "round " + round)).isEqualTo(Outcome.ACK);
      RawPeer.member(host.address(), 1, 1, Members.authentication(1, 3)).close();
      assertThat(write(1, "again " + round)).isIn(Outcome.ACK, Outcome.UNKNOWN);
      assertThat(read(2)).isIn("round " + round, "again " + round);
    }
  }

  private Outcome write(int process, String text) throws Exception {
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    machine
        .process(process)
        .execute(
            () ->
                machine
                    .process(process)
                    .memory(1)
                    .write(REGION, 0, Value.of(text), done::complete));
    return done.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private Outcome swap(long expected, long desired) throws Exception {
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    machine
        .process(1)
        .execute(
            () ->
                machine
                    .process(1)
                    .memory(1)
                    .compareAndSwap(
                        WORDS, 0, expected, desired, (outcome, word) -> done.complete(outcome)));
    return done.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private String read(int process) throws Exception {
    CompletableFuture<String> text = new CompletableFuture<>();
    machine
        .process(process)
        .execute(
            () ->
                machine
                    .process(process)
                    .memory(1)
                    .read(REGION, 0, (outcome, value) -> text.complete(value.asText())));
    return text.get(SECONDS_MAX, TimeUnit.SECONDS);
  }
}
