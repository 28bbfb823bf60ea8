package org.remora.crash.log;

/** Tells one listener, and then another. */
record BothListeners(ReplicaListener first, ReplicaListener second) implements ReplicaListener {
  @Override
  public void leaderChanged(int leader, long proposal) {
    first.leaderChanged(leader, proposal);
    second.leaderChanged(leader, proposal);
  }

  @Override
  public void configurationChanged(Configuration configuration) {
    first.configurationChanged(configuration);
    second.configurationChanged(configuration);
  }

  @Override
  public void behind(long applied) {
    first.behind(applied);
    second.behind(applied);
  }

  @Override
  public void restored(long index) {
    first.restored(index);
    second.restored(index);
  }

  @Override
  public void leftBehind(int replica, long applied) {
    first.leftBehind(replica, applied);
    second.leftBehind(replica, applied);
  }

  @Override
  public void memorySilent(int memory) {
    first.memorySilent(memory);
    second.memorySilent(memory);
  }

  @Override
  public void memoryAnswers(int memory) {
    first.memoryAnswers(memory);
    second.memoryAnswers(memory);
  }

  @Override
  public void overloaded(long refused, String why) {
    first.overloaded(refused, why);
    second.overloaded(refused, why);
  }
}
