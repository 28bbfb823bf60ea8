package org.remora.crash.log;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a replica for Micrometer, which is an optional dependency: whoever uses this class
 * brings it along. Hand it to {@link ReplicatedLog#join} as the listener (with others by {@link
 * ReplicaListener#and}), let it {@link #observe} the replica, and bind it to a registry.
 *
 * <p>All meters are named {@code remora.log.…} and have the tag {@code process}. The gauges are as
 * old as the period of {@link #observe}, and NaN before; appends are not touched, so they cost
 * nothing more. Methods may be called from any thread.
 */
@SuppressWarnings("exports") // who uses it requires Micrometer
public final class ReplicaMetrics implements MeterBinder, ReplicaListener {
  /** Long enough to cost nothing. */
  public static final long PERIOD_NANOS = 1_000_000_000L;

  private final int self;
  private final int processes;
  private final int memories;

  /** Both replaced as a whole, on the event loop, and read by whoever reads the meters. */
  private volatile @Nullable ReplicaStatus last;

  private volatile Counts counts = new Counts(0, 0, 0, 0, 0, 0);

  private record Counts(
      long terms, long behind, long snapshots, long leftBehind, long silences, long refused) {}

  /**
   * Meters of the replica of one process.
   *
   * @param self its number
   * @param processes how many processes there are
   * @param memories how many memories there are
   */
  public ReplicaMetrics(int self, int processes, int memories) {
    this.self = self;
    this.processes = processes;
    this.memories = memories;
  }

  /**
   * Asks the replica for its status from now on until it closes.
   *
   * @param periodNanos how often, in nanoseconds of its process's clock
   */
  public void observe(Replica replica, long periodNanos) {
    replica.every(periodNanos, status -> last = status);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, "leads", "1 if it leads", s -> s.leads() ? 1 : 0);
    gauge(registry, "serves", "1 if its health lets it serve", s -> s.health().serves() ? 1 : 0);
    gauge(registry, "term", "The number of the term of the leader it knows", s -> s.proposal());
    gauge(registry, "applied", "The last entry applied", s -> s.applied());
    gauge(registry, "decided", "The last entry known to be decided", s -> s.decided());
    gauge(registry, "sessions", "Open client sessions", s -> s.sessions());
    for (int p = 1; p <= processes; p++) {
      Gauge.builder("remora.log.replica.lag", this, lag(p))
          .tag("process", Integer.toString(self))
          .tag("replica", Integer.toString(p))
          .description("How many entries a replica has reported behind this one")
          .register(registry);
    }
    for (int m = 1; m <= memories; m++) {
      Gauge.builder("remora.log.memory.lag", this, memoryLag(m))
          .tag("process", Integer.toString(self))
          .tag("memory", Integer.toString(m))
          .description("How many entries a memory is behind this leader; NaN elsewhere")
          .register(registry);
    }
    gauge(registry, "memories.silent", "Memories that owe answers", s -> s.silentMemories().size());
    counter(registry, "terms", "Changes of the leader, as seen here", Counts::terms);
    counter(registry, "behind", "Times it had to fetch what it missed", Counts::behind);
    counter(registry, "snapshots", "Snapshots of others installed", Counts::snapshots);
    counter(registry, "left.behind", "Replicas it no longer waited for", Counts::leftBehind);
    counter(registry, "memory.silences", "Memories that fell silent", Counts::silences);
    counter(registry, "refused", "Operations refused for too many waited", Counts::refused);
  }

  private void gauge(
      MeterRegistry registry, String name, String what, ToDoubleFunction<ReplicaStatus> value) {
    Gauge.builder("remora.log." + name, this, metrics -> metrics.read(value))
        .tag("process", Integer.toString(self))
        .description(what)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry, String name, String what, ToLongFunction<Counts> value) {
    FunctionCounter.builder(
            "remora.log." + name, this, metrics -> value.applyAsLong(metrics.counts))
        .tag("process", Integer.toString(self))
        .description(what)
        .register(registry);
  }

  private double read(ToDoubleFunction<ReplicaStatus> value) {
    ReplicaStatus status = last;
    return status == null ? Double.NaN : value.applyAsDouble(status);
  }

  private static ToDoubleFunction<ReplicaMetrics> lag(int process) {
    return metrics -> metrics.read(s -> Math.max(0, s.applied() - s.appliedBy().get(process - 1)));
  }

  private static ToDoubleFunction<ReplicaMetrics> memoryLag(int memory) {
    return metrics ->
        metrics.read(
            s -> {
              long acknowledged = s.acknowledgedAt().get(memory - 1);
              return acknowledged < 0 ? Double.NaN : Math.max(0, s.decided() - acknowledged);
            });
  }

  @Override
  public void leaderChanged(int leader, long proposal) {
    if (leader != 0) {
      counts = with(1, 0, 0, 0, 0, 0);
    }
  }

  @Override
  public void behind(long applied) {
    counts = with(0, 1, 0, 0, 0, 0);
  }

  @Override
  public void restored(long index) {
    counts = with(0, 0, 1, 0, 0, 0);
  }

  @Override
  public void leftBehind(int replica, long applied) {
    counts = with(0, 0, 0, 1, 0, 0);
  }

  @Override
  public void memorySilent(int memory) {
    counts = with(0, 0, 0, 0, 1, 0);
  }

  @Override
  public void overloaded(long refused, String why) {
    counts = with(0, 0, 0, 0, 0, refused);
  }

  private Counts with(
      long terms, long behind, long snapshots, long leftBehind, long silences, long refused) {
    Counts now = counts;
    return new Counts(
        now.terms + terms,
        now.behind + behind,
        now.snapshots + snapshots,
        now.leftBehind + leftBehind,
        now.silences + silences,
        now.refused + refused);
  }
}
