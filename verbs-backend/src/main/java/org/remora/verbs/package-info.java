/**
 * RDMA: memories that peers read and write without the host's processor, whose permissions the
 * network card enforces.
 *
 * <p>The verbs are reached through DiSNI, whose native half ({@code libdisni}) this module brings
 * along, and through natives of its own for what DiSNI cannot do.
 */
@NullMarked
package org.remora.verbs;

import org.jspecify.annotations.NullMarked;
