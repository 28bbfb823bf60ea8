package org.remora.tests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.Report;
import org.remora.crash.Omega;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;
import org.remora.tests.byzantine.SignatureProviders;

/**
 * One propose of Fast &amp; Robust in the common case, on 3 local memories, with each provider of
 * signatures; beside one signature and one verification by that provider.
 *
 * <p>Every decision is an instance of its own, installed before the clock starts and closed after
 * it has stopped. Regions of closed instances stay, so after {@value Group#INSTANCES_MAX} instances
 * there is a new machine.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(1)
public class FastAndRobustBenchmark {
  private static final Value VALUE =
      Value.of("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");

  /** A leader that never changes, and is not even asked in the common case. */
  private static final class FirstLeads implements Omega {
    @Override
    public int leader() {
      return 1;
    }

    @Override
    public void onChange(Runnable listener) {}
  }

  /** The processes, and the instance that is next. */
  @State(Scope.Benchmark)
  public static class Group {
    static final int INSTANCES_MAX = 500;

    /** Nobody panics because a thread of this machine had to wait for a processor. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Who signs. */
    @Param({"bouncy-castle", "jdk", "accp", "conscrypt"})
    public String provider = "";

    /** n. */
    @Param({"3", "5"})
    public int processes;

    private List<Signer> signers = List.of();
    private LocalMachine machine;
    private List<ByzantineConsensus> parts = List.of();
    private int number;

    /** Makes keys. */
    @Setup(Level.Trial)
    public void keys() {
      signers = SignatureProviders.signers(SignatureProviders.named(provider), processes);
      number = INSTANCES_MAX;
    }

    /** Installs an instance and waits until it runs everywhere. */
    @Setup(Level.Invocation)
    public void install() {
      if (number == INSTANCES_MAX) {
        close();
        number = 0;
        machine = LocalMachine.of(processes, 3).signers(p -> signers.get(p - 1)).build();
      }
      number++;
      ByzantineInstance.Timing timing = ByzantineInstance.Timing.DEFAULT;
      List<Omega> omegas = new ArrayList<>();
      for (int p = 0; p < processes; p++) {
        omegas.add(new FirstLeads());
      }
      parts =
          ByzantineAlgorithm.FAST_AND_ROBUST.install(
              machine,
              omegas,
              ByzantineInstance.of(number, processes)
                  .withTiming(
                      new ByzantineInstance.Timing(
                          timing.lookNanos(),
                          timing.lookNanosMax(),
                          PATIENCE_NANOS,
                          timing.paxos())));
      settle();
    }

    /** Closes the instance; a run that left the fast path was not the common case. */
    @TearDown(Level.Invocation)
    public void end() {
      for (ByzantineConsensus part : parts) {
        Report report = part.report().join();
        if (report.panic() != null || report.path() == Report.Path.BACKUP) {
          throw new IllegalStateException("not the common case: " + report);
        }
        part.close();
      }
      settle();
    }

    /** Ends the threads. */
    @TearDown(Level.Trial)
    public void close() {
      if (machine != null) {
        machine.close();
      }
    }

    private void settle() {
      for (int p = 1; p <= processes; p++) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        machine.process(p).execute(() -> settled.complete(null));
        settled.join();
      }
    }
  }

  /** One signer, and a signature that nobody has verified. */
  @State(Scope.Benchmark)
  public static class Raw {
    /** Who signs. */
    @Param({"bouncy-castle", "jdk", "accp", "conscrypt"})
    public String provider = "";

    private Signer signer;
    private Value signature;

    /** Makes keys. */
    @Setup(Level.Trial)
    public void keys() {
      signer = SignatureProviders.signers(SignatureProviders.named(provider), 1).get(0);
      signature = signer.sign(VALUE);
    }
  }

  /** From the leader's propose to its decision: two delays, one signature. */
  @Benchmark
  public Value theLeaderDecides(Group group) {
    return group.parts.get(0).propose(VALUE).join();
  }

  /** From all processes' proposes to the last one's decision: proofs of unanimity too. */
  @Benchmark
  public int allDecide(Group group) {
    List<CompletableFuture<Value>> decisions = new ArrayList<>();
    for (ByzantineConsensus part : group.parts) {
      decisions.add(part.propose(VALUE));
    }
    decisions.forEach(CompletableFuture::join);
    return decisions.size();
  }

  /** The floor: a task handed to a process's event loop, and its end waited for. */
  @Benchmark
  public void handOff(Group group) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    group.machine.process(1).execute(() -> done.complete(null));
    done.join();
  }

  /** One signature over 64 bytes. */
  @Benchmark
  public Value sign(Raw raw) {
    return raw.signer.sign(VALUE);
  }

  /** One verification of it. */
  @Benchmark
  public boolean verify(Raw raw) {
    return raw.signer.verify(1, VALUE, raw.signature);
  }
}
