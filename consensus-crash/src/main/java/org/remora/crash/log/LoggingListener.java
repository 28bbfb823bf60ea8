package org.remora.crash.log;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what happens to a replica, by SLF4J under the name of {@link Replica}, for an operator: what
 * heals by itself as INFO, what may need a hand as WARN. Nothing is logged for each command.
 */
public final class LoggingListener implements ReplicaListener {
  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  private final int self;

  /**
   * A listener of one replica.
   *
   * @param self the number of its process
   */
  public LoggingListener(int self) {
    this.self = self;
  }

  @Override
  public void leaderChanged(int leader, long proposal) {
    if (leader == self) {
      LOG.info("replica {} leads, term {}", self, proposal);
    } else if (leader == 0) {
      LOG.info("replica {} no longer leads, term {}", self, proposal);
    } else {
      LOG.info("replica {} follows replica {}, term {}", self, leader, proposal);
    }
  }

  @Override
  public void configurationChanged(Configuration configuration) {
    LOG.info(
        "replica {}: members are replicas {} and memories {} from entry {} on",
        self,
        configuration.replicas(),
        configuration.memories(),
        configuration.index() + 1);
  }

  @Override
  public void behind(long applied) {
    LOG.info(
        "replica {} is behind, with all up to entry {}; it fetches the rest from another",
        self,
        applied);
  }

  @Override
  public void restored(long index) {
    LOG.info("replica {} has installed a snapshot of all up to entry {}", self, index);
  }

  @Override
  public void leftBehind(int replica, long applied) {
    LOG.warn(
        "replica {} no longer waits for replica {}, which was at entry {}: is it gone? When it is"
            + " back, it may need a snapshot",
        self,
        replica,
        applied);
  }

  @Override
  public void memorySilent(int memory) {
    LOG.warn(
        "replica {} gets no answer from memory {}: is it gone? A majority of the memories must"
            + " live",
        self,
        memory);
  }

  @Override
  public void memoryAnswers(int memory) {
    LOG.info("replica {} gets answers from memory {} again", self, memory);
  }

  @Override
  public void overloaded(long refused, String why) {
    LOG.warn("replica {} has refused {} operations: {}", self, refused, why);
  }
}
