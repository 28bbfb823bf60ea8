package org.remora.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.CostCounter;
import org.remora.memory.Costs;
import org.remora.memory.FramedMemory;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.ProcessContext;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/** A process of a world. */
public final class SimProcess implements ProcessContext {
  private static final int FRAME_ATTEMPTS_MAX = 3;

  final SimWorld world;
  final CostCounter costs = new CostCounter();
  private final int self;
  private final Coin coin;
  private final Signer signer;
  private final Clock clock = new VirtualClock();

  /** The ways to memories: made when first used, for over a sparse graph most are not. */
  private final Map<Integer, Memory> memories = new HashMap<>();

  private final Map<Integer, SimLinks> channels = new HashMap<>();
  private boolean crashed;
  private long submissionsLeft = Long.MAX_VALUE;

  SimProcess(SimWorld world, int self, SplittableRandom random) {
    this.world = world;
    this.self = self;
    coin = new SimCoin(random);
    signer = new IdealSigner(self, world.settings().seed, costs);
  }

  @Override
  public int self() {
    return self;
  }

  @Override
  public int processes() {
    return world.processes();
  }

  @Override
  public int memories() {
    return world.memories();
  }

  @Override
  public Memory memory(int number) {
    return memories.computeIfAbsent(number, this::wayTo);
  }

  private Memory wayTo(int number) {
    Memory way = new SimMemoryWay(this, world.memory(number));
    return world.settings().tearing == SimWorld.Tearing.FRAMED
        ? new FramedMemory(way, FRAME_ATTEMPTS_MAX)
        : way;
  }

  @Override
  public Links links(int channel, Function<Value, String> notation) {
    SimLinks links = channel(channel);
    links.notation(notation);
    return links;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public Coin coin() {
    return coin;
  }

  @Override
  public Signer signer() {
    return signer;
  }

  @Override
  public void execute(Runnable task) {
    world.schedule(
        new Event(-self) {
          @Override
          void happen() {
            if (!crashed) {
              try {
                task.run();
              } catch (RuntimeException | AssertionError e) {
                if (!crashesInstead()) {
                  throw e;
                }
              }
            }
          }
        },
        world.now());
  }

  /** Whether it has crashed. */
  public boolean crashed() {
    return crashed;
  }

  /** What it has spent so far. */
  public Costs costs() {
    return costs.sum();
  }

  SimLinks channel(int channel) {
    // Made by its first message, if that is there before the receiver.
    return channels.computeIfAbsent(channel, c -> new SimLinks(this, c));
  }

  /** Crashes in place of throwing, if it is one of those that do. */
  boolean crashesInstead() {
    if (world.settings().crashOnThrow.contains(self)) {
      crash();
      return true;
    }
    return false;
  }

  void crash() {
    if (!crashed) {
      crashed = true;
      world.trace(TraceEvent.Kind.PROCESS_CRASH, self, 0, 0, "crash", "");
    }
  }

  void crashAfter(long submissions) {
    submissionsLeft = submissions;
    if (submissions == 0) {
      crash();
    }
  }

  /** Whether an operation or message may be submitted: a process may crash within a step. */
  boolean submits() {
    return !crashed;
  }

  /** Called when an operation or message was submitted; crashes the process after its last. */
  void submitted() {
    if (--submissionsLeft == 0) {
      crash();
    }
  }

  private final class VirtualClock implements Clock {
    @Override
    public long now() {
      return world.now();
    }

    @Override
    public Timer after(long delayNanos, Runnable expiry) {
      TimerEvent event = new TimerEvent(expiry);
      world.schedule(event, SimWorld.later(world.now(), Math.max(0, delayNanos)));
      return event;
    }
  }

  private final class TimerEvent extends Event implements Clock.Timer {
    private final Runnable expiry;
    private boolean ended;

    TimerEvent(Runnable expiry) {
      super(-self);
      this.expiry = expiry;
    }

    @Override
    void happen() {
      ended = true;
      if (!crashed) {
        world.trace(TraceEvent.Kind.TIMER, self, 0, 0, "timer", "");
        try {
          expiry.run();
        } catch (RuntimeException | AssertionError e) {
          if (!crashesInstead()) {
            throw e;
          }
        }
      }
    }

    @Override
    public void cancel() {
      if (!ended) {
        ended = true;
        world.unschedule(this);
      }
    }
  }
}
