package org.remora.topology;

/**
 * A proof that a graph tolerates so many crashes.
 *
 * @param kind which proof
 * @param tolerance Hybrid Ben-Or ends whichever {@code tolerance} processes crash
 * @param failureLog2 log2 of the chance that the proof is wrong, over the seed or the coins it
 *     names; minus infinity when there is no chance in it
 */
public record Certificate(Kind kind, int tolerance, double failureLog2) {

  /** The proofs that the planner knows; all are stated and proved in docs/TOPOLOGY.md. */
  public enum Kind {
    /** Survivors that are a majority themselves need no edge. */
    MAJORITY("majority"),
    /** A connected graph adds a node to any majority's complement, a biconnected one two. */
    CONNECTIVITY("connectivity"),
    /** Large degrees: a node that a majority's complement misses has few neighbours. */
    DEGREE("minimum-degree"),
    /** The paper's formula from the vertex expansion [ABCGPT18]. */
    PAPER("paper-formula"),
    /** Haemers' separation bound from the Laplacian's eigenvalues. */
    HAEMERS("haemers"),
    /** The same with optimised edge weights. */
    WEIGHTED("haemers-weighted"),
    /** Eigenvalue interlacing of a three-part quotient. */
    QUOTIENT("quotient"),
    /** Haemers' bound from the eigenvalues of ER_q, which are known exactly. */
    POLARITY("polarity"),
    /** The union bound over the random seed. */
    SEED("seed"),
    /** Branch and bound over all sets of survivors. */
    EXACT("exact");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The name in files. */
    public String text() {
      return text;
    }

    /**
     * Finds a kind by its name in files.
     *
     * @throws BadGraphException if there is none
     */
    public static Kind of(String text) {
      for (Kind kind : values()) {
        if (kind.text.equals(text)) {
          return kind;
        }
      }
      throw new BadGraphException("unknown certificate '" + text + "'");
    }
  }

  static Certificate sure(Kind kind, int tolerance) {
    return new Certificate(kind, tolerance, Double.NEGATIVE_INFINITY);
  }
}
