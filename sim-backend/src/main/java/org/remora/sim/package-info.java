/**
 * A deterministic discrete-event world: virtual time in delays, seeded latencies, asynchronous
 * adversarial orders, crashes at any point, traces.
 *
 * <p>{@link org.remora.sim.SimWorld} is the machine. All that happens in it is a function of its
 * seed and settings: the same seed gives the same trace, byte for byte, on every JDK. A world and
 * all that runs in it belong to one thread.
 */
@NullMarked
package org.remora.sim;

import org.jspecify.annotations.NullMarked;
