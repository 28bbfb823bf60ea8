/**
 * Histories of concurrent operations, and whether an atomic object could have produced them: {@link
 * org.remora.sim.history.Linearizability}.
 */
@NullMarked
package org.remora.sim.history;

import org.jspecify.annotations.NullMarked;
