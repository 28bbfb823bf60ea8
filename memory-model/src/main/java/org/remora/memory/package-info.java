/**
 * The abstract machine of shared-memory-style consensus: processes, memories, regions with
 * permissions, registers, links, clock, coin and signer [ABGMZ19, section 3].
 *
 * <p>An algorithm is a program against {@link org.remora.memory.ProcessContext}: it submits
 * operations and reacts to their completions, single-threaded, on its process's event loop. Time,
 * chance, memories and messages reach it only through that interface, so that one class runs
 * unchanged in the deterministic simulator, in one JVM, over sockets and on verbs. A backend
 * implements {@link org.remora.memory.Machine}; the permission check itself is written once, in
 * {@link org.remora.memory.RegionTable}.
 *
 * <p>Processes and memories are numbered from 1.
 */
@NullMarked
package org.remora.memory;

import org.jspecify.annotations.NullMarked;
