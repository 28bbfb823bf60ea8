package org.remora.verbs;

/**
 * What a memory's host has done. Reads and writes are the card's: the host does not see them.
 *
 * @param admitted connections of processes that it took
 * @param refused connection requests that it did not
 * @param superseded connections that ended because their process connected anew
 * @param malformed connections that it ended for what no correct process sends
 * @param permissionChanges changes of permission that it granted
 */
public record HostCounts(
    long admitted, long refused, long superseded, long malformed, long permissionChanges) {}
