package org.remora.verbs.nic;

/**
 * A network card that a connection runs over, as this JVM has it open. Cards are opened by the
 * connection manager, once per JVM, and never closed.
 */
public record Card(long pointer) {}
