package org.remora.byzantine;

import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.Region;

/**
 * Where the registers of the broadcast lie. The region of p, which only p writes and all read,
 * holds for the k-th broadcast of each q three registers beside each other:
 *
 * <pre>
 *   register 3·((k−1)·n + q−1)   +0 Value   q's message k and q's signature, as p copied it
 *                                +1 L1      p's signature: I copied it, and saw no other
 *                                +2 L2      the message and n − f processes' L1 signatures
 * </pre>
 */
public final class BroadcastRegisters {
  /** The offset of Value. */
  public static final int VALUE = 0;

  /** The offset of L1. */
  public static final int L1 = 1;

  /** The offset of L2. */
  public static final int L2 = 2;

  /** The registers of one broadcast in one region. */
  public static final int PER_BROADCAST = 3;

  private BroadcastRegisters() {}

  /** The region of {@code owner}. */
  public static Region region(ByzantineInstance instance, int owner) {
    int n = instance.processes();
    int bytes = HistoryMessage.bytes(instance);
    return Region.of(
        instance.broadcastRegion(owner),
        "broadcast" + owner,
        Math.multiplyExact(PER_BROADCAST * n, instance.broadcastsMax()),
        Math.max(Signed.bytes(bytes), Certificate.bytes(bytes, n)),
        Permission.soleWriter(owner, n),
        LegalChange.NEVER);
  }

  /** The Value register of the {@code k}-th broadcast of {@code sender}, k from 1. */
  public static int register(ByzantineInstance instance, int sender, int k) {
    return PER_BROADCAST * ((k - 1) * instance.processes() + sender - 1);
  }
}
