package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Lane;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Quorum;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.memory.WriteOnceRegisters;

/**
 * Cheap Quorum [ABGMZ19, section 4.2]: decides after 2 delays, with one signature, or aborts.
 *
 * <pre>
 * leader l:  write Value[l] = sign_l(v);  nak → panic;  ack → decide v, then act as a follower too
 * follower:  poll Value[l] until not ⊥; not validly signed by l → panic
 *            write Value[p] = sign_p(that)
 *            poll Value[q] of all q until all n hold p's value, validly signed
 *            write Proof[p] = the n signed copies
 *            poll Proof[q] of all q until all n are valid:  decide
 *            at every poll: too long, or somebody's Panic → panic
 * panic:     write Panic[p];  on every memory: revoke the leader's right to write, then read Value[l];
 *            wait for a majority
 *            if Value[p] was written: abort with it, and with Proof[p] if that was
 *            else if one value validly signed by l was read: abort with it; else with the own input
 * </pre>
 *
 * <p><b>If a correct leader decided v</b>, a majority of memories acknowledged v. A process in
 * panic reads each memory only after it has revoked there, so at a memory that both majorities
 * share it reads v: had it revoked before the write, the write would have been refused. So every
 * correct process aborts with v, signed by the leader, and nobody has the leader's signature on
 * another value, nor, therefore, a proof of unanimity.
 *
 * <p><b>If a correct follower decided v</b>, it has seen the proofs of all, so every correct
 * process has begun to write its proof of v, and aborts with it. A proof of another value would
 * have to be signed by the correct, and they sign once.
 *
 * <p>Why the read must be at the very memory that was revoked: an acknowledged revocation at
 * memories 1 and 2 says nothing about memory 3, where the leader may still write after somebody has
 * read there.
 *
 * <p>Used on the event loop only.
 */
final class CheapQuorum {
  private static final Value PANIC = Value.of(new byte[] {1});

  private final ProcessContext process;
  private final ByzantineInstance instance;
  private final Signatures signatures;
  private final Findings findings;
  private final SafetyRules rules;
  private final Listener listener;
  private final int self;
  private final int n;
  private final WriteOnceRegisters registers;
  private final Region leaderRegion;
  private final Region own;
  private final MajorityReader leaderReader;
  private final List<MajorityReader> readers = new ArrayList<>();
  private final Pace pace;

  /** What the present look has found; the leader's region is row 0. */
  private final SortedMap<Integer, List<List<Value>>> rows = new TreeMap<>();

  private Value input = Value.BOTTOM;
  private boolean leading;
  private boolean wanted;
  private boolean decided;
  private boolean looking;
  private boolean stopped;
  private boolean panicked;
  private Step step = Step.AWAIT_VALUE;
  private Clock.@Nullable Timer patience;

  /** What the leader signed, as the own Value says or will say; set once. */
  private @Nullable Signed seen;

  /** The own proof of unanimity; set once, when its write begins. */
  private @Nullable Certificate proof;

  /** Who is told how it ends. */
  interface Listener {
    /** The process has decided; at most once. */
    void decided(Value value);

    /** The process has panicked; at most once. It may have decided before. */
    void panicked(PanicReason reason);

    /**
     * The process has aborted, after it has panicked.
     *
     * @param abort null if it has seen no value of the leader's and has no input of its own yet
     */
    void aborted(@Nullable Abort abort);
  }

  private enum Step {
    AWAIT_VALUE,
    WRITE_COPY,
    AWAIT_COPIES,
    WRITE_PROOF,
    AWAIT_PROOFS,
    DONE
  }

  CheapQuorum(
      ProcessContext process,
      ByzantineInstance instance,
      Signatures signatures,
      Findings findings,
      SafetyRules rules,
      Listener listener) {
    this.process = process;
    this.instance = instance;
    this.signatures = signatures;
    this.findings = findings;
    this.rules = rules;
    this.listener = listener;
    self = process.self();
    n = instance.processes();
    registers = new WriteOnceRegisters(process);
    leaderRegion = CheapQuorumRegisters.leaderRegion(instance);
    own = CheapQuorumRegisters.region(instance, self);
    leaderReader = new MajorityReader(process, leaderRegion);
    for (int p = 1; p <= n; p++) {
      readers.add(new MajorityReader(process, CheapQuorumRegisters.region(instance, p)));
    }
    pace = new Pace(process.clock(), instance.timing(), this::look);
  }

