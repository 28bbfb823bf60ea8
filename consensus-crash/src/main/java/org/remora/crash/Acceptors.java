package org.remora.crash;

import org.jspecify.annotations.Nullable;
import org.remora.memory.Links;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/** The acceptors of all processes as one process's proposer talks to them, and its own acceptor. */
final class Acceptors {
  private final Links links;
  private final Acceptor own = new Acceptor();
  private @Nullable Proposer proposer;

  Acceptors(ProcessContext process, Instance instance) {
    links = process.links(instance.accepting(), message -> PaxosMessage.decode(message).toString());
  }

  /** Who hears the acceptors' answers to one proposal. */
  interface Proposer {
    /** The number of the proposal. */
    long proposal();

    /** {@code process} promises, and accepted {@code slot} last. */
    void promised(int process, Slot slot);

    /** {@code process} has accepted. */
    void accepted(int process);

    /** Some process has promised a higher number. */
    void rejected(long minProposal);
  }

  void start() {
    links.onReceive((from, message) -> received(from, PaxosMessage.decode(message)));
  }

  /** Sends phase 1a to all; answers go to {@code next} from now on, and to no one before. */
  void prepare(Proposer next) {
    proposer = next;
    links.broadcast(new PaxosMessage.Prepare(next.proposal()).encode());
  }

  /** Sends phase 2a to all. */
  void accept(Proposer next, Value value) {
    proposer = next;
    links.broadcast(new PaxosMessage.Accept(next.proposal(), value).encode());
  }

  private void received(int from, PaxosMessage message) {
    if (message instanceof PaxosMessage.Prepare || message instanceof PaxosMessage.Accept) {
      links.send(from, own.answer(message).encode());
      return;
    }
    Proposer hearing = proposer;
    // An answer to an earlier proposal of ours says nothing about this one.
    if (hearing == null || hearing.proposal() != message.proposal()) {
      return;
    }
    if (message instanceof PaxosMessage.Promise promise) {
      hearing.promised(from, promise.slot());
    } else if (message instanceof PaxosMessage.Accepted) {
      hearing.accepted(from);
    } else {
      hearing.rejected(message.slot().minProposal());
    }
  }
}
