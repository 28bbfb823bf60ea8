/**
 * Consensus for Byzantine faults with n ≥ 2·f + 1 processes and m ≥ 2·f_M + 1 memories [ABGMZ19]:
 * Cheap Quorum, Robust Backup, Preferential Paxos, and Fast &amp; Robust, which is made of them.
 *
 * <p>From the bottom up:
 *
 * <ol>
 *   <li>{@code Broadcast}: reliable broadcast that no Byzantine process can use to tell two correct
 *       ones different things;
 *   <li>{@code TrustedLinks}: T-send and T-receive [CJKR12], messages that carry their history, so
 *       that a Byzantine process can do no more than crash, be slow, or choose its input;
 *   <li>Robust Backup: Paxos of {@code org.remora.crash}, unchanged, over those links;
 *   <li>Preferential Paxos: the same after a round that adopts an input of high priority;
 *   <li>Cheap Quorum: decides after 2 delays, or aborts with an input for Preferential Paxos;
 *   <li>Fast &amp; Robust: both together.
 * </ol>
 *
 * <p>{@link org.remora.byzantine.ByzantineAlgorithm} installs any of them on a machine.
 *
 * <p>Memories crash but do not lie, and their permissions hold: what a register holds was written
 * by a process that may write there. All that a process wrote is parsed defensively, bounded, and
 * checked; at worst it is recorded as a {@link org.remora.byzantine.Finding} against its writer.
 */
@NullMarked
package org.remora.byzantine;

import org.jspecify.annotations.NullMarked;