  /** The priority of an abort value as its evidence proves it. */
  static PriorityRule priorities(
      ByzantineInstance instance, Signatures signatures, SafetyRules rules) {
    return (value, priority, evidence) ->
        switch (priority) {
          case Abort.UNANIMOUS -> {
            Certificate proof =
                Certificate.decode(evidence, instance.valueBytes(), instance.processes());
            yield proof != null
                && proof.content().equals(value)
                && isUnanimous(proof, instance, signatures, rules);
          }
          case Abort.SIGNED ->
              signatures.verify(
                  CheapQuorumRegisters.LEADER,
                  Statement.Kind.LEADER_VALUE,
                  CheapQuorumRegisters.LEADER,
                  0,
                  value,
                  evidence);
          case Abort.BARE -> evidence.length() == 0;
          default -> false;
        };
  }

  private static boolean isUnanimous(
      Certificate proof, ByzantineInstance instance, Signatures signatures, SafetyRules rules) {
    return proof.signatures().size() >= rules.unanimity(instance.processes())
        && proof.signatures().entrySet().stream()
            .allMatch(
                s ->
                    signatures.verify(
                        s.getKey(),
                        Statement.Kind.COPY,
                        CheapQuorumRegisters.LEADER,
                        0,
                        proof.content(),
                        s.getValue()));
  }

  /** Begins to serve the others. */
  void start() {
    pace.start();
  }

  /** Serves nobody any more. */
  void stop() {
    stopped = true;
    pace.stop();
    lookNoMore();
    calm();
  }

  private void lookNoMore() {
    leaderReader.cancel();
    readers.forEach(MajorityReader::cancel);
    rows.clear();
  }

  /**
   * The application wants a decision: patience begins to run out.
   *
   * @param value its input; ⊥ for none
   */
  void want(Value value) {
    if (input.isBottom()) {
      input = value;
    }
    if (stopped || panicked) {
      return;
    }
    if (!wanted) {
      wanted = true;
      await();
    }
    if (self == CheapQuorumRegisters.LEADER && !leading && !input.isBottom()) {
      lead();
    }
    pace.quicken();
  }

  /** Whether the process has an input of its own. */
  Value input() {
    return input;
  }

  /** The common case: one signature, one write, 2 delays. */
  private void lead() {
    leading = true;
    Signed proposal =
        new Signed(
            input,
            signatures.sign(Statement.Kind.LEADER_VALUE, CheapQuorumRegisters.LEADER, 0, input));
    Value decision = input;
    registers.write(
        leaderRegion,
        CheapQuorumRegisters.LEADER_VALUE,
        proposal.encode(),
        outcome -> {
          if (stopped || panicked) {
            return;
          }
          if (outcome == Outcome.ACK) {
            // A majority has the value, and whoever panics will find it there.
            decide(decision);
          } else {
            panic(PanicReason.REFUSED);
          }
        });
  }

  private void decide(Value value) {
    if (!decided) {
      decided = true;
      listener.decided(value);
      if (!rules.keepsServing()) {
        stop();
      }
    }
  }

  /** Lets the patience for the current step begin anew. */
  private void await() {
    calm();
    if (wanted && !panicked && step != Step.DONE) {
      patience =
          process
              .clock()
              .after(
                  instance.timing().panicNanos(),
                  () ->
                      panic(
                          switch (step) {
                            case AWAIT_VALUE -> PanicReason.NO_VALUE_IN_TIME;
                            case WRITE_COPY, AWAIT_COPIES -> PanicReason.NO_UNANIMITY_IN_TIME;
                            case WRITE_PROOF, AWAIT_PROOFS, DONE -> PanicReason.NO_PROOFS_IN_TIME;
                          }));
    }
  }

