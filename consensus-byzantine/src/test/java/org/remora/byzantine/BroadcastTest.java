package org.remora.byzantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.remora.byzantine.adversary.TamperedProcess;
import org.remora.memory.Clock;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.memory.ValueWriter;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;

/**
 * Non-equivocation, totality and delivery of what the correct send, against a sender that does what
 * it can to part the others; and that each rule is what they rest on.
 */
class BroadcastTest {
  private static final int SCHEDULES = 3_000;
  private static final int SCHEDULES_MAX = 30_000;
  private static final int MESSAGES = 3;

  @Test
  void anEquivocatorPartsNobody() {
    for (long seed = 1; seed <= SCHEDULES; seed++) {
      Run run = new Run(seed, SafetyRules.KEPT, Run::equivocate);
      assertThat(run.violation()).as("seed " + seed).isEmpty();
    }
  }

  @Test
  void oneThatReplaysWhatOthersSignedPartsNobody() {
    for (long seed = 1; seed <= SCHEDULES; seed++) {
      Run run = new Run(seed, SafetyRules.KEPT, Run::replayOldSignatures);
      assertThat(run.violation()).as("seed " + seed).isEmpty();
    }
  }

  @Test
  void copyingAfterLookingIsCaught() {
    hunt(seed -> new Run(seed, Mutation.COPY_AFTER_LOOKING.rules(), Run::equivocate).parted());
  }

  @Test
  void deliveringWithoutL2IsCaught() {
    hunt(seed -> !new Run(seed, Mutation.DELIVER_WITHOUT_L2.rules(), Run::equivocate).total());
  }

  @Test
  void signingWithoutDomainIsCaught() {
    hunt(
        seed ->
            new Run(seed, Mutation.SIGN_WITHOUT_DOMAIN.rules(), Run::replayOldSignatures).parted());
  }

  @Test
  void twoSignaturesOverOneMessageAreNoEquivocation() {
    for (long seed = 1; seed <= 200; seed++) {
      Run run = new Run(seed, SafetyRules.KEPT, Run::signTwice);
      assertThat(run.violation()).as("seed " + seed).isEmpty();
      assertThat(run.findings()).as("seed " + seed).isEmpty();
      assertThat(run.delivered.get(2).get(key(1, 1))).isEqualTo(Value.of("A1"));
    }
  }

  @Test
  void comparingSignaturesIsCaught() {
    hunt(
        seed ->
            !new Run(seed, Mutation.COMPARE_SIGNATURES.rules(), Run::signTwice)
                .findings()
                .isEmpty());
  }

  @Test
  void aMessageTakesOneSignatureAndOneMoreAtEachProcess() {
    Run run = new Run(SimWorld.of(3, 3), SafetyRules.KEPT, quiet -> {}, 1);
    assertThat(run.delivered.get(2)).containsEntry(key(2, 1), Value.of("2.1"));
    // Two correct processes send one message each.
    assertThat(run.world.costs().signatures()).isEqualTo(2 + 2 * 2);
  }

  private static void hunt(LongPredicate caught) {
    long seed = 1;
    while (seed <= SCHEDULES_MAX && !caught.test(seed)) {
      seed++;
    }
    assertThat(seed).as("schedules in which nothing was noticed").isLessThan(SCHEDULES_MAX);
  }

  private static long key(int sender, int k) {
    return 1_000L * sender + k;
  }

  private interface Adversary {
    void attack(Run run);
  }

  /** Process 1 is Byzantine, 2 and 3 are correct and send some messages each. */
  private static final class Run {
    final SimWorld world;
    final Map<Integer, Map<Long, Value>> delivered = new TreeMap<>();
    private final Map<Integer, Findings> findings = new TreeMap<>();
    private final ByzantineInstance instance =
        new ByzantineInstance(1, 3, 1, 64, 16, ByzantineInstance.Timing.DEFAULT);
    private final ProcessContext liar;
    private final int messages;
    private final SafetyRules rules;

    Run(long seed, SafetyRules rules, Adversary adversary) {
      this(
          SimWorld.of(3, seed % 2 == 0 ? 1 : 3)
              .seed(seed)
              .adversarial((int) (seed % 7) * 100)
              .latency(
                  seed % 3 == 0
                      ? Latency.ONE_DELAY
                      : Latency.uniform(Clock.DELAY_NANOS / 2, 4 * Clock.DELAY_NANOS)),
          rules,
          adversary,
          MESSAGES);
    }

    Run(SimWorld.Settings settings, SafetyRules rules, Adversary adversary, int messages) {
      this.messages = messages;
      this.rules = rules;
      world = settings.build();
      liar = noncing(world.process(1));
      for (int p = 1; p <= 3; p++) {
        world.defineEverywhere(BroadcastRegisters.region(instance, p));
      }
      world.process(1).execute(() -> adversary.attack(this));
      for (int p = 2; p <= 3; p++) {
        ProcessContext process = noncing(world.process(p));
        process.execute(() -> join(process));
      }
      world.run(this::isOver, 12_000);
    }

    private void join(ProcessContext process) {
      Findings found = new Findings();
      Map<Long, Value> log = new TreeMap<>();
      delivered.put(process.self(), log);
      findings.put(process.self(), found);
      Broadcast[] made = new Broadcast[1];
      made[0] =
          new Broadcast(
              process,
              instance,
              new Signatures(process.self(), process.signer(), 1, rules),
              found,
              rules,
              (sender, k, message) -> {
                log.put(key(sender, k), message);
                made[0].release(sender);
              });
      made[0].start();
      for (int k = 1; k <= messages; k++) {
        made[0].send(Value.of(process.self() + "." + k));
      }
    }

