package org.remora.memory;

/** A mutation: an atomic register whose reads do not write back. */
public final class ForgetfulAtomicRegister extends AtomicRegister {
  /** As {@link AtomicRegister#AtomicRegister}. */
  public ForgetfulAtomicRegister(ProcessContext process, Region region) {
    super(process, region);
  }

  @Override
  boolean skipsWriteBack() {
    return true;
  }
}
