package org.remora.topology;

import java.util.List;

/** How a graph came to be, as far as a certificate may rest on it. */
public sealed interface Construction {

  /** A short name for people. */
  String name();

  /**
   * A union of uniform permutations and matchings drawn from a seed, changed since by growth and
   * shrinkage. Edges beyond those of the layers may be there; layer edges may be missing (within a
   * zone), and each missing one is paid for in the certificate.
   *
   * @param seed what the layers are drawn from
   * @param initialNodes how many nodes there were at first
   * @param permutations how many permutations; v is joined to its image
   * @param matchings how many matchings; one node is left out of each while the number is odd
   * @param choices for each layer, which candidate was taken, counted from 1; empty if there was
   *     never a choice
   * @param changes what happened since, in order
   */
  record RandomLayers(
      Seed seed,
      int initialNodes,
      int permutations,
      int matchings,
      List<Integer> choices,
      List<Change> changes)
      implements Construction {

    /** The version of the drawing rules, fixed by docs/TOPOLOGY.md. */
    public static final String GENERATOR = "sha256-ctr-1";

    /**
     * Copies the lists.
     *
     * @throws BadGraphException if a number is out of range
     */
    public RandomLayers {
      choices = List.copyOf(choices);
      changes = List.copyOf(changes);
      if (initialNodes < 2 || permutations < 0 || matchings < 0 || permutations + matchings < 1) {
        throw new BadGraphException("random layers need two nodes and one layer at least");
      }
      if (initialNodes > PlanRequest.NODES_MAX
          || (long) initialNodes * (permutations + (long) matchings) > 2L * PlanRequest.LINKS_MAX) {
        throw new BadGraphException("random layers with too many nodes or links");
      }
      if (choices.stream().anyMatch(choice -> choice < 1)) {
        throw new BadGraphException("candidates of a random layer are counted from 1");
      }
      if (!choices.isEmpty() && choices.size() != permutations + matchings) {
        throw new BadGraphException("random layers need one choice for each layer");
      }
    }

    @Override
    public String name() {
      return "random layers ("
          + permutations
          + " permutations, "
          + matchings
          + " matchings, seed "
          + seed.hex()
          + ")";
    }

    /** What the choices cost: candidate i of a layer costs log2(i(i+1)) bits. */
    double choiceBits() {
      double bits = 0;
      for (int choice : choices) {
        bits += StrictMath.log((double) choice * (choice + 1)) / StrictMath.log(2) + 1e-9;
      }
      return bits;
    }
  }

  /** A change of the set of nodes that was decided without looking at the edges. */
  sealed interface Change {}

  /**
   * New nodes were appended, each at places drawn from a seed of its own.
   *
   * @param count how many
   * @param seed what their places are drawn from
   */
  record Grow(int count, Seed seed) implements Change {}

  /**
   * Nodes were taken out.
   *
   * @param nodes which, as numbered before the change, from 0
   */
  record Shrink(List<Integer> nodes) implements Change {
    /** Copies the list. */
    public Shrink {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * The orthogonal polarity graph of a projective plane, perhaps without its last points and with
   * more edges.
   *
   * @param order the prime power q
   */
  record Polarity(int order) implements Construction {
    @Override
    public String name() {
      return "polarity graph ER_" + order;
    }
  }

  /**
   * A graph on whose origin no certificate rests.
   *
   * @param name what it is
   */
  record Other(String name) implements Construction {}
}
