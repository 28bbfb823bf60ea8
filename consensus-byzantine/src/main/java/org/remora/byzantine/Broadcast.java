package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Outcome;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.memory.WriteOnceRegisters;

/**
 * Non-equivocating reliable broadcast [ABGMZ19, extended version, section 4.1].
 *
 * <pre>
 * broadcast(k, msg) at p:   write Value[p][k][p] = sign_p(k, msg)
 * tryDeliver(q) at p:
 *   copy  v ← Value[q][k][q], validly signed by q:  write Value[p][k][q] = v     (copy first ...)
 *   L1    read Value[i][k][q] of all i                                   (... then look)
 *         two different messages, both signed by q: no L1, ever
 *         n − f processes hold the own one: write L1[p][k][q] = sign_p(v)
 *   L2    read L1[i][k][q] of all i; n − f signed for v:
 *         write L2[p][k][q] = those;  deliver(q, k, v)
 * at any step: a valid L2[i][k][q] of anyone: write it as the own L2 and deliver its message
 * </pre>
 *
 * <p><b>Non-equivocation.</b> Say two valid L2 for (q, k) name v and v'. Each holds n − f ≥ f + 1
 * signed L1, so one of a correct process: p for v, p' for v'. A correct process makes one L1, over
 * its own copy, so p ≠ p' or v = v'. Both wrote their copies to a majority of memories before they
 * looked at all regions; the one that looked last found the other's copy, and made no L1 unless the
 * messages were the same.
 *
 * <p><b>Totality.</b> Who delivers has its L2 on a majority of memories, where every correct
 * process finds it, believes it for its signatures, and delivers too.
 *
 * <p><b>Where this is leaner than the paper.</b> A copy in p's region carries q's signature only:
 * that p wrote it is what the region's permission says. An L1 is the bare signature of its maker:
 * the argument above rests on the correct one among the n − f makers, which looked, and not on the
 * copies that it saw being shown to others. So a message costs its sender one signature and every
 * process one more, and an L2 grows with n, not with its square.
 *
 * <p>Messages of a sender are delivered in order, none skipped, and the next is not looked at
 * before {@link #release}: what is kept per sender is one message. Used on the event loop only.
 */
final class Broadcast {
  /** How many looks at a sender that shows nothing see its own region only. */
  private static final int BRIEF_LOOKS = 3;

  private final int self;
  private final ByzantineInstance instance;
  private final Signatures signatures;
  private final Findings findings;
  private final SafetyRules rules;
  private final Receiver receiver;
  private final WriteOnceRegisters registers;
  private final Region own;
  private final int messageBytes;
  private final List<Sender> senders = new ArrayList<>();
  private final Pace pace;
  private final int briefLooks;
  private int sent;

  /** Who is given what is delivered. */
  interface Receiver {
    /** The {@code k}-th message of {@code sender}; the next one comes after {@link #release}. */
    void delivered(int sender, int k, Value message);
  }

  Broadcast(
      ProcessContext process,
      ByzantineInstance instance,
      Signatures signatures,
      Findings findings,
      SafetyRules rules,
      Receiver receiver) {
    this(process, instance, signatures, findings, rules, receiver, BRIEF_LOOKS);
  }

  /** With another number of brief looks between two at all regions. */
  Broadcast(
      ProcessContext process,
      ByzantineInstance instance,
      Signatures signatures,
      Findings findings,
      SafetyRules rules,
      Receiver receiver,
      int briefLooks) {
    this.briefLooks = briefLooks;
    self = process.self();
    this.instance = instance;
    this.signatures = signatures;
    this.findings = findings;
    this.rules = rules;
    this.receiver = receiver;
    registers = new WriteOnceRegisters(process);
    own = BroadcastRegisters.region(instance, self);
    messageBytes = HistoryMessage.bytes(instance);
    for (int q = 1; q <= instance.processes(); q++) {
      senders.add(new Sender(process, q));
    }
    pace = new Pace(process.clock(), instance.timing(), () -> senders.forEach(Sender::look));
  }

  /** Begins to deliver. */
  void start() {
    pace.start();
  }

  /** Looks at nothing any more. */
  void stop() {
    pace.stop();
    senders.forEach(sender -> sender.stopped = true);
  }

  /** Broadcasts the next message; false, and nothing is sent, if the instance allows no more. */
  boolean send(Value message) {
    if (sent == instance.broadcastsMax()) {
      return false;
    }
    int k = ++sent;
    Value signature = signatures.sign(Statement.Kind.VALUE, self, k, message);
    senders.get(self - 1).originals.put(k, new Signed(message, signature));
    registers.write(
        own,
        BroadcastRegisters.register(instance, self, k) + BroadcastRegisters.VALUE,
        new Signed(message, signature).encode(),
        outcome -> senders.get(self - 1).originalWritten(k));
    pace.quicken();
    return true;
  }

