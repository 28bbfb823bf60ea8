package org.remora.tests;

/**
 * A promise of the machine that a {@link BrokenMachine} breaks, with a test of the conformance
 * suite that must notice.
 */
enum Breach {
  /** None is broken: the broken machine itself is no reason to fail. */
  NONE,

  PERMISSIONS_ARE_IGNORED("forbiddenAccessNaksAndChangesNothing"),
  PERMISSIONS_ARE_IGNORED_IN_A_RACE(
      "acknowledgedRevocationsHaveNoStragglers", "checkAndAccessAreOneStep"),
  REGISTERS_TEAR("valuesNeverMix"),
  WRITES_LAND_AFTER_THE_CHECK(
      "acknowledgedRevocationsHaveNoStragglers", "checkAndAccessAreOneStep"),
  EMPTY_READS_AS_BOTTOM("emptyIsNotBottom"),
  BOTTOM_READS_AS_EMPTY("neverWrittenReadsAsBottom"),
  READS_ARE_STALE("readReturnsTheLastWritten"),
  RANGES_ARE_REVERSED("rangeReadsReturnTheirRegisters"),
  REFUSED_WRITES_LAND("forbiddenAccessNaksAndChangesNothing"),
  REFUSED_READS_SHOW_THE_VALUE("forbiddenAccessNaksAndChangesNothing"),
  ANY_CHANGE_IS_LEGAL("staticPermissionsNeverChange", "soleWriterIsForOneselfOnly"),
  REVOCATION_CAN_BE_UNDONE("revocationIsForEver"),
  REFUSED_CHANGES_ARE_MADE("staticPermissionsNeverChange", "soleWriterIsForOneselfOnly"),
  CHANGES_ARE_ONLY_ACKNOWLEDGED("soleWriterIsForOneselfOnly", "revocationIsForEver"),
  SWAPS_TAKE_TWO_STEPS("compareAndSwapIsAtomic"),
  BOUNDS_ARE_NOT_CHECKED("registersOutOfBoundsAreAnError", "valuesThatDoNotFitAreAnError"),
  CRASHED_MEMORIES_ANSWER("crashedMemoriesAreSilent"),
  A_CRASHED_MEMORY_BLOCKS_ALL("crashedMemoriesAreSilent"),
  MEMORIES_SHARE_THEIR_REGIONS("memoriesAreIndependent"),
  UNKNOWN_REGIONS_ARE_MADE("unknownRegionsNak"),
  UNKNOWN_REGIONS_THROW("unknownRegionsNak"),
  FORGED_POLICIES_ARE_BELIEVED("forgedRegionsAreJudgedByTheHost"),

  COMPLETIONS_RUN_INSIDE_THE_CALL("completionsRunOnceOnTheLoopAfterTheCall"),
  COMPLETIONS_RUN_TWICE("completionsRunOnceOnTheLoopAfterTheCall"),
  COMPLETIONS_ARE_LOST("completionsRunOnceOnTheLoopAfterTheCall"),
  COMPLETIONS_RUN_ELSEWHERE("completionsRunOnceOnTheLoopAfterTheCall"),
  MESSAGES_COME_TWICE("messagesArriveOnceFromTheirSender"),
  MESSAGES_ARE_LOST("messagesArriveOnceFromTheirSender"),
  SENDERS_ARE_FORGED("messagesArriveOnceFromTheirSender"),
  CHANNELS_ARE_MIXED_UP("messagesArriveOnceFromTheirSender"),
  BROADCASTS_LEAVE_ONESELF_OUT("broadcastsReachAllAndOneself"),
  MESSAGES_TO_ONESELF_COME_AT_ONCE("broadcastsReachAllAndOneself"),
  EARLY_MESSAGES_ARE_DROPPED("earlyMessagesAreKept"),
  LINKS_ARE_NEW_EACH_TIME("aChannelIsOneObject"),
  TIMERS_ARE_EARLY("timersAreNotEarly"),
  CANCELLED_TIMERS_EXPIRE("cancelledTimersDoNotExpire"),
  TASKS_RUN_AT_ONCE("tasksRunAfterWhatRunsNow"),
  TASKS_ARE_LOST("tasksComeFromAnyThread"),
  COINS_ARE_BIASED("coinsStayInRange"),
  MACHINES_MISCOUNT("machinesKnowTheirSize"),
  CRASHED_PROCESSES_GO_ON("crashedProcessesTakeNoFurtherStep", "busyProcessesCrashToo");

  @SuppressWarnings("ImmutableEnumChecker") // never handed out
  private final String[] noticedBy;

  Breach(String... noticedBy) {
    this.noticedBy = noticedBy;
  }

  String[] noticedBy() {
    return noticedBy.clone();
  }
}
