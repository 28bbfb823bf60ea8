package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.Configuration;
import org.remora.crash.log.Configuration.Change.Kind;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicaListener;
import org.remora.crash.log.ReplicaStatus;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Memory;
import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;

/**
 * The lowest process that lives is not always one that can lead: the log must go on beside it. With
 * heartbeats in memory, in virtual time.
 */
class LogStandingTest {
  private static final long DELAY = LogWorld.DELAY;
  private static final long PERIOD = 20 * DELAY;
  private static final HeartbeatOmega.Settings DETECTOR =
      new HeartbeatOmega.Settings(PERIOD, 15, 6, 2, false);
  private static final LogSettings SETTINGS =
      LogSettings.of(1)
          .withRing(8, 4)
          .withTransfer(500, 64)
          .withTiming(
              new LogSettings.Timing(
                  4 * DELAY,
                  40 * DELAY,
                  3 * DELAY,
                  4 * DELAY,
                  60 * DELAY,
                  100 * DELAY,
                  40 * DELAY,
                  20 * DELAY));

  private final SimWorld world = SimWorld.of(3, 3).build();
  private final Journal journal = new Journal();
  private final Replica[] replicas = new Replica[4];
  private final List<String> told = new ArrayList<>();
  private long number;

  LogStandingTest() {
    world.defineEverywhere(HeartbeatOmega.region(3));
    world.defineEverywhere(ReplicatedLog.region(SETTINGS, 3));
  }

  private void join(ProcessContext process, ProcessSet members) {
    int self = process.self();
    replicas[self] =
        ReplicatedLog.join(
            process,
            HeartbeatOmega.start(process, DETECTOR),
            journal.new Machine(self),
            SETTINGS,
            new Configuration(0, members, ProcessSet.all(3)),
            new ReplicaListener() {
              @Override
              public void leaderChanged(int leader, long proposal) {
                told.add(leader == self ? self + " leads" : self + " follows " + leader);
              }

              @Override
              public void restored(long index) {
                told.add(self + " restored");
              }

              @Override
              public void memorySilent(int memory) {
                told.add(self + " misses " + memory);
              }

              @Override
              public void memoryAnswers(int memory) {
                told.add(self + " has " + memory);
              }
            });
  }

  private void appendNow(int process) {
    Value command = Value.ofWord(++number);
    journal.appended.add(command);
    await(replicas[process].append(command));
  }

  private <T> T await(CompletableFuture<T> future) {
    assertThat(world.run(future::isDone, 2_000_000)).isEqualTo(SimWorld.End.DONE);
    return future.join();
  }

  private void run(int periods) {
    long until = world.now() + periods * PERIOD;
    world.process(2).clock().after(periods * PERIOD, () -> {});
    world.run(() -> world.now() >= until, 10_000_000);
  }

  private ReplicaStatus status(int process) {
    return await(replicas[process].status());
  }

  /** A replica that comes late, and is the lowest, fetches what it misses before it leads. */
  @Test
  void oneThatIsFarBehindDoesNotStopTheLog() {
    join(world.process(2), ProcessSet.all(3));
    join(world.process(3), ProcessSet.all(3));
    run(20);
    for (int i = 0; i < 400; i++) {
      appendNow(2);
    }
    told.clear();

    join(world.process(1), ProcessSet.all(3));
    long longest = 0;
    boolean ledBefore = false;
    while (!told.contains("1 restored")) {
      long begun = world.now();
      appendNow(2);
      longest = Math.max(longest, world.now() - begun);
      ledBefore |= told.contains("1 leads");
    }

    assertThat(ledBefore).isFalse();
    assertThat(status(1).transferring() || status(1).applied() > 300).isTrue();
    // One try to lead, before it knew: far less than a snapshot of 64 bytes at a time takes.
    assertThat(longest).isLessThan(10 * PERIOD);
    run(40);
    appendNow(3);
    assertThat(status(1).leads()).as("%s", told).isTrue();
    assertThat(journal.violations).isEmpty();
  }

  /** The leader reaches one memory of three, in which the others see its heartbeats. */
  @Test
  void oneThatReachesAMinorityOfTheMemoriesLetsAnotherLead() {
    boolean[] cut = {false};
    join(new Cut(world.process(1), () -> cut[0]).context(), ProcessSet.all(3));
    join(world.process(2), ProcessSet.all(3));
    join(world.process(3), ProcessSet.all(3));
    for (int i = 0; i < 20; i++) {
      appendNow(2);
    }
    assertThat(status(1).leads()).isTrue();

    cut[0] = true;
    for (int i = 0; i < 20; i++) {
      appendNow(2);
    }
    assertThat(status(2).leads()).isTrue();
    assertThat(status(1).health()).isEqualTo(ReplicaStatus.Health.CUT_OFF);
    run(60);
    appendNow(3);
    assertThat(told).contains("1 misses 2", "1 misses 3").doesNotContain("1 misses 1");
    assertThat(journal.violations).isEmpty();
  }

  @Test
  void oneThatIsRemovedWhileItLeadsAndGoesOnRunningLetsAnotherLead() {
    for (int p = 1; p <= 3; p++) {
      join(world.process(p), ProcessSet.all(3));
    }
    appendNow(1);
    assertThat(await(replicas[1].change(new Configuration.Change(Kind.REMOVE_REPLICA, 1))))
        .isTrue();
    for (int i = 0; i < 20; i++) {
      appendNow(2);
    }
    assertThat(status(2).leads()).isTrue();
    run(100);
    assertThat(status(1).leads()).isFalse();
    assertThat(status(2).leads()).isTrue();

    assertThat(await(replicas[2].change(new Configuration.Change(Kind.ADD_REPLICA, 1)))).isTrue();
    run(100);
    appendNow(3);
    assertThat(status(1).leads()).isTrue();
    assertThat(journal.violations).isEmpty();
  }

  @Test
  void aSpareThatIsTheLowestDoesNotLead() {
    for (int p = 1; p <= 3; p++) {
      join(world.process(p), ProcessSet.of(2, 3));
    }
    run(5);
    for (int i = 0; i < 20; i++) {
      appendNow(3);
    }
    assertThat(status(2).leads()).isTrue();
    assertThat(journal.violations).isEmpty();
  }

  /** A process that does not reach memories 2 and 3 while it is cut off: they are silent to it. */
  private record Cut(ProcessContext process, BooleanSupplier isCut) {
    ProcessContext context() {
      return (ProcessContext)
          Proxy.newProxyInstance(
              Cut.class.getClassLoader(),
              new Class<?>[] {ProcessContext.class},
              (proxy, method, arguments) -> {
                Object result = invoke(process, method, arguments);
                return result instanceof Memory memory && memory.number() > 1
                    ? memory(memory)
                    : result;
              });
    }

    private Memory memory(Memory memory) {
      return (Memory)
          Proxy.newProxyInstance(
              Cut.class.getClassLoader(),
              new Class<?>[] {Memory.class},
              (proxy, method, arguments) ->
                  method.getReturnType() == void.class && isCut.getAsBoolean()
                      ? null
                      : invoke(memory, method, arguments));
    }

    private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments)
        throws Throwable {
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }
}
