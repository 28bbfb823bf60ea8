/**
 * The example application of the replicated log: a key-value store, its server for clients over
 * HTTP, and its client.
 */
@NullMarked
package org.remora.apps.store;

import org.jspecify.annotations.NullMarked;
