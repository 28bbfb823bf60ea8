package org.remora.tests.explore;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.apps.BroadcastWorld;
import org.remora.apps.CheapQuorumWorld;
import org.remora.apps.LinksWorld;
import org.remora.byzantine.Mutation;
import org.remora.memory.RegionTable;
import org.remora.sim.explore.Counterexample;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.Report;

/**
 * The broadcast and Cheap Quorum, explored against an adversary that may do anything that it may do
 * at any time. The numbers of states are pinned: a change of the code or of the explorer that
 * changes what is covered must be looked at.
 */
class ByzantineExplorationTest {
  /** Agreement and totality of the broadcast, one of three Byzantine, one memory. */
  @ParameterizedTest(name = "{0} brief looks")
  @CsvSource({"0, 1239", "1, 1542"})
  void theBroadcastIsSafeAndTotalInEveryExecution(int briefLooks, long states) {
    exhausted(broadcast(3, 1, null).briefLooks(briefLooks).explorer(), states);
  }

  /** Totality, whatever the sender shows after somebody has delivered. */
  @Tag("campaign")
  @Test
  void theBroadcastIsTotalWhateverTheSenderDoes() {
    exhausted(broadcast(3, 1, null).active().explorer(), 1_239);
  }

  @Test
  void deliveringWithoutL2IsFoundWhateverTheSenderDoes() {
    isFound(broadcast(3, 1, Mutation.DELIVER_WITHOUT_L2).active().explorer(), "totality");
  }

  /** Two signatures over one message make nobody guilty. */
  @Test
  void whoSignsTwiceIsNotFoundGuilty() {
    exhausted(broadcast(3, 1, null).signsTwice().explorer(), 1_251);
  }

  @Test
  void comparingSignaturesIsFound() {
    isFound(
        broadcast(3, 1, Mutation.COMPARE_SIGNATURES).signsTwice().explorer(),
        "an innocent sender is found guilty");
  }

  /** A sender that lies about its history is not heard, and an honest one is. */
  @Tag("campaign")
  @Test
  void linksAreSafeInEveryExecution() {
    exhausted(new LinksWorld(1, null).history(), 1_925);
  }

  @Tag("campaign")
  @Test
  void noPriorityWithoutEvidenceCountsInAnyExecution() {
    exhausted(new LinksWorld(1, null).preference(), 9_065);
  }

  /** Who has decided aborts too, if anybody does. */
  @Tag("campaign")
  @Test
  void whoHasDecidedServesInEveryExecution() {
    exhausted(new CheapQuorumWorld(2, 1, 0, null).serving().explorer(), 214_924);
  }

  @Tag("campaign")
  @Test
  void cheapQuorumIsSafeInEveryExecutionOfTheCorrect() {
    exhausted(cheapQuorum(2, 1, 0, null), 214_924);
  }

  @Test
  void oneFollowerIsSafeInEveryExecutionWithAByzantineLeader() {
    exhausted(cheapQuorum(2, 1, 1, null), 1_325);
  }

  @Tag("exhaustive")
  @Test
  void followersAreSafeInEveryExecutionWithAByzantineLeader() {
    exhausted(cheapQuorum(3, 1, 1, null), 3_489_092);
  }

  @Test
  void copyingAfterLookingIsFound() {
    isFound(broadcast(3, 1, Mutation.COPY_AFTER_LOOKING).explorer(), "agreement");
  }

  @Test
  void deliveringWithoutL2IsFound() {
    isFound(broadcast(3, 1, Mutation.DELIVER_WITHOUT_L2).explorer(), "totality");
  }

  @Test
  void anUncheckedHistoryIsFound() {
    isFound(new LinksWorld(1, Mutation.HISTORY_UNCHECKED).history(), "agreement");
  }

  @Test
  void aBelievedPriorityIsFound() {
    isFound(
        new LinksWorld(1, Mutation.BELIEVE_PRIORITY).preference(),
        "a priority without evidence counts for nothing");
  }

  @Test
  void signingWithoutDomainIsFound() {
    isFound(broadcast(3, 1, Mutation.SIGN_WITHOUT_DOMAIN).othersSend().explorer(), "agreement");
  }

  /** Of four processes two are Byzantine: their L1 alone make an L2. */
  @Tag("campaign")
  @Test
  void tooFewProcessesAreFound() {
    isFound(broadcast(4, 2, Mutation.TOO_FEW_PROCESSES).explorer(), "agreement");
  }

  @ParameterizedTest
  @CsvSource({"PANIC_WITHOUT_REVOKING", "READ_BEFORE_REVOKING"})
  void aBrokenRevocationIsFound(Mutation mutation) {
    isFound(cheapQuorum(2, 1, 0, mutation), "whoever aborts carries the decision");
  }

  /** The leader has decided, and hears of no panic any more: the follower is left alone. */
  @Test
  void aDecidedProcessThatStopsServingIsFound() {
    isFound(
        new CheapQuorumWorld(2, 1, 0, Mutation.STOP_SERVING).serving().explorer(),
        "who has decided serves");
  }

  /** Three processes, of which the leader is Byzantine. */
  @Test
  void unanimityOfAllButOneIsFound() {
    isFound(
        cheapQuorum(3, 1, 1, Mutation.UNANIMITY_OF_ALL_BUT_ONE),
        "whoever aborts carries the decision");
  }

  /** The lower bound: no consensus over static permissions is 2-deciding [ABGMZ19, section 6]. */
  @Test
  void aMemoryThatIgnoresPermissionsIsFound() {
    isFound(
        cheapQuorum(2, 1, 0, null).enforcement(RegionTable.Enforcement.IGNORED),
        "whoever aborts carries the decision");
  }

  private static BroadcastWorld broadcast(int processes, int faults, @Nullable Mutation mutation) {
    return new BroadcastWorld(processes, faults, 1, mutation);
  }

  private static Explorer cheapQuorum(
      int processes, int memories, int byzantine, @Nullable Mutation mutation) {
    return new CheapQuorumWorld(processes, memories, byzantine, mutation).explorer();
  }

  private static void exhausted(Explorer explorer, long states) {
    Report report = explorer.run();
    assertThat(report.violation()).isEmpty();
    assertThat(report.exhausted()).isTrue();
    assertThat(report.neverSeen()).isEmpty();
    assertThat(report.states()).isEqualTo(states);
  }

  private static void isFound(Explorer explorer, String property) {
    Counterexample found = explorer.run().violation().orElseThrow();
    assertThat(found.property()).endsWith(property);
    assertThat(explorer.replay(found.schedule())).isEqualTo(found);
  }
}
