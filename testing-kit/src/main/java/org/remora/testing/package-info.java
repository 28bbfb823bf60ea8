/**
 * Property-based testing of one's own algorithm written against {@code org.remora.memory}: many
 * small worlds in the simulator, each with faults drawn within a bound, and of what goes wrong in
 * one a counterexample from which nothing can be left out.
 *
 * <p>A {@link org.remora.testing.Trial} is an algorithm ({@link org.remora.testing.Program}), the
 * {@link org.remora.testing.Worlds} in which it must hold, and what must hold in them ({@link
 * org.remora.testing.Requirement}). It is run by a JUnit test ({@link
 * org.remora.testing.TrialTest}) over seeds, or by a jqwik property over {@link
 * org.remora.testing.Plans}.
 */
@NullMarked
package org.remora.testing;

import org.jspecify.annotations.NullMarked;
