/**
 * The verbs themselves, one small class per object of the network card: connections, queue pairs,
 * completion queues, protection domains, registered memory, devices. Thin, and no place for policy:
 * what a memory or a channel needs is built on it. Internal: other modules use {@link
 * org.remora.verbs}.
 *
 * <p>An object here stands for one of the kernel's and must be closed, in the reverse order of
 * creation. A closed object's use is an error that the caller sees, not a crash. Unless a class
 * says otherwise an object is used by one thread at a time.
 */
@NullMarked
package org.remora.verbs.nic;

import org.jspecify.annotations.NullMarked;
