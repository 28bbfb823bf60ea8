package org.remora.tests;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/**
 * The core of a log append on local memories, one write to each of three and their completions on
 * the event loop; beside it what bounds it: the three writes to bare region tables, and a hand-over
 * between threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LocalMemoryBenchmark {
  private static final int APPENDS = 10_000;
  private static final int HAND_OVERS = 1_000;
  private static final int MEMORIES = 3;
  private static final Value COMMAND = Patterned.of(64, 1);
  private static final Region LOG =
      Region.of(
          0,
          "log",
          4_096,
          64,
          Permission.soleWriter(1, 2),
          new LegalChange.SoleWriterForOneself(2));

  private LocalMachine machine;
  private LocalMachine callerRuns;
  private RegionTable[] tables;
  private int entry;

  /** Starts the machine. */
  @Setup
  public void start() {
    machine = LocalMachine.of(2, MEMORIES).build();
    machine.defineEverywhere(LOG);
    callerRuns = LocalMachine.of(2, MEMORIES).callerRuns().build();
    callerRuns.defineEverywhere(LOG);
    tables = new RegionTable[MEMORIES];
    for (int memory = 0; memory < MEMORIES; memory++) {
      tables[memory] = new RegionTable();
      tables[memory].define(LOG);
    }
  }

  /** Ends its threads. */
  @TearDown
  public void stop() {
    machine.close();
    callerRuns.close();
  }

  /** Writes to three memories, one append after the other, each ending with its third answer. */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public void writeToThreeMemories() throws InterruptedException {
    appendAll(1);
  }

  /** The same with 64 appends outstanding. */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public void writeToThreeMemoriesOutstanding64() throws InterruptedException {
    appendAll(64);
  }

  /** One append after the other, each a task of a thread outside that runs the loop itself. */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public void writeToThreeMemoriesOnTheCaller() {
    ProcessContext process = callerRuns.process(1);
    int[] answers = {0};
    for (int i = 0; i < APPENDS; i++) {
      int slot = i & LOG.registers() - 1;
      process.execute(
          () -> {
            for (int memory = 1; memory <= MEMORIES; memory++) {
              process.memory(memory).write(LOG, slot, COMMAND, outcome -> answers[0]++);
            }
          });
    }
    if (answers[0] != MEMORIES * APPENDS) {
      throw new IllegalStateException("not run on the caller: " + answers[0]);
    }
  }

  /** The floor below: the checked writes alone. */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public void bareRegionTables() {
    for (int i = 0; i < APPENDS; i++) {
      entry = entry + 1 & LOG.registers() - 1;
      for (RegionTable table : tables) {
        if (table.write(1, LOG.id(), entry, COMMAND) != Outcome.ACK) {
          throw new IllegalStateException("refused");
        }
      }
    }
  }

  /** One way of a message between two processes that answer each other at once. */
  @Benchmark
  @OperationsPerInvocation(2 * HAND_OVERS)
  public void handOverBetweenProcesses() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    ProcessContext one = machine.process(1);
    ProcessContext two = machine.process(2);
    two.execute(
        () ->
            two.links(1, Value::toString)
                .onReceive((from, message) -> two.links(1, Value::toString).send(from, message)));
    one.execute(
        () -> {
          int[] left = {HAND_OVERS};
          one.links(1, Value::toString)
              .onReceive(
                  (from, message) -> {
                    if (--left[0] == 0) {
                      ended.countDown();
                    } else {
                      one.links(1, Value::toString).send(2, message);
                    }
                  });
          one.links(1, Value::toString).send(2, COMMAND);
        });
    ended.await();
  }

  private void appendAll(int outstanding) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(outstanding);
    ProcessContext process = machine.process(1);
    process.execute(
        () -> {
          Appender[] appenders = new Appender[outstanding];
          for (int i = 0; i < outstanding; i++) {
            appenders[i] = new Appender(process, ended, APPENDS / outstanding, i);
          }
          for (Appender appender : appenders) {
            appender.append();
          }
        });
    ended.await();
  }

  /** Appends one entry after the other; the completion is one object for all. */
  private static final class Appender implements Memory.Completion {
    private final Memory[] memories = new Memory[MEMORIES];
    private final CountDownLatch ended;
    private int left;
    private int slot;
    private int answers;

    Appender(ProcessContext process, CountDownLatch ended, int appends, int slot) {
      for (int memory = 0; memory < MEMORIES; memory++) {
        memories[memory] = process.memory(memory + 1);
      }
      this.ended = ended;
      left = appends;
      this.slot = slot;
    }

    void append() {
      slot = slot + 64 & LOG.registers() - 1;
      for (Memory memory : memories) {
        memory.write(LOG, slot, COMMAND, this);
      }
    }

    @Override
    public void completed(Outcome outcome) {
      if (outcome != Outcome.ACK) {
        throw new IllegalStateException("refused");
      }
      if (++answers == MEMORIES) {
        answers = 0;
        if (--left == 0) {
          ended.countDown();
        } else {
          append();
        }
      }
    }
  }
}
