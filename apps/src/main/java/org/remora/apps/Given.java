package org.remora.apps;

import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.Neighbourhoods;
import org.remora.memory.Value;

/**
 * What of a random execution is not left to chance. Null, or an empty map: it is.
 *
 * @param processes the number of processes
 * @param memories the number of memories
 * @param faultyProcesses how many processes fail
 * @param faultyMemories how many memories fail
 * @param adversarialEvents how many events happen in an order that an adversary draws
 * @param latency how long flights take
 * @param proposals what processes 1, 2, … propose
 * @param priorities the priorities of what they propose
 * @param byzantine which processes are Byzantine, and what they do
 * @param processCrashes when which processes crash, in thousandths of a delay
 * @param memoryCrashes when which memories crash, likewise
 * @param graph who shares memory with whom
 * @param objects what the consensus objects of Hybrid Ben-Or are made of
 * @param sharedCoin whether its coin is shared
 * @param beyondBound whether an instance is told to tolerate one Byzantine process too many
 */
record Given(
    @Nullable Integer processes,
    @Nullable Integer memories,
    @Nullable Integer faultyProcesses,
    @Nullable Integer faultyMemories,
    @Nullable Integer adversarialEvents,
    @Nullable LatencyKind latency,
    @Nullable List<Value> proposals,
    @Nullable List<Integer> priorities,
    NavigableMap<Integer, AgreeBehaviour> byzantine,
    NavigableMap<Integer, Long> processCrashes,
    NavigableMap<Integer, Long> memoryCrashes,
    @Nullable Neighbourhoods graph,
    @Nullable ConsensusObjects objects,
    @Nullable Boolean sharedCoin,
    boolean beyondBound) {}