  private void calm() {
    if (patience != null) {
      patience.cancel();
      patience = null;
    }
  }

  private void become(Step next) {
    step = next;
    pace.quicken();
    await();
  }

  private void look() {
    if (looking || stopped || panicked) {
      return;
    }
    looking = true;
    leaderReader.read(
        CheapQuorumRegisters.LEADER_VALUE,
        1,
        row -> {
          rows.put(0, row);
          judgeOnce();
        });
    for (int p = 1; p <= n; p++) {
      int owner = p;
      readers
          .get(p - 1)
          .read(
              0,
              CheapQuorumRegisters.REGISTERS,
              row -> {
                rows.put(owner, row);
                judgeOnce();
              });
    }
  }

  private void judgeOnce() {
    if (rows.size() < n + 1) {
      return;
    }
    looking = false;
    judge();
    rows.clear();
  }

  private void judge() {
    for (int p = 1; p <= n; p++) {
      if (p != self && !MajorityReader.cell(rows, p, CheapQuorumRegisters.PANIC).isEmpty()) {
        panic(PanicReason.OTHERS_PANIC);
        return;
      }
    }
    switch (step) {
      case AWAIT_VALUE -> copy(MajorityReader.cell(rows, 0, CheapQuorumRegisters.LEADER_VALUE));
      case AWAIT_COPIES -> prove();
      case AWAIT_PROOFS -> unite();
      case WRITE_COPY, WRITE_PROOF, DONE -> {}
    }
  }

  /** The leader's values among these contents of its register, each validly signed. */
  private List<Signed> validOf(List<Value> contents) {
    List<Signed> valid = new ArrayList<>();
    for (Value content : contents) {
      Signed signed = Signed.decode(content, instance.valueBytes());
      if (signed != null
          && signatures.verify(
              CheapQuorumRegisters.LEADER,
              Statement.Kind.LEADER_VALUE,
              CheapQuorumRegisters.LEADER,
              0,
              signed.content(),
              signed.signature())) {
        valid.add(signed);
      }
    }
    return valid;
  }

  private boolean contradicts(List<Signed> valid) {
    boolean contradiction = valid.stream().anyMatch(signed -> !rules.same(signed, valid.get(0)));
    if (contradiction) {
      findings.record(CheapQuorumRegisters.LEADER, Finding.Guilt.EQUIVOCATION, 0);
    }
    return contradiction;
  }

  private void copy(List<Value> contents) {
    if (contents.isEmpty()) {
      return;
    }
    List<Signed> valid = validOf(contents);
    if (valid.size() < contents.size() || contradicts(valid)) {
      panic(PanicReason.BAD_VALUE);
      return;
    }
    Signed value = valid.get(0);
    seen = value;
    become(Step.WRITE_COPY);
    Value signature =
        signatures.sign(Statement.Kind.COPY, CheapQuorumRegisters.LEADER, 0, value.content());
    registers.write(
        own,
        CheapQuorumRegisters.VALUE,
        new Signed(value.encode(), signature).encode(),
        outcome -> {
          if (step == Step.WRITE_COPY && !panicked && !stopped) {
            become(Step.AWAIT_COPIES);
            look();
          }
        });
  }

  private void prove() {
    Signed mine = seen;
    if (mine == null) {
      return;
    }
    SortedMap<Integer, Value> signers = new TreeMap<>();
    for (int q = 1; q <= n; q++) {
      Value register =
          MajorityReader.only(MajorityReader.cell(rows, q, CheapQuorumRegisters.VALUE));
      Signed copied = register.isBottom() ? null : decodeCopy(register);
      if (copied == null) {
        continue;
      }
      Signed value = Signed.decode(copied.content(), instance.valueBytes());
      if (value == null
          || !signatures.verify(
              q,
              Statement.Kind.COPY,
              CheapQuorumRegisters.LEADER,
              0,
              value.content(),
              copied.signature())) {
        continue;
      }
      if (rules.same(mine, value)) {
        signers.put(q, copied.signature());
      } else if (rules.unanimity(n) == n) {
        // It has signed for another value for good: there will be no unanimity.
        panic(PanicReason.DISSENT);
        return;
      }
    }
    if (signers.size() >= rules.unanimity(n)) {
      Certificate unanimous = new Certificate(mine.content(), signers);
      // From here on an abort carries the proof: who sees it in the register relies on that, so it
      // must be set before the write is under way.
      proof = unanimous;
      become(Step.WRITE_PROOF);
      registers.write(
          own,
          CheapQuorumRegisters.PROOF,
          unanimous.encode(),
          outcome -> {
            if (step == Step.WRITE_PROOF && !panicked && !stopped) {
              become(Step.AWAIT_PROOFS);
              look();
            }
          });
    }
  }

