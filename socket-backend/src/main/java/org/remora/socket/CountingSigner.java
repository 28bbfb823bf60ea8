package org.remora.socket;

import org.remora.memory.CostCounter;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/** Counts what a signer is asked for. */
record CountingSigner(Signer signer, CostCounter costs, EventLoop loop) implements Signer {
  @Override
  public Value sign(Value message) {
    loop.check();
    costs.signature();
    return signer.sign(message);
  }

  @Override
  public boolean verify(int process, Value message, Value signature) {
    loop.check();
    costs.verification();
    return signer.verify(process, message, signature);
  }
}
