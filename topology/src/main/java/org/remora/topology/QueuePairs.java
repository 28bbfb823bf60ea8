package org.remora.topology;

/**
 * What the links cost a network card: reliable queue pairs, whose state it must cache.
 *
 * @param perLink queue pairs that one link needs: permission contexts times I/O threads
 * @param budget how many queue pairs a card may hold; 0 for no stated budget
 */
public record QueuePairs(int perLink, int budget) {

  /** One queue pair a link and no budget. */
  public static final QueuePairs ANY = new QueuePairs(1, 0);

  /**
   * Checks the numbers.
   *
   * @throws BadGraphException if they are not positive
   */
  public QueuePairs {
    if (perLink < 1 || budget < 0) {
      throw new BadGraphException("queue pairs per link and their budget must be positive");
    }
  }

  /** How many queue pairs the busiest card holds in a graph. */
  public int needed(CompactGraph graph) {
    return graph.maxDegree() * perLink;
  }

  /** The largest degree that keeps to the budget. */
  public int degreeMax() {
    return budget == 0 ? Integer.MAX_VALUE : budget / perLink;
  }

  /** Whether a graph keeps to the budget. */
  public boolean allows(CompactGraph graph) {
    return graph.maxDegree() <= degreeMax();
  }
}
