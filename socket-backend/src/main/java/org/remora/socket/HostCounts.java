package org.remora.socket;

/**
 * What a memory host has seen so far.
 *
 * @param accepted connections accepted
 * @param admitted of those, the ones that proved who they are
 * @param refused those that did not, or came when there were too many
 * @param malformed those that were closed for a frame that no correct process sends
 * @param superseded those that a newer one of the same process took the place of
 * @param operations operations executed, naks included
 */
public record HostCounts(
    long accepted, long admitted, long refused, long malformed, long superseded, long operations) {}
