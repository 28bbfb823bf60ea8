/**
 * Single-decree consensus for crash faults: Paxos, Disk Paxos, Protected Memory Paxos and Aligned
 * Paxos [ABGMZ19, GL03], and the eventual leader Ω that drives them.
 *
 * <p>{@link org.remora.crash.CrashAlgorithm} installs any of them on a machine; {@link
 * org.remora.crash.Consensus} is what an application holds afterwards.
 */
@NullMarked
package org.remora.crash;

import org.jspecify.annotations.NullMarked;
