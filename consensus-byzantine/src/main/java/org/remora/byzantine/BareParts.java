package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Links;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * The parts that the algorithms are made of, each run by itself: for checkers, whose worlds must be
 * small. A rule may be broken in each; null for none. Used on the event loop only.
 */
public final class BareParts {
  private BareParts() {}

  /** What a signature of such a kind is over. */
  public static Value statement(
      ByzantineInstance instance,
      @Nullable Mutation mutation,
      Statement.Kind kind,
      int subject,
      long round,
      Value content) {
    return rules(mutation).namesWhatItSigns()
        ? new Statement(kind, instance.number(), subject, round, content).encode()
        : Statement.digest(content);
  }

  /** How many processes make it unanimous in Cheap Quorum. */
  public static int unanimity(int processes, @Nullable Mutation mutation) {
    return rules(mutation).unanimity(processes);
  }

  /** How many copies the broadcast waits for: n − f. */
  public static int quorum(ByzantineInstance instance) {
    return instance.quorum();
  }

  /**
   * Runs the broadcast, listening to process 1 only.
   *
   * @param briefLooks how many looks at process 1's region alone come before one at all
   * @param own what this process broadcasts; ⊥ for nothing
   * @param delivered told what process 1 has broadcast
   * @return the processes that were found guilty so far, whenever it is asked
   */
  public static Supplier<List<Finding>> broadcast(
      ProcessContext process,
      ByzantineInstance instance,
      @Nullable Mutation mutation,
      int briefLooks,
      Value own,
      Consumer<Value> delivered) {
    Findings findings = new Findings();
    Broadcast broadcast =
        new Broadcast(
            process,
            instance,
            signatures(process, instance, mutation),
            findings,
            rules(mutation),
            (sender, k, message) -> {
              if (sender == 1) {
                delivered.accept(message);
              }
            },
            briefLooks);
    for (int sender = 2; sender <= instance.processes(); sender++) {
      broadcast.ignore(sender);
    }
    broadcast.start();
    if (!own.isBottom()) {
      broadcast.send(own);
    }
    return findings::list;
  }

  /**
   * Runs T-send and T-receive, listening to process 1 only, under a protocol in which whoever has
   * an input sends it to all.
   *
   * @param received told what process 1 has sent
   */
  public static void links(
      ProcessContext process,
      ByzantineInstance instance,
      @Nullable Mutation mutation,
      Consumer<Value> received) {
    listen(
        new TrustedLinks(
            process,
            instance,
            signatures(process, instance, mutation),
            new Findings(),
            rules(mutation),
            replayed -> {
              Links links = replayed.links(1, Value::toString);
              links.onReceive(
                  (from, message) -> {
                    if (from == 1 && replayed.self() == process.self()) {
                      received.accept(message);
                    }
                  });
              return input -> {
                links.broadcast(input);
                return true;
              };
            }),
        instance);
  }

  private static void listen(TrustedLinks links, ByzantineInstance instance) {
    for (int sender = 2; sender <= instance.processes(); sender++) {
      links.ignore(sender);
    }
    links.start();
  }

  /**
   * What process 1 broadcasts if it T-sends, under the protocol of {@link #links}.
   *
   * @param input its input
   * @param sent what it sends to processes 1, 2, …; its input to all if it is honest
   */
  public static Value linksMessage(Value input, List<Value> sent) {
    boolean alike = sent.stream().allMatch(sent.get(0)::equals);
    List<HistoryMessage.Output> outputs =
        alike
            ? List.of(new HistoryMessage.Output(0, 1, sent.get(0)))
            : IntStream.rangeClosed(1, sent.size())
                .mapToObj(p -> new HistoryMessage.Output(p, 1, sent.get(p - 1)))
                .toList();
    return new HistoryMessage(List.of(new HistoryMessage.Event.Local(input)), outputs).encode();
  }

  /**
   * Runs Preferential Paxos up to the adoption of an input, listening to process 1 only: there
   * every input of a priority above 0 lacks its evidence.
   *
   * @param adopted told which input the process adopts
   */
  public static void preference(
      ProcessContext process,
      ByzantineInstance instance,
      @Nullable Mutation mutation,
      Consumer<Value> adopted) {
    SafetyRules rules = rules(mutation);
    List<TrustedLinks> links = new ArrayList<>();
    links.add(
        new TrustedLinks(
            process,
            instance,
            signatures(process, instance, mutation),
            new Findings(),
            rules,
            replayed ->
                new PreferentialProtocol(
                    replayed,
                    instance,
                    (value, priority, evidence) -> priority == 0,
                    rules,
                    value -> {
                      if (replayed.self() == process.self()) {
                        adopted.accept(value);
                        // Paxos would ask for the decision for ever.
                        links.get(0).stop();
                      }
                    },
                    decided -> {},
                    liar -> {})));
    listen(links.get(0), instance);
  }

  /** What a process broadcasts that proposes a value to Preferential Paxos with a priority. */
  public static Value preferenceMessage(Value value, int priority) {
    LocalEvent.Input input = new LocalEvent.Input(value, priority, Value.EMPTY);
    return new HistoryMessage(
            List.of(new HistoryMessage.Event.Local(input.encode())),
            List.of(
                new HistoryMessage.Output(0, PreferentialProtocol.CHANNEL, input.encodeFields())))
        .encode();
  }

  /** Who is told how Cheap Quorum ends. */
  public interface CheapQuorumListener {
    /** The process has decided; at most once. */
    void decided(Value value);

    /**
     * The process has aborted; at most once, and it may have decided before.
     *
     * @param abort null if it has nothing to abort with
     * @param proven whether its evidence proves its priority
     */
    void aborted(@Nullable Abort abort, boolean proven);
  }

  /** Runs Cheap Quorum. */
  public static void cheapQuorum(
      ProcessContext process,
      ByzantineInstance instance,
      @Nullable Mutation mutation,
      Value input,
      CheapQuorumListener listener) {
    SafetyRules rules = rules(mutation);
    Signatures signatures = signatures(process, instance, mutation);
    PriorityRule priorities = CheapQuorum.priorities(instance, signatures, rules);
    CheapQuorum quorum =
        new CheapQuorum(
            process,
            instance,
            signatures,
            new Findings(),
            rules,
            new CheapQuorum.Listener() {
              @Override
              public void decided(Value value) {
                listener.decided(value);
              }

              @Override
              public void panicked(PanicReason reason) {}

              @Override
              public void aborted(@Nullable Abort abort) {
                listener.aborted(
                    abort,
                    abort != null
                        && priorities.proves(abort.value(), abort.priority(), abort.evidence()));
              }
            });
    quorum.start();
    quorum.want(input);
  }

  private static SafetyRules rules(@Nullable Mutation mutation) {
    return mutation == null ? SafetyRules.KEPT : mutation.rules();
  }

  private static Signatures signatures(
      ProcessContext process, ByzantineInstance instance, @Nullable Mutation mutation) {
    return new Signatures(process.self(), process.signer(), instance.number(), rules(mutation));
  }
}
