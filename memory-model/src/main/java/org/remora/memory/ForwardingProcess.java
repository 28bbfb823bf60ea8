package org.remora.memory;

import java.util.Objects;
import java.util.function.Function;

/**
 * A process that is another one in everything that a subclass does not change: for adversaries,
 * whose operations are not the program's, and for tests. Used on the event loop only.
 */
public class ForwardingProcess implements ProcessContext {
  /** The process that this one is otherwise. */
  protected final ProcessContext process;

  /** A process like {@code process}. */
  protected ForwardingProcess(ProcessContext process) {
    this.process = Objects.requireNonNull(process);
  }

  @Override
  public int self() {
    return process.self();
  }

  @Override
  public int processes() {
    return process.processes();
  }

  @Override
  public int memories() {
    return process.memories();
  }

  @Override
  public Memory memory(int number) {
    return process.memory(number);
  }

  @Override
  public Links links(int channel, Function<Value, String> notation) {
    return process.links(channel, notation);
  }

  @Override
  public Clock clock() {
    return process.clock();
  }

  @Override
  public Coin coin() {
    return process.coin();
  }

  @Override
  public Signer signer() {
    return process.signer();
  }

  @Override
  public void execute(Runnable task) {
    process.execute(task);
  }
}
