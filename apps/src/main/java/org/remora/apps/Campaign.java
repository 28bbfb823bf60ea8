package org.remora.apps;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs seed after seed of many configurations, in turns, on all cores, and keeps how far it has
 * come. Of each configuration the seeds run in order and by one worker at a time, so that its
 * numbers are those of its seeds, whatever ran beside it and however often it was stopped.
 */
final class Campaign {
  private static final long SAVE_NANOS = 1_000_000_000L;

  private final Map<String, Hunt> hunts;
  private final CampaignState state;
  private final @Nullable Path file;
  private final long seed;
  private final long runsMax;
  private final long endNanos;
  private final Consumer<CampaignState> progress;
  private final Deque<String> waiting = new ArrayDeque<>();
  private long saved = System.nanoTime();

  /**
   * Prepares a campaign.
   *
   * @param hunts what to run, by the options that say so
   * @param state how far it has come; changed
   * @param file where to keep that; null for nowhere
   * @param seed the first seed of each configuration that is new
   * @param runsMax after how many seeds a configuration is done, those of earlier runs included
   * @param endNanos when to stop, as {@link System#nanoTime}
   * @param progress told from time to time
   */
  Campaign(
      Map<String, Hunt> hunts,
      CampaignState state,
      @Nullable Path file,
      long seed,
      long runsMax,
      long endNanos,
      Consumer<CampaignState> progress) {
    this.hunts = new LinkedHashMap<>(hunts);
    this.state = state;
    this.file = file;
    this.seed = seed;
    this.runsMax = runsMax;
    this.endNanos = endNanos;
    this.progress = progress;
  }

  /** Runs until every configuration is done or the time is up, and keeps the state. */
  void run(int workers) throws IOException, InterruptedException {
    waiting.addAll(hunts.keySet());
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      Callable<Void> work = this::work;
      for (Future<Void> worker :
          threads.invokeAll(Stream.generate(() -> work).limit(workers).toList())) {
        worker.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
    save();
  }

  private @Nullable Void work() throws IOException {
    String options = next();
    while (options != null) {
      Hunt hunt = Objects.requireNonNull(hunts.get(options));
      CampaignState.Progress now = progressOf(options);
      int batch = CampaignConfigurations.batch(hunt.algorithm());
      for (int i = 0; i < batch && now.sum().runs() < runsMax && isTime(); i++) {
        now = after(hunt, now);
      }
      note(options, now);
      options = next();
    }
    return null;
  }

  /** After one more seed. */
  private static CampaignState.Progress after(Hunt hunt, CampaignState.Progress now) {
    Hunt.Sample one = hunt.one(now.next());
    if (one.failure().isEmpty()) {
      return now.plus(one);
    }
    String schedule =
        now.keepsFailures()
            ? ScenarioText.of(ScenarioShrinker.shrink(hunt, hunt.scenario(now.next())))
            : "";
    return now.plus(
        new CampaignState.Failure(now.next(), one.failure().get().property(), schedule));
  }

  private boolean isTime() {
    return System.nanoTime() - endNanos < 0;
  }

  /** The next configuration that is not done and that nobody runs; null if the time is up. */
  private synchronized @Nullable String next() {
    while (isTime() && !waiting.isEmpty()) {
      String options = waiting.remove();
      if (progressOf(options).sum().runs() < runsMax) {
        return options;
      }
    }
    return null;
  }

  private synchronized CampaignState.Progress progressOf(String options) {
    CampaignState.Progress known = state.configurations().get(options);
    return known == null ? CampaignState.Progress.from(seed) : known;
  }

  private synchronized void note(String options, CampaignState.Progress now) throws IOException {
    state.put(options, now);
    waiting.add(options);
    progress.accept(state);
    if (System.nanoTime() - saved > SAVE_NANOS) {
      save();
    }
  }

  private synchronized void save() throws IOException {
    saved = System.nanoTime();
    if (file != null) {
      state.write(file);
    }
  }
}