  /** Goes on with the next message of {@code sender}. */
  void release(int sender) {
    senders.get(sender - 1).next();
  }

  /** Looks at a sender no more. */
  void ignore(int sender) {
    senders.get(sender - 1).stopped = true;
  }

  /** How far the message that is next from a sender has come here. */
  private enum Stage {
    /** Nothing was copied. */
    NOT_COPIED,
    /** A write of this process is not acknowledged yet. */
    WRITING,
    /** The copy is on a majority of memories: the time to look. */
    COPIED,
    /** Two messages were seen: only somebody's L2 helps. */
    CONTRADICTED,
    /** The own L1 is on a majority of memories. */
    L1,
    /** The receiver has it. */
    DELIVERED
  }

  /** One sender as this process sees it. */
  private final class Sender {
    /** The own messages that are not delivered yet, and which of them a majority holds. */
    final SortedMap<Integer, Signed> originals = new TreeMap<>();

    private final SortedSet<Integer> writtenOriginals = new TreeSet<>();
    private final int number;
    private final List<MajorityReader> readers = new ArrayList<>();
    private int k = 1;
    private Stage stage = Stage.NOT_COPIED;
    private @Nullable Signed copy;
    private int looks;
    private boolean looking;
    private boolean certified;
    private boolean stopped;

    Sender(ProcessContext process, int number) {
      this.number = number;
      for (int i = 1; i <= instance.processes(); i++) {
        readers.add(new MajorityReader(process, BroadcastRegisters.region(instance, i)));
      }
    }

    void originalWritten(int upTo) {
      // Writes of several messages may end in any order.
      writtenOriginals.add(upTo);
      look();
    }

    void next() {
      if (stage == Stage.DELIVERED) {
        originals.remove(k);
        writtenOriginals.remove(k);
        k++;
        stage = Stage.NOT_COPIED;
        copy = null;
        certified = false;
        looks = 0;
        look();
      }
    }

    /** Reads what there is about message k, unless that is being read already. */
    void look() {
      if (looking
          || stopped
          || certified
          || stage == Stage.DELIVERED
          || stage == Stage.WRITING
          || k > instance.broadcastsMax()) {
        return;
      }
      if (number == self && stage == Stage.NOT_COPIED) {
        // One's own message is its own copy, once it is on a majority of memories.
        if (!writtenOriginals.contains(k)) {
          return;
        }
        copy = originals.get(k);
        stage = Stage.COPIED;
      }
      looking = true;
      Look look = new Look(k, stage);
      boolean brief = stage == Stage.NOT_COPIED && looks < briefLooks;
      looks = brief ? looks + 1 : 0;
      if (brief) {
        look.read(number, this::judgeBriefly);
      } else {
        look.awaited = instance.processes();
        for (int i = 1; i <= instance.processes(); i++) {
          look.read(i, this::judge);
        }
      }
    }

    /** One look at the registers of message k. */
    private final class Look {
      private final int round;

      /** The stage when the reading began: what it proves is what was true then. */
      final Stage begun;

      final SortedMap<Integer, List<List<Value>>> rows = new TreeMap<>();
      int awaited = 1;

      Look(int round, Stage begun) {
        this.round = round;
        this.begun = begun;
      }

      void read(int region, Consumer<Look> completion) {
        readers
            .get(region - 1)
            .read(
                BroadcastRegisters.register(instance, number, round),
                BroadcastRegisters.PER_BROADCAST,
                row -> {
                  rows.put(region, row);
                  if (rows.size() == awaited) {
                    looking = false;
                    if (!stopped) {
                      completion.accept(this);
                    }
                  }
                });
      }

      /** What is signed by the sender as its message k in the Value register of a region. */
      List<Signed> values(int region) {
        List<Signed> valid = new ArrayList<>(1);
        for (Value register : MajorityReader.cell(rows, region, BroadcastRegisters.VALUE)) {
          Signed signed = Signed.decode(register, messageBytes);
          if (signed != null
              && signatures.verify(
                  number,
                  Statement.Kind.VALUE,
                  number,
                  round,
                  signed.content(),
                  signed.signature())) {
            valid.add(signed);
          }
        }
        return valid;
      }
    }

    private void judgeBriefly(Look look) {
      if (!adopt(look)) {
        copy(look);
      }
    }

    private void judge(Look look) {
      if (adopt(look)) {
        return;
      }
      switch (look.begun) {
        case NOT_COPIED -> copy(look);
        case COPIED -> makeL1(look);
        case L1 -> makeL2(look);
        case CONTRADICTED, WRITING, DELIVERED -> {}
      }
    }

