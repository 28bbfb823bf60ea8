package org.remora.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Lane;
import org.remora.memory.Links;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * What the algorithms share: the loop around their attempts, and how everybody learns.
 *
 * <pre>
 * propose(v) at p:
 *   loop:
 *     wait until Ω names p
 *     attempt with a number higher than any seen: decide and tell the others, or give up
 * </pre>
 *
 * <p>A process that wants the decision while Ω names another asks that one, at once and then at
 * growing intervals, and hands it its own proposal with the question; a leader without a proposal
 * takes that for its own. So a decision is reached though the leader's application proposes
 * nothing, and is learned though whoever decided crashed before it told anybody: the next leader
 * finds what was accepted. A leader that is asked, but has nothing to propose, makes attempts that
 * find a value or end.
 */
abstract class SingleDecree implements Consensus {
  final ProcessContext process;
  final Instance instance;
  final SafetyRules rules;
  final ProposalNumbers numbers;
  private final Omega omega;
  private final Links links;
  private final CompletableFuture<Value> decision = new CompletableFuture<>();

  /** The value to propose: the own one, or the first that was handed over; ⊥ if there is none. */
  private Value input = Value.BOTTOM;

  private boolean wanted;
  private long attempts;
  private @Nullable Attempt attempt;
  private Clock.@Nullable Timer pause;
  private Clock.@Nullable Timer nudge;
  private long nudgeNanos;
  private List<Lane> lanes = List.of();

  SingleDecree(ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
    this.process = process;
    this.omega = omega;
    this.instance = instance;
    this.rules = rules;
    numbers = new ProposalNumbers(process.self(), process.processes());
    links = process.links(instance.learning(), message -> LearningMessage.decode(message) + "");
  }

  /** Begins to take part. */
  final void start() {
    process.execute(
        () -> {
          links.onReceive((from, message) -> received(from, LearningMessage.decode(message)));
          omega.onChange(this::leaderChanged);
          started();
        });
  }

  /** Called once, on the event loop, when the process begins to take part. */
  void started() {}

  /** A fresh attempt under {@code proposal}. */
  abstract Attempt newAttempt(long proposal);

  @Override
  public final CompletableFuture<Value> propose(Value value) {
    instance.check(value);
    process.execute(() -> want(value));
    return decision.copy();
  }

  @Override
  public final CompletableFuture<Value> decision() {
    process.execute(() -> want(Value.BOTTOM));
    return decision.copy();
  }

  /** The value to propose if none was found; ⊥ if there is none. */
  final Value input() {
    return input;
  }

  /** The lanes to all memories. */
  final List<Lane> lanes() {
    if (lanes.isEmpty() || !rules.awaitsStragglers()) {
      List<Lane> fresh = new ArrayList<>();
      for (int memory = 1; memory <= process.memories(); memory++) {
        fresh.add(new Lane(process.memory(memory)));
      }
      lanes = fresh;
    }
    return lanes;
  }

  private void want(Value proposed) {
    if (input.isBottom()) {
      input = proposed;
    }
    boolean first = !wanted;
    wanted = true;
    if (first) {
      nudgeNanos = instance.timing().askNanos();
      nudgeLater();
    }
    if (first || !proposed.isBottom()) {
      advance(false);
    }
  }

  private void leaderChanged() {
    nudgeNanos = instance.timing().askNanos();
    advance(false);
  }

  private void nudgeLater() {
    if (!decision.isDone()) {
      nudge =
          process
              .clock()
              .after(
                  nudgeNanos,
                  () -> {
                    nudgeNanos = Math.min(2 * nudgeNanos, instance.timing().askNanosMax());
                    advance(true);
                    nudgeLater();
                  });
    }
  }

  /**
   * Does what brings the decision nearer.
   *
   * @param nudged whether some time has passed, so that even without a value an attempt is due:
   *     some other process may have accepted one and crashed
   */
  private void advance(boolean nudged) {
    if (decision.isDone() || !wanted) {
      return;
    }
    int leader = omega.leader();
    if (leader != process.self()) {
      if (leader != 0) {
        links.send(leader, new LearningMessage.Ask(input).encode());
      }
    } else if (attempt == null && pause == null && (nudged || !input.isBottom())) {
      attempts++;
      Attempt next = newAttempt(numbers.next());
      attempt = next;
      next.begin(!input.isBottom() && rules.mayOmitPhase1(process.self(), attempts));
    }
  }

  private void received(int from, LearningMessage message) {
    if (message instanceof LearningMessage.Decided decided) {
      learn(decided.value());
    } else if (message instanceof LearningMessage.Ask ask) {
      if (decision.isDone()) {
        links.send(from, new LearningMessage.Decided(decision.join()).encode());
      } else {
        // Not handed on at once: two processes that take each other for the leader would send it
        // back and forth for ever. The own question goes out with the next nudge.
        boolean leads = omega.leader() == process.self();
        if (input.isBottom()) {
          input = ask.input();
        }
        if (leads || !wanted) {
          want(input);
        }
      }
    }
  }

  private void learn(Value value) {
    if (attempt != null) {
      attempt.end();
    }
    if (pause != null) {
      pause.cancel();
      pause = null;
    }
    if (nudge != null) {
      nudge.cancel();
      nudge = null;
    }
    decision.complete(value);
  }

  /**
   * One attempt to decide under one proposal number. Once it is over, whatever still arrives for it
   * means nothing: an acknowledgement that comes after the attempt was given up decides nothing,
   * though it may make up the quorum, for the slot may have been read as free of it by then.
   */
  abstract class Attempt {
    final long proposal;
    private boolean over;

    Attempt(long proposal) {
      this.proposal = proposal;
    }

    /** Begins with phase 1, or with phase 2 where phase 1 may be left out. */
    abstract void begin(boolean omitsPhase1);

    final boolean isOver() {
      return over;
    }

    /** Decides, unless the attempt is over, and tells the others. */
    final void decide(Value value) {
      if (!over) {
        learn(value);
        links.broadcast(new LearningMessage.Decided(value).encode());
      }
    }

    /** Gives up in favour of a rival; tries again after a while, if Ω still names this process. */
    final void giveUp() {
      if (!over) {
        end();
        Instance.Timing timing = instance.timing();
        int doublings = (int) Math.min(attempts - 1, 30);
        long wait = Math.min(timing.retryNanos() << doublings, timing.retryNanosMax());
        pause =
            process
                .clock()
                .after(
                    1 + process.coin().below(Math.max(wait, timing.retryNanos())),
                    () -> {
                      pause = null;
                      advance(false);
                    });
      }
    }

    /** Ends because nothing was accepted and there is nothing to propose. */
    final void end() {
      over = true;
      attempt = null;
      forget();
    }

    /**
     * Forgets what only a living attempt needs. Operations in flight may keep the attempt for as
     * long as a memory does not answer.
     */
    abstract void forget();

    /** Takes note of a number in a slot or promise; gives up if it bars the way. */
    final boolean isOutrunBy(long minProposal) {
      numbers.seen(minProposal);
      if (rules.isOutrun(minProposal, proposal)) {
        giveUp();
        return true;
      }
      return false;
    }
  }
}
