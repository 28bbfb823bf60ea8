package org.remora.memory;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A process of two with memories driven by hand, and nothing else. */
final class FakeProcess implements ProcessContext {
  private final int self;
  final List<FakeMemory> fakes;

  FakeProcess(int self, int memories) {
    this.self = self;
    fakes = IntStream.rangeClosed(1, memories).mapToObj(FakeMemory::new).toList();
  }

  /** Memory {@code number}. */
  FakeMemory fake(int number) {
    return fakes.get(number - 1);
  }

  @Override
  public int self() {
    return self;
  }

  @Override
  public int processes() {
    return 2;
  }

  @Override
  public int memories() {
    return fakes.size();
  }

  @Override
  public Memory memory(int number) {
    return fake(number);
  }

  @Override
  public Links links(int channel, Function<Value, String> notation) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Clock clock() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Coin coin() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Signer signer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void execute(Runnable task) {
    throw new UnsupportedOperationException();
  }
}
