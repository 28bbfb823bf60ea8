package org.remora.crash;

import java.util.ArrayList;
import java.util.List;
import org.remora.memory.Lane;
import org.remora.memory.LegalChange;
import org.remora.memory.Links;
import org.remora.memory.Machine;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * Ω from heartbeat counters in memory, for real time [Mu20].
 *
 * <p>Every period each process increments its counter in every memory and reads the counters of
 * all. It keeps a score per process that rises by one when the counter moved since the last period
 * and falls by one when it did not, between 0 and a maximum. A process counts as alive once its
 * score has risen to one threshold and until it has fallen to another, lower one, so that a single
 * late heartbeat changes nothing. The leader is the lowest process alive.
 *
 * <p>A counter that moved is one that differs, at some memory, from what was there: a process that
 * was started anew counts from the beginning.
 *
 * <p>A process that abdicates, or stands back, marks its counter: whoever sees that takes it for
 * dead at once. One that abdicated does not name itself any more; one that stood back and no longer
 * does counts as alive, also to itself, once its score has risen again.
 *
 * <p>For algorithms that outlive all memories, or need none, the counters travel by message too.
 * Costs, per process and period, one write and one read per memory, and one broadcast if messages
 * are used. At a memory that does not answer, one operation waits; no more are sent.
 */
public final class HeartbeatOmega implements Omega {
  /** The id of the region, and the channel, that heartbeats use. */
  static final int ID = 0;

  /** In the counter of a process that shall not be the leader. */
  private static final long MARK = 1L << 62;

  private final ProcessContext process;
  private final Settings settings;
  private final Region region;
  private final List<Lane> lanes = new ArrayList<>();
  private final boolean[] lanesBusy;
  private final Links links;
  private final List<Runnable> listeners = new ArrayList<>();

  /** What was seen last of each process: at each memory, and, at 0, in its messages. */
  private final long[][] counters;

  private final boolean[] moved;
  private final int[] scores;
  private final boolean[] alive;
  private long counter;
  private int leader = 1;
  private boolean abdicated;
  private boolean back;

  private HeartbeatOmega(ProcessContext process, Settings settings) {
    this.process = process;
    this.settings = settings;
    int processes = process.processes();
    region = region(processes);
    for (int memory = 1; memory <= process.memories(); memory++) {
      lanes.add(new Lane(process.memory(memory)));
    }
    lanesBusy = new boolean[lanes.size()];
    links = process.links(ID, beat -> "beat " + beat.word());
    counters = new long[lanes.size() + 1][processes + 1];
    moved = new boolean[processes + 1];
    scores = new int[processes + 1];
    alive = new boolean[processes + 1];
    // Everybody gets the benefit of the doubt, so that the first process leads from the start.
    for (int p = 1; p <= processes; p++) {
      scores[p] = settings.scoreMax;
      alive[p] = true;
    }
  }

  /**
   * How the detector trades speed for steadiness.
   *
   * @param periodNanos the time between two heartbeats, in nanoseconds
   * @param scoreMax the highest score
   * @param upAt the score at which a process that was taken for dead counts as alive
   * @param downAt the score at which a process that was taken for alive counts as dead
   * @param byMessage whether heartbeats are also sent by message
   */
  public record Settings(long periodNanos, int scoreMax, int upAt, int downAt, boolean byMessage) {
    /** A period of 1 ms and the thresholds of [Mu20]: a silent process is dead after 13 ms. */
    public static final Settings DEFAULT = new Settings(1_000_000, 15, 6, 2, false);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException unless 0 ≤ downAt &lt; upAt ≤ scoreMax and the period is
     *     positive
     */
    public Settings {
      if (periodNanos < 1 || downAt < 0 || downAt >= upAt || upAt > scoreMax) {
        throw new IllegalArgumentException(
            "0 <= downAt < upAt <= scoreMax and a positive period are needed");
      }
    }