    /** Somebody's valid L2 is as good as an own one. */
    private boolean adopt(Look look) {
      for (List<List<Value>> row : look.rows.values()) {
        for (Value register : row.get(BroadcastRegisters.L2)) {
          Certificate proof = Certificate.decode(register, messageBytes, instance.processes());
          if (proof != null && isValid(proof)) {
            certify(proof);
            return true;
          }
        }
      }
      return false;
    }

    private boolean isValid(Certificate proof) {
      // Exactly n − f, so that a proof has one length.
      return proof.signatures().size() == instance.quorum()
          && proof.signatures().entrySet().stream()
              .allMatch(s -> signsL1(s.getKey(), proof.content(), s.getValue()));
    }

    private boolean signsL1(int process, Value message, Value signature) {
      return signatures.verify(process, Statement.Kind.L1, number, k, message, signature);
    }

    private void copy(Look look) {
      List<Signed> shown = look.values(number);
      if (shown.size() > 1 && shown.stream().anyMatch(v -> !rules.same(v, shown.get(0)))) {
        // Different messages on different memories: nothing to copy. An honest sender has none.
        equivocated();
        return;
      }
      if (shown.isEmpty()) {
        return;
      }
      Signed chosen = shown.get(0);
      copy = chosen;
      stage = Stage.WRITING;
      if (!rules.copiesBeforeLooking()) {
        boolean alone =
            look.rows.keySet().stream()
                .flatMap(i -> look.values(i).stream())
                .allMatch(v -> rules.same(v, chosen));
        write(BroadcastRegisters.VALUE, chosen.encode(), () -> {});
        if (alone) {
          writeL1(chosen);
        } else {
          stage = Stage.CONTRADICTED;
        }
        return;
      }
      // The safety core: not before a majority of memories has the copy does the look begin whose
      // reads may prove that there is no other copy.
      write(
          BroadcastRegisters.VALUE,
          chosen.encode(),
          () -> {
            if (stage == Stage.WRITING) {
              stage = Stage.COPIED;
              look();
            }
          });
    }

    private void makeL1(Look look) {
      Signed mine = copy;
      if (mine == null || stage != Stage.COPIED) {
        return;
      }
      int copies = 0;
      for (int i = 1; i <= instance.processes(); i++) {
        boolean holds = i == self;
        for (Signed other : look.values(i)) {
          if (!rules.same(mine, other)) {
            equivocated();
            stage = Stage.CONTRADICTED;
            return;
          }
          holds = true;
        }
        copies += holds ? 1 : 0;
      }
      if (copies >= instance.quorum()) {
        writeL1(mine);
      }
    }

    private void writeL1(Signed mine) {
      stage = Stage.WRITING;
      Value signature = signatures.sign(Statement.Kind.L1, number, k, mine.content());
      write(
          BroadcastRegisters.L1,
          signature,
          () -> {
            if (stage == Stage.WRITING) {
              stage = Stage.L1;
              look();
            }
          });
      if (!rules.deliversWithL2()) {
        deliver(mine.content());
      }
    }

    private void makeL2(Look look) {
      Signed mine = copy;
      if (mine == null || stage != Stage.L1) {
        return;
      }
      SortedMap<Integer, Value> makers = new TreeMap<>();
      for (int i = 1; i <= instance.processes(); i++) {
        for (Value signature : MajorityReader.cell(look.rows, i, BroadcastRegisters.L1)) {
          if (signsL1(i, mine.content(), signature)) {
            makers.putIfAbsent(i, signature);
          }
        }
      }
      if (makers.size() >= instance.quorum()) {
        certify(new Certificate(mine.content(), makers).cutTo(instance.quorum()));
      }
    }

    /** Writes the own L2 and, once all can read it, delivers. */
    private void certify(Certificate proof) {
      certified = true;
      write(BroadcastRegisters.L2, proof.encode(), () -> deliver(proof.content()));
    }

    private void deliver(Value message) {
      if (stage != Stage.DELIVERED) {
        stage = Stage.DELIVERED;
        pace.quicken();
        receiver.delivered(number, k, message);
      }
    }

    private void write(int register, Value content, Runnable then) {
      int round = k;
      registers.write(
          own,
          BroadcastRegisters.register(instance, number, round) + register,
          content,
          outcome -> {
            // Nobody takes the own region's permission: there is no nak.
            if (outcome == Outcome.ACK && round == k && !stopped) {
              then.run();
            }
          });
    }

    private void equivocated() {
      findings.record(number, Finding.Guilt.EQUIVOCATION, k);
    }
  }
}
