/**
 * Graphs of shared-memory links for consensus that outlives a majority of crashes, and what they
 * are certified to tolerate.
 *
 * <p>Hybrid Ben-Or [ABCGPT18] ends if and only if the correct processes S and their neighbours are
 * a majority, |N[S]| &gt; n/2. {@link org.remora.topology.Planner} chooses a graph for a cluster;
 * {@link org.remora.topology.Assessment} bounds its tolerance from below with certificates, which
 * are proofs, and from above with witnesses, which are sets of survivors that fail; {@link
 * org.remora.topology.PlanVerifier} recomputes all that a plan claims. The theorems are stated and
 * proved in docs/TOPOLOGY.md.
 *
 * <p>At the boundary a graph is an {@code org.jgrapht.Graph}: {@link
 * org.remora.topology.CompactGraph#copyOf}, {@link org.remora.topology.CompactGraph#toGraph} and
 * {@link org.remora.topology.Plan#toGraph}. Inside, nodes are numbered from 0; files and messages
 * to people number them from 1.
 *
 * <p>[ABCGPT18]: Aguilera, Ben-David, Calciu, Guerraoui, Petrank, Toueg, <i>Passing Messages while
 * Sharing Memory</i>, PODC 2018.
 */
@NullMarked
package org.remora.topology;

import org.jspecify.annotations.NullMarked;
