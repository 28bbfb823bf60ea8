/**
 * The crash-tolerant replicated log, after [Mu20]: a leader that holds the write permission of a
 * majority of memories appends an entry with one write per memory and no read.
 *
 * <p>{@link org.remora.crash.log.ReplicatedLog} puts it on a machine; {@link
 * org.remora.crash.log.Replica} is what an application holds afterwards, and {@link
 * org.remora.crash.log.StateMachine} what it hands in.
 */
@NullMarked
package org.remora.crash.log;

import org.jspecify.annotations.NullMarked;