    /** These settings, with heartbeats by message too. */
    public Settings withMessages() {
      return new Settings(periodNanos, scoreMax, upAt, downAt, true);
    }
  }

  /** Defines the heartbeat region at every memory and starts a detector at every process. */
  public static List<Omega> install(Machine machine, Settings settings) {
    machine.defineEverywhere(region(machine.processes()));
    List<Omega> omegas = new ArrayList<>();
    for (int p = 1; p <= machine.processes(); p++) {
      omegas.add(start(machine.process(p), settings));
    }
    return omegas;
  }

  /** Starts a detector at one process; {@link #region} must be defined at every memory. */
  public static HeartbeatOmega start(ProcessContext process, Settings settings) {
    HeartbeatOmega omega = new HeartbeatOmega(process, settings);
    process.execute(
        () -> {
          omega.links.onReceive((from, beat) -> omega.saw(0, from, beat.word()));
          omega.beat();
        });
    return omega;
  }

  /** The region that every memory holds for the heartbeats of {@code processes} processes. */
  public static Region region(int processes) {
    return Region.ofWords(
        ID, "heartbeats", processes, Permission.open(processes), LegalChange.NEVER);
  }

  @Override
  public int leader() {
    return leader;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void abdicate() {
    if (!abdicated) {
      abdicated = true;
      lead();
    }
  }

  @Override
  public void standBack(boolean standsBack) {
    if (back != standsBack) {
      back = standsBack;
      if (back) {
        scores[process.self()] = 0;
        alive[process.self()] = false;
      }
      lead();
    }
  }

  private void beat() {
    judge();
    counter++;
    lanes.forEach(this::exchange);
    if (settings.byMessage || lanes.isEmpty()) {
      links.broadcast(Value.ofWord(beatOf()));
    }
    process.clock().after(settings.periodNanos, this::beat);
  }

  private long beatOf() {
    return abdicated || back ? counter | MARK : counter;
  }

  private void exchange(Lane lane) {
    int index = lane.number() - 1;
    if (lanesBusy[index]) {
      return;
    }
    lanesBusy[index] = true;
    lane.write(
        region,
        process.self() - 1,
        Value.ofWord(beatOf()),
        written ->
            lane.readRange(
                region,
                0,
                process.processes(),
                (outcome, beats) -> {
                  lanesBusy[index] = false;
                  for (int p = 1; outcome == Outcome.ACK && p <= beats.size(); p++) {
                    saw(lane.number(), p, beats.get(p - 1).word());
                  }
                }));
  }

  private void saw(int where, int other, long beat) {
    // Differs, not exceeds: a process may have begun anew. Each memory apart, for of two of which
    // one lags both may be still and yet differ.
    if (beat != counters[where][other] && other != process.self()) {
      counters[where][other] = beat;
      moved[other] = (beat & MARK) == 0;
      if (!moved[other]) {
        scores[other] = 0;
        alive[other] = false;
      }
    }
  }

  private void judge() {
    moved[process.self()] = !back;
    for (int p = process.processes(); p >= 1; p--) {
      scores[p] =
          moved[p] ? Math.min(settings.scoreMax, scores[p] + 1) : Math.max(0, scores[p] - 1);
      moved[p] = false;
      alive[p] = alive[p] ? scores[p] > settings.downAt : scores[p] >= settings.upAt;
    }
    lead();
  }

  /** The leader is the lowest process alive; if there is none, this one must do. */
  private void lead() {
    int lowest = abdicated ? 0 : process.self();
    for (int p = process.processes(); p >= 1; p--) {
      boolean eligible = alive[p] && !(abdicated && p == process.self());
      boolean better = p < lowest || lowest == 0 || (lowest == process.self() && !alive[lowest]);
      if (eligible && better) {
        lowest = p;
      }
    }
    if (leader != lowest) {
      leader = lowest;
      listeners.forEach(Runnable::run);
    }
  }
}
