package org.remora.topology;

import java.util.OptionalInt;

/**
 * How many crashes a graph survives, from every side.
 *
 * @param certified Hybrid Ben-Or ends whichever this many processes crash: proved
 * @param certifiedBy which certificate proves it
 * @param refuted the fewest crashes for which a set is known that stops Hybrid Ben-Or
 * @param impossible the fewest crashes for which it is known that no algorithm survives all of them
 * @param universal no graph of this many nodes and this largest degree tolerates more with Hybrid
 *     Ben-Or
 * @param exact the tolerance of Hybrid Ben-Or if it is known exactly
 */
public record Tolerance(
    int certified,
    Certificate.Kind certifiedBy,
    int refuted,
    int impossible,
    int universal,
    OptionalInt exact) {}
