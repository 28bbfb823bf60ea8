package org.remora.byzantine.adversary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.Abort;
import org.remora.byzantine.BroadcastRegisters;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.Certificate;
import org.remora.byzantine.CheapQuorumRegisters;
import org.remora.byzantine.Deviation;
import org.remora.byzantine.Signed;
import org.remora.byzantine.Statement;
import org.remora.memory.Coin;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.memory.ValueWriter;

/**
 * What a Byzantine process that knows the protocol does. What is left to chance, its coin draws.
 */
public enum Behaviour {
  /** Runs the algorithm and stops writing at some point. */
  CRASH_LATE {
    @Override
    public void start(Attack attack) {
      Steps steps = new Steps(attack, 60);
      run(
          attack,
          new TamperedProcess.Tampering() {
            @Override
            public @Nullable Value write(int memory, Region region, int register, Value value) {
              return steps.betray() ? null : value;
            }
          });
    }
  },

  /**
   * Two faces: runs the algorithm twice, with two inputs, on the same registers, so that both sign
   * and write to the same places. Each write reaches some memories, and may be overwritten by the
   * other face's later: different values on different memories, and to different readers by timing.
   */
  EQUIVOCATE {
    @Override
    public void start(Attack attack) {
      long dropsOneIn = 2 + attack.process().coin().below(4);
      for (Value face : List.of(attack.input(), attack.other())) {
        TamperedProcess process =
            new TamperedProcess(
                attack.process(),
                new TamperedProcess.Tampering() {
                  @Override
                  public @Nullable Value write(
                      int memory, Region region, int register, Value value) {
                    return attack.process().coin().below(dropsOneIn) == 0 ? null : value;
                  }
                });
        attack
            .algorithm()
            .join(process, attack.omega(), attack.instance(), Deviation.NONE)
            .propose(face, 9)
            .exceptionally(aborted -> face);
      }
    }
  },

  /** Its signatures are random, or stolen from its other messages. */
  FORGE {
    @Override
    public void start(Attack attack) {
      List<Value> made = new ArrayList<>();
      run(
          attack,
          new TamperedProcess.Tampering() {
            @Override
            public Signer signer(Signer honest) {
              return new Signer() {
                @Override
                public Value sign(Value message) {
                  Value signature = honest.sign(message);
                  if (made.size() < REMEMBERED_MAX) {
                    made.add(signature);
                  }
                  Coin coin = attack.process().coin();
                  return coin.flip()
                      ? signature
                      : coin.flip() ? made.get((int) coin.below(made.size())) : noise(coin, 64);
                }

                @Override
                public boolean verify(int process, Value message, Value signature) {
                  return honest.verify(process, message, signature);
                }
              };
            }
          });
    }
  },

  /** Panics at once, and takes part in what follows. */
  PANIC_EARLY {
    @Override
    public void start(Attack attack) {
      panicAfter(attack, 1);
      run(attack, new TamperedProcess.Tampering() {});
    }
  },

  /** Takes part, and panics at some later time. */
  PANIC_LATE {
    @Override
    public void start(Attack attack) {
      panicAfter(attack, 1 + attack.process().coin().below(60_000));
      run(attack, new TamperedProcess.Tampering() {});
    }
  },

  /**
   * Claims its own value unanimous, with the signatures that it and its accomplices can make, or
   * with none, or claims the leader's signature.
   */
  FALSE_UNANIMITY {
    @Override
    public void start(Attack attack) {
      panicAfter(attack, 1 + attack.process().coin().below(20_000));
      join(
          attack,
          attack.process(),
          new Deviation() {
            @Override
            public Abort claim(@Nullable Abort honest) {
              Certificate proof =
                  certificate(
                      attack,
                      new Statement(
                          Statement.Kind.COPY,
                          attack.instance().number(),
                          CheapQuorumRegisters.LEADER,
                          0,
                          attack.other()));
              Coin coin = attack.process().coin();
              return coin.below(3) == 0
                  ? new Abort(attack.other(), Abort.SIGNED, noise(coin, 32))
                  : new Abort(attack.other(), Abort.UNANIMOUS, proof.encode());
            }
          });
    }
  },

  /** Writes in place of something new what it, or somebody else, wrote before. */
  STALE_REPLAY {
    @Override
    public void start(Attack attack) {
      List<Value> written = new ArrayList<>();
      run(
          attack,
          new TamperedProcess.Tampering() {
            @Override
            public Value write(int memory, Region region, int register, Value value) {
              Coin coin = attack.process().coin();
              if (written.size() < REMEMBERED_MAX) {
                written.add(value);
              }
              return coin.below(3) == 0 ? written.get((int) coin.below(written.size())) : value;
            }
          });
    }
  },

  /**
   * Tells a history that is not its own: messages with changed, missing or invented parts, and a
   * decision for everyone, to each another one.
   */
  LIE_IN_HISTORY {
    @Override
    public void start(Attack attack) {
      Steps steps = new Steps(attack, 6);
      join(
          attack,
          attack.process(),
          new Deviation() {
            @Override
            public Value tell(Value message) {
              Coin coin = attack.process().coin();
              if (!steps.betray() || coin.flip()) {
                return message;
              }
              return coin.flip() ? changed(coin, message) : decisions(attack.process());
            }
          });
    }
  },