    /**
     * Whether there is nothing more to come: all of the correct, and of process 1 what either has.
     */
    private boolean isOver() {
      return delivered.size() == 2
          && delivered.values().stream().allMatch(log -> log.size() == (messages == 1 ? 2 : 9));
    }

    /** Writes two messages and two L1 for each number, on any memory, in any order, over again. */
    void equivocate() {
      Region own = BroadcastRegisters.region(instance, 1);
      for (int step = 0; step < 60; step++) {
        int k = 1 + (int) liar.coin().below(MESSAGES);
        Value message = Value.of((liar.coin().flip() ? "A" : "B") + k);
        boolean l1 = liar.coin().flip();
        Value content = l1 ? sign(Statement.Kind.L1, k, message) : signed(k, message);
        int register = BroadcastRegisters.register(instance, 1, k) + (l1 ? 1 : 0);
        int memory = 1 + (int) liar.coin().below(world.memories());
        liar.clock()
            .after(
                liar.coin().below(60_000),
                () -> liar.memory(memory).write(own, register, content, outcome -> {}));
      }
    }

    /** Is honest about message 1, and shows its L1 signatures as if they were for message 2. */
    void replayOldSignatures() {
      write(1, BroadcastRegisters.VALUE, signed(1, Value.of("A1")), 0);
      write(2, BroadcastRegisters.VALUE, signed(2, Value.of("B2")), 0);
      write(3, BroadcastRegisters.VALUE, signed(3, Value.of("B3")), 0);
      steal(new TreeMap<>());
    }

    private void steal(SortedMap<Integer, Value> stolen) {
      int l1 = BroadcastRegisters.register(instance, 1, 1) + BroadcastRegisters.L1;
      for (int p = 2; p <= 3; p++) {
        int owner = p;
        liar.memory(1)
            .read(
                BroadcastRegisters.region(instance, p),
                l1,
                (outcome, signature) -> {
                  if (!signature.isBottom()) {
                    stolen.put(owner, signature);
                  }
                });
      }
      if (stolen.size() == 2) {
        Value proof = new Certificate(Value.of("A1"), stolen).encode();
        write(2, BroadcastRegisters.L2, proof, liar.coin().below(20_000));
        write(3, BroadcastRegisters.L2, proof, liar.coin().below(40_000));
      } else {
        liar.clock().after(1_000, () -> steal(stolen));
      }
    }

    /** Signs each message again and again, and overwrites it with the new signature. */
    void signTwice() {
      for (int k = 1; k <= MESSAGES; k++) {
        for (int time = 0; time < 12; time++) {
          write(
              k, BroadcastRegisters.VALUE, signed(k, Value.of("A" + k)), liar.coin().below(60_000));
        }
      }
    }

    private void write(int k, int offset, Value content, long nanos) {
      int register = BroadcastRegisters.register(instance, 1, k) + offset;
      liar.clock()
          .after(
              nanos,
              () -> {
                for (int memory = 1; memory <= world.memories(); memory++) {
                  liar.memory(memory)
                      .write(
                          BroadcastRegisters.region(instance, 1), register, content, outcome -> {});
                }
              });
    }

    private Value signed(int k, Value message) {
      return new Signed(message, sign(Statement.Kind.VALUE, k, message)).encode();
    }

    private Value sign(Statement.Kind kind, int k, Value message) {
      // With the rule broken, the bare message is what everybody signs.
      return new Signatures(1, liar.signer(), 1, rules).sign(kind, 1, k, message);
    }

    List<Finding> findings() {
      return findings.values().stream().flatMap(f -> f.list().stream()).toList();
    }

    boolean parted() {
      return delivered.get(2).entrySet().stream()
          .anyMatch(
              e -> {
                Value other = delivered.get(3).get(e.getKey());
                return other != null && !other.equals(e.getValue());
              });
    }

    boolean total() {
      return delivered.get(2).keySet().equals(delivered.get(3).keySet());
    }

    String violation() {
      boolean correct =
          delivered.values().stream()
              .allMatch(
                  log ->
                      log.entrySet().stream()
                              .filter(e -> e.getKey() >= 2_000)
                              .allMatch(
                                  e ->
                                      e.getValue()
                                          .asText()
                                          .equals(e.getKey() / 1000 + "." + e.getKey() % 1000))
                          && log.keySet().stream().filter(key -> key >= 2_000).count()
                              == 2L * messages);
      return (parted() ? "parted " : "")
          + (total() ? "" : "not total ")
          + (correct ? "" : "a correct sender is not heard ")
          + (parted() || !total() || !correct ? delivered : "");
    }
  }

  /** A process whose signatures differ every time. */
  private static ProcessContext noncing(ProcessContext process) {
    long[] nonces = new long[1];
    return new TamperedProcess(
        process,
        new TamperedProcess.Tampering() {
          @Override
          public Signer signer(Signer inner) {
            return new Signer() {
              @Override
              public Value sign(Value message) {
                Value nonce = Value.ofWord(++nonces[0]);
                return join(nonce, inner.sign(join(nonce, message)));
              }

              @Override
              public boolean verify(int signing, Value message, Value signature) {
                return signature.length() > Long.BYTES
                    && inner.verify(
                        signing,
                        join(signature.slice(0, Long.BYTES), message),
                        signature.slice(Long.BYTES, signature.length() - Long.BYTES));
              }
            };
          }
        });
  }

  private static Value join(Value first, Value second) {
    return new ValueWriter(first.length() + second.length())
        .putBytes(first)
        .putBytes(second)
        .toValue();
  }
}
