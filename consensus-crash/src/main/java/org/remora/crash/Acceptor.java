package org.remora.crash;

/**
 * The acceptor of Paxos: promises to accept nothing below the highest number it was asked to
 * prepare, and remembers what it accepted last.
 */
final class Acceptor {
  private Slot slot = Slot.NONE;

  /** The answer to a proposer's message. */
  PaxosMessage answer(PaxosMessage message) {
    long proposal = message.proposal();
    // An acceptor that accepted below its promise could complete a quorum that the proposer it
    // promised to has already looked for and not found.
    if (proposal < slot.minProposal()) {
      return new PaxosMessage.Rejected(proposal, slot);
    }
    if (message instanceof PaxosMessage.Prepare) {
      slot = new Slot(proposal, slot.acceptedProposal(), slot.value());
      return new PaxosMessage.Promise(proposal, slot);
    }
    slot = Slot.accepted(proposal, message.slot().value());
    return new PaxosMessage.Accepted(proposal);
  }
}
