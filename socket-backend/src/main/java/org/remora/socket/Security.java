package org.remora.socket;

/**
 * How one end of a connection proves who it is and has the other prove it: by {@link PreSharedKeys}
 * or {@link TlsSecurity}. Immutable.
 */
public sealed interface Security permits PreSharedKeys, TlsSecurity {}
