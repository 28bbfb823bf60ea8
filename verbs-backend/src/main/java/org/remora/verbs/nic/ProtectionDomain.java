package org.remora.verbs.nic;

import java.io.IOException;

/**
 * What a key of registered memory is worth: it works on the queue pairs of the same domain, and on
 * no other.
 */
public final class ProtectionDomain extends Handle {
  private final Nic nic;

  private ProtectionDomain(Nic nic, long pointer) {
    super(pointer);
    this.nic = nic;
  }

  /** A new domain. */
  public static ProtectionDomain of(Card card) throws IOException {
    Nic nic = Nic.open();
    return new ProtectionDomain(nic, nic.disni()._allocPd(card.pointer()));
  }

  @Override
  void destroy(long pd) throws IOException {
    check("ibv_dealloc_pd", nic.disni()._deallocPd(pd));
  }
}
