/**
 * Byzantine processes that know the protocols they attack, for tests and for the command. Each is a
 * program on a {@link org.remora.memory.ProcessContext} like any other, so that it runs on every
 * machine; {@link org.remora.byzantine.adversary.Behaviour} names them.
 *
 * <p>To write another: run the algorithm on a {@link
 * org.remora.byzantine.adversary.TamperedProcess}, with a {@link org.remora.byzantine.Deviation},
 * twice, or not at all.
 */
@NullMarked
package org.remora.byzantine.adversary;

import org.jspecify.annotations.NullMarked;
