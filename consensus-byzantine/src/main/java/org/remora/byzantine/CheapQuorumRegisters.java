package org.remora.byzantine;

import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.Region;

/**
 * Where the registers of Cheap Quorum lie.
 *
 * <pre>
 *   leader's region   0  Value  the leader's value, signed; anyone may, for ever, end its writing
 *   p's region        0  Panic  written if p panics
 *                     1  Value  the leader's value with its signature, and p's
 *                     2  Proof  the value, with the signatures of all: a proof of unanimity
 * </pre>
 */
public final class CheapQuorumRegisters {
  /** The leader: the same process for all, in every instance. */
  public static final int LEADER = 1;

  /** The one register of the leader's region. */
  public static final int LEADER_VALUE = 0;

  /** Panic, in a process's own region. */
  public static final int PANIC = 0;

  /** Value, in a process's own region. */
  public static final int VALUE = 1;

  /** Proof, in a process's own region. */
  public static final int PROOF = 2;

  /** The number of registers of a process's own region. */
  public static final int REGISTERS = 3;

  private CheapQuorumRegisters() {}

  /** The leader's region. */
  public static Region leaderRegion(ByzantineInstance instance) {
    int n = instance.processes();
    return Region.of(
        instance.leaderRegion(),
        "leader",
        1,
        Signed.bytes(instance.valueBytes()),
        Permission.soleWriter(LEADER, n),
        new LegalChange.RevokeOnly(n));
  }

  /** The region of {@code owner}. */
  public static Region region(ByzantineInstance instance, int owner) {
    int n = instance.processes();
    return Region.of(
        instance.cheapQuorumRegion(owner),
        "quorum" + owner,
        REGISTERS,
        Math.max(
            Signed.bytes(Signed.bytes(instance.valueBytes())),
            Certificate.bytes(instance.valueBytes(), n)),
        Permission.soleWriter(owner, n),
        LegalChange.NEVER);
  }
}
