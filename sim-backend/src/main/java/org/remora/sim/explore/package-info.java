/**
 * Systematic exploration: every order in which the pending events of a small world can happen, over
 * the classes that run in production.
 *
 * <p>{@link org.remora.sim.explore.Explorer} is the entry. A process is a deterministic function of
 * its inputs, and so is a memory. Each is therefore explored as an automaton that is computed once,
 * input by input, by running the real object ({@code ProcessAutomaton}, {@code MemoryAutomaton});
 * the state of the world is a short array of numbers, and to explore it is to look up tables.
 */
@NullMarked
package org.remora.sim.explore;

import org.jspecify.annotations.NullMarked;
