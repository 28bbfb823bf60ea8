package org.remora.crash;

/** What the consensus objects of Hybrid Ben-Or, two per round in every memory, are made of. */
public enum ConsensusObjects {
  /** One word each, set by compare-and-swap: one operation per proposal. */
  COMPARE_AND_SWAP {
    @Override
    long registers(int members) {
      return 1;
    }
  },

  /** Registers that are only read and written, and the coin: some ten operations per proposal. */
  REGISTERS {
    @Override
    long registers(int members) {
      return RegisterWords.registers(members);
    }
  };

  /** The words that one object takes in the memory of a neighbourhood of so many members. */
  abstract long registers(int members);
}
