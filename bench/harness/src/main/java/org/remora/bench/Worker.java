package org.remora.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;

/**
 * The program of one JVM that measures one subject. It prints a line for each measurement and exits
 * with 0 only if the replicas agree in the end. It ends when its standard input does, so that it
 * outlives nobody.
 */
public final class Worker {
  private static final int WARM_UP_OUTSTANDING = 64;
  private static final long AGREE_SECONDS = 40;

  /** How many commands were done so far: at least so many every replica must have applied. */
  private static long acknowledged;

  private Worker() {}

  /**
   * Measures.
   *
   * @param args the class of the subject, its directory, then NAME=VALUE: outstanding and bytes
   *     (lists with commas), warm, settle and seconds (of each measurement), and what the subject
   *     takes
   */
  public static void main(String[] args) throws Exception {
    endWithInput();
    // What a subject logs of its doings costs time and is nobody's concern here.
    LogManager.getLogManager().reset();
    Map<String, String> options = new TreeMap<>();
    for (String arg : Arrays.asList(args).subList(2, args.length)) {
      int equals = arg.indexOf('=');
      options.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    Subject subject =
        Class.forName(args[0]).asSubclass(Subject.class).getDeclaredConstructor().newInstance();
    subject.start(Path.of(args[1]), options);
    List<Integer> sizes = numbers(options, "bytes");
    // Many at once, also for what is measured alone: slow subjects would stay cold otherwise.
    run(subject, WARM_UP_OUTSTANDING, sizes.get(0), nanos(options, "warm"));
    for (int bytes : sizes) {
      for (int outstanding : numbers(options, "outstanding")) {
        run(subject, outstanding, bytes, nanos(options, "settle"));
        Measurement measured = run(subject, outstanding, bytes, nanos(options, "seconds"));
        System.out.println(measured.line());
      }
    }
    boolean agreed = agree(subject);
    if (!agreed) {
      System.err.println(
          "of " + acknowledged + " commands done the replicas have " + seen(subject));
    }
    System.out.flush();
    // Not every subject can be stopped, and none has to.
    Runtime.getRuntime().halt(agreed ? 0 : 1);
  }

  private static Measurement run(Subject subject, int outstanding, int bytes, long nanos)
      throws Exception {
    ClosedLoop loop = new ClosedLoop(subject, outstanding, bytes);
    Measurement measured = loop.run(nanos);
    acknowledged += loop.done();
    Throwable failure = loop.failure();
    if (failure != null) {
      System.err.println(measured.failed() + " commands failed, the first with " + failure);
    }
    return measured;
  }

  /** Replicas that lag behind get some time; all that was acknowledged must reach them. */
  private static boolean agree(Subject subject) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AGREE_SECONDS);
    while (new HashSet<>(seen(subject)).size() > 1
        || seen(subject).stream().anyMatch(seen -> seen.count() < acknowledged)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return true;
  }

  private static List<Digest.Seen> seen(Subject subject) {
    return subject.replicas().stream().map(Digest::seen).toList();
  }

  private static void endWithInput() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is said there; only the end counts.
                }
              } catch (IOException e) {
                System.err.println("standard input broke: " + e);
              }
              Runtime.getRuntime().halt(2);
            },
            "end-with-input");
    watch.setDaemon(true);
    watch.start();
  }

  private static List<Integer> numbers(Map<String, String> options, String name) {
    return Arrays.stream(value(options, name).split(",", -1)).map(Integer::valueOf).toList();
  }

  private static long nanos(Map<String, String> options, String name) {
    return (long) (Double.parseDouble(value(options, name)) * 1e9);
  }

  private static String value(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }
}