  private @Nullable Signed decodeCopy(Value register) {
    return Signed.decode(register, Signed.bytes(instance.valueBytes()));
  }

  private void unite() {
    Signed mine = seen;
    if (mine == null) {
      return;
    }
    int proofs = 0;
    for (int q = 1; q <= n; q++) {
      for (Value register : MajorityReader.cell(rows, q, CheapQuorumRegisters.PROOF)) {
        Certificate shown = Certificate.decode(register, instance.valueBytes(), n);
        if (shown != null
            && shown.content().equals(mine.content())
            && isUnanimous(shown, instance, signatures, rules)) {
          proofs++;
          break;
        }
      }
    }
    if (proofs >= rules.unanimity(n)) {
      become(Step.DONE);
      decide(mine.content());
    }
  }

  /** Leaves the fast path, once and for good. */
  private void panic(PanicReason reason) {
    if (panicked || stopped) {
      return;
    }
    panicked = true;
    calm();
    pace.stop();
    lookNoMore();
    listener.panicked(reason);
    registers.write(own, CheapQuorumRegisters.PANIC, PANIC, outcome -> {});
    Revocation revocation = new Revocation();
    for (int memory = 1; memory <= process.memories(); memory++) {
      revocation.begin(new Lane(process.memory(memory)));
    }
  }

  /**
   * Takes the leader's right to write, and reads what it has written, at a majority of memories.
   */
  private final class Revocation {
    private final int majority = Quorum.majority(process.memories());
    private final List<Value> contents = new ArrayList<>();
    private int ended;

    void begin(Lane lane) {
      if (!rules.revokes()) {
        read(lane, () -> end());
      } else if (rules.revokesBeforeReading()) {
        // Revoke before reading, at each memory by itself: see the proof above.
        revoke(lane, () -> read(lane, () -> end()));
      } else {
        read(lane, () -> revoke(lane, () -> end()));
      }
    }

    private void revoke(Lane lane, Runnable then) {
      // The policy grants it to everyone at any time, so there is no nak to handle.
      lane.changePermission(leaderRegion, Permission.readOnly(n), outcome -> then.run());
    }

    private void read(Lane lane, Runnable then) {
      lane.readRange(
          leaderRegion,
          CheapQuorumRegisters.LEADER_VALUE,
          1,
          (outcome, values) -> {
            for (Value value : values) {
              if (!value.isBottom() && !contents.contains(value)) {
                contents.add(value);
              }
            }
            then.run();
          });
    }

    private void end() {
      if (++ended == majority && !stopped) {
        listener.aborted(abort(contents));
      }
    }
  }

  private @Nullable Abort abort(List<Value> contents) {
    Signed copied = seen;
    if (copied != null) {
      Certificate unanimous = proof;
      return unanimous != null
          ? new Abort(copied.content(), Abort.UNANIMOUS, unanimous.encode())
          : new Abort(copied.content(), Abort.SIGNED, copied.signature());
    }
    List<Signed> valid = validOf(contents);
    if (!valid.isEmpty() && !contradicts(valid)) {
      return new Abort(valid.get(0).content(), Abort.SIGNED, valid.get(0).signature());
    }
    return input.isBottom() ? null : bare(input);
  }

  /** An own input with nothing to prove. */
  static Abort bare(Value input) {
    return new Abort(input, Abort.BARE, Value.EMPTY);
  }
}