  /** Follows the algorithm until some step, and then writes whatever it likes. */
  BETRAY {
    @Override
    public void start(Attack attack) {
      Steps steps = new Steps(attack, 80);
      List<Value> written = new ArrayList<>();
      run(
          attack,
          new TamperedProcess.Tampering() {
            @Override
            public @Nullable Value write(int memory, Region region, int register, Value value) {
              if (written.size() < REMEMBERED_MAX) {
                written.add(value);
              }
              if (!steps.betray()) {
                return value;
              }
              Coin coin = attack.process().coin();
              return switch ((int) coin.below(4)) {
                case 0 -> null;
                case 1 -> noise(coin, 1 + (int) coin.below(200));
                case 2 -> changed(coin, value);
                default -> written.get((int) coin.below(written.size()));
              };
            }
          });
    }
  },

  /**
   * With the keys of all accomplices, certifies messages that nobody sent: an L2 with as many
   * signatures as there are keys, for every sender among them, beside running the algorithm.
   */
  COLLUDE {
    @Override
    public void start(Attack attack) {
      run(attack, new TamperedProcess.Tampering() {});
      if (attack.algorithm().decidesAlways()) {
        ProcessContext process = attack.process();
        process.execute(() -> certify(attack, 1));
      }
    }

    private void certify(Attack attack, int k) {
      ProcessContext process = attack.process();
      ByzantineInstance instance = attack.instance();
      Region own = BroadcastRegisters.region(instance, process.self());
      for (ProcessContext sender : attack.accomplices()) {
        Value message = noise(process.coin(), 40);
        Certificate proof =
            certificate(
                attack,
                new Statement(Statement.Kind.L1, instance.number(), sender.self(), k, message));
        Value original =
            new Signed(
                    message,
                    sender
                        .signer()
                        .sign(
                            new Statement(
                                    Statement.Kind.VALUE,
                                    instance.number(),
                                    sender.self(),
                                    k,
                                    message)
                                .encode()))
                .encode();
        int register = BroadcastRegisters.register(instance, sender.self(), k);
        for (int memory = 1; memory <= process.memories(); memory++) {
          process
              .memory(memory)
              .write(own, register + BroadcastRegisters.L2, proof.encode(), outcome -> {});
          if (process.coin().flip()) {
            process
                .memory(memory)
                .write(own, register + BroadcastRegisters.VALUE, original, outcome -> {});
          }
        }
      }
      if (k < Math.min(8, instance.broadcastsMax())) {
        process.clock().after(1 + process.coin().below(20_000), () -> certify(attack, k + 1));
      }
    }
  };

  private static final int REMEMBERED_MAX = 256;

  /** The channel on which Paxos tells decisions. */
  private static final int LEARNING = 2;

  /** The name that the command uses: {@code panic-early}. */
  public String commandName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Lets the process of an attack behave so; on its event loop, or before it runs. */
  public abstract void start(Attack attack);

  /** Runs the algorithm over tampered operations. */
  private static void run(Attack attack, TamperedProcess.Tampering tampering) {
    join(attack, new TamperedProcess(attack.process(), tampering), Deviation.NONE);
  }

  private static void join(Attack attack, ProcessContext process, Deviation deviation) {
    attack
        .algorithm()
        .join(process, attack.omega(), attack.instance(), deviation)
        .propose(attack.input(), 9)
        .exceptionally(aborted -> attack.input());
  }

  /** Panics after some time, whether or not there is a reason. */
  private static void panicAfter(Attack attack, long nanos) {
    if (attack.algorithm().isFast()) {
      ProcessContext process = attack.process();
      process.execute(() -> process.clock().after(nanos, () -> panic(attack)));
    }
  }

  private static void panic(Attack attack) {
    ProcessContext process = attack.process();
    Region own = CheapQuorumRegisters.region(attack.instance(), process.self());
    Region leader = CheapQuorumRegisters.leaderRegion(attack.instance());
    for (int memory = 1; memory <= process.memories(); memory++) {
      process.memory(memory).write(own, CheapQuorumRegisters.PANIC, Value.of("!"), outcome -> {});
      process
          .memory(memory)
          .changePermission(leader, Permission.readOnly(process.processes()), outcome -> {});
    }
  }

  /** What the accomplices can sign together. */
  private static Certificate certificate(Attack attack, Statement statement) {
    SortedMap<Integer, Value> signatures = new TreeMap<>();
    for (ProcessContext accomplice : attack.accomplices()) {
      Signer signer = accomplice.signer();
      signatures.put(accomplice.self(), signer.sign(statement.encode()));
    }
    return new Certificate(statement.content(), signatures);
  }

  private static Value noise(Coin coin, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) coin.below(256);
    }
    return Value.of(bytes);
  }

  /** A message without events that tells each process that something else was decided. */
  private static Value decisions(ProcessContext process) {
    int n = process.processes();
    ValueWriter writer = new ValueWriter(4 + 4 + n * (3 * 4 + 1 + 4 + 1));
    writer.putInt(0).putInt(n);
    for (int to = 1; to <= n; to++) {
      Value decided = new ValueWriter(6).putByte(1).putValue(Value.of("" + to)).toValue();
      writer.putInt(to).putInt(LEARNING).putValue(decided);
    }
    return writer.toValue();
  }

  /** The same bytes, but for one, or cut, or longer. */
  private static Value changed(Coin coin, Value value) {
    byte[] bytes = value.toBytes();
    if (bytes.length == 0) {
      return noise(coin, 1);
    }
    switch ((int) coin.below(4)) {
      case 0 -> bytes = Arrays.copyOf(bytes, (int) coin.below(bytes.length));
      case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + 1);
      default -> bytes[(int) coin.below(bytes.length)] ^= (byte) (1 + coin.below(255));
    }
    return Value.of(bytes);
  }

  /** Counts steps to the one at which a process turns. */
  private static final class Steps {
    private long left;

    Steps(Attack attack, int max) {
      left = attack.process().coin().below(max);
    }

    boolean betray() {
      return left-- <= 0;
    }
  }
}
