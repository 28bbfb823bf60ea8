package org.remora.byzantine;

/**
 * A known-wrong variant of the algorithms: one rule broken. For checking checkers only: a checker
 * that notices nothing under a mutation is itself broken.
 */
public enum Mutation {
  /** A process in panic reads, but revokes nothing. */
  PANIC_WITHOUT_REVOKING(
      new SafetyRules() {
        @Override
        boolean revokes() {
          return false;
        }
      }),
  /** A process in panic reads, then revokes. */
  READ_BEFORE_REVOKING(
      new SafetyRules() {
        @Override
        boolean revokesBeforeReading() {
          return false;
        }
      }),
  /** The copy of a broadcast is written after the look at the others. */
  COPY_AFTER_LOOKING(
      new SafetyRules() {
        @Override
        boolean copiesBeforeLooking() {
          return false;
        }
      }),
  /** n − 1 processes pass for all. */
  UNANIMITY_OF_ALL_BUT_ONE(
      new SafetyRules() {
        @Override
        int unanimity(int processes) {
          return processes - 1;
        }
      }),
  /** A claimed priority is believed without evidence. */
  BELIEVE_PRIORITY(
      new SafetyRules() {
        @Override
        boolean believesPriority() {
          return true;
        }
      }),
  /** A broadcast is delivered as soon as the own L1 could be made. */
  DELIVER_WITHOUT_L2(
      new SafetyRules() {
        @Override
        boolean deliversWithL2() {
          return false;
        }
      }),
  /** What a message says is believed without its history. */
  HISTORY_UNCHECKED(
      new SafetyRules() {
        @Override
        boolean checksHistory() {
          return false;
        }
      }),
  /** Content alone is signed, without where it belongs. */
  SIGN_WITHOUT_DOMAIN(
      new SafetyRules() {
        @Override
        boolean namesWhatItSigns() {
          return false;
        }
      }),
  /** Two signatures over one content pass for two contents. */
  COMPARE_SIGNATURES(
      new SafetyRules() {
        @Override
        boolean same(Signed one, Signed other) {
          return one.equals(other);
        }
      }),
  /** A process that decided in Cheap Quorum no longer watches for panic. */
  STOP_SERVING(
      new SafetyRules() {
        @Override
        boolean keepsServing() {
          return false;
        }
      }),
  /** Fewer processes than 2·f + 1 are let through, and n − f of them pass for a majority. */
  TOO_FEW_PROCESSES(
      new SafetyRules() {
        @Override
        void checkBound(ByzantineInstance instance) {}

        @Override
        boolean acceptsMinority() {
          return true;
        }
      });

  @SuppressWarnings("ImmutableEnumChecker") // rules have no state
  private final SafetyRules rules;

  Mutation(SafetyRules rules) {
    this.rules = rules;
  }

  SafetyRules rules() {
    return rules;
  }
}
