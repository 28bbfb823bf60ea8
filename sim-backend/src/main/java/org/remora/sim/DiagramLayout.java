package org.remora.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.remora.memory.Clock;

/**
 * Where the events of a trace lie from left to right, and where their labels do.
 *
 * <p>A delay is a fixed length, stretched where more happens than fits: events on one life line
 * keep a distance, an arrow always leads to the right, and labels do not lie on each other. Later
 * never lies left of earlier. Events of one time begin at one place, so that a common execution
 * looks like the lock step that it is; whatever a process submits in one step leaves from one
 * point.
 */
final class DiagramLayout {
  /** The height of one row of labels. */
  static final double ROW = 13;

  /** Rows of labels beside a life line. */
  static final int ROWS = 3;

  /** The pixels of one delay in which little happens. */
  static final double DELAY = 120;

  private static final double GAP_MIN = 6;
  private static final double GAP_MAX = 260;
  private static final double STEP = 13;
  private static final double ARROW_MIN = 28;
  private static final double CHARACTER = 6.1;
  private static final int SUBMITTED_MAX = 30;
  private static final int ENDED_MAX = 22;

  /** A label, its text already short. */
  record Label(int event, double x, int row, String text) {}

  /** All that happens at one time: where it begins and ends. */
  record Slot(long nanos, double begin, double end) {}

  final double[] x;
  final List<Label> labels = new ArrayList<>();
  final List<Slot> slots = new ArrayList<>();
  double width;

  private final List<TraceEvent> events;
  private final int processes;
  private final LineState[] lines;
  private final Map<Long, Double> sources = new HashMap<>();

  DiagramLayout(List<TraceEvent> events, int processes, int memories) {
    this.events = events;
    this.processes = processes;
    x = new double[events.size()];
    lines = new LineState[processes + memories];
    Arrays.setAll(lines, i -> new LineState());
    double begin = 0;
    for (int i = 0; i < events.size(); ) {
      long nanos = events.get(i).nanos();
      if (!slots.isEmpty()) {
        Slot before = slots.get(slots.size() - 1);
        double length = DELAY * (nanos - before.nanos) / Clock.DELAY_NANOS;
        double gap = Math.max(GAP_MIN, length - (before.end - before.begin));
        begin = before.end + Math.min(gap, GAP_MAX);
      }
      double end = begin;
      for (; i < events.size() && events.get(i).nanos() == nanos; i++) {
        end = Math.max(end, place(i, begin));
      }
      slots.add(new Slot(nanos, begin, end));
      width = Math.max(width, end);
    }
  }

  /** The life line on which an event lies: processes first, from 0. */
  int line(TraceEvent event) {
    return switch (event.kind()) {
      case REQUEST, ANSWER, SEND, TIMER, PROCESS_CRASH, MARK -> process(event.process());
      case RECEIVE -> process(event.peer());
      case EFFECT, MEMORY_CRASH -> memory(event.peer());
    };
  }

  /** The life line of a process. */
  int process(int number) {
    return checked(number, number - 1, 0, processes);
  }

  /** The life line of a memory. */
  int memory(int number) {
    return checked(number, processes + number - 1, processes, lines.length);
  }

  private static int checked(int number, int line, int from, int to) {
    if (line < from || line >= to) {
      throw new IllegalArgumentException("an event names " + number + " of " + (to - from));
    }
    return line;
  }

  private double place(int index, double begin) {
    TraceEvent event = events.get(index);
    LineState line = lines[line(event)];
    boolean joins = isSubmission(event) || event.kind() == TraceEvent.Kind.MARK;
    double at = begin;
    if (line.nanos == event.nanos()) {
      at = joins ? line.x : line.x + STEP;
    }
    Double source = sources.get(event.id());
    if (source != null && event.id() != 0) {
      at = Math.max(at, source + ARROW_MIN);
    }
    String text = label(event);
    // One label for what a process submits to several alike.
    boolean repeated = text.equals(line.label) && at < line.labelEnd && line.nanos == event.nanos();
    if (!text.isEmpty() && !repeated) {
      int row = line.freeRow(at);
      at = Math.max(at, line.rowEnds[row]);
      line.rowEnds[row] = at + CHARACTER * width(text) + STEP;
      line.label = text;
      line.labelEnd = line.rowEnds[row];
      labels.add(new Label(index, at, row, text));
      width = Math.max(width, line.rowEnds[row]);
    }
    line.nanos = event.nanos();
    line.x = at;
    x[index] = at;
    if (event.kind() != TraceEvent.Kind.RECEIVE) {
      sources.put(event.id(), at);
    }
    return at;
  }

  static boolean isSubmission(TraceEvent event) {
    return event.kind() == TraceEvent.Kind.REQUEST || event.kind() == TraceEvent.Kind.SEND;
  }

  private static String label(TraceEvent event) {
    return switch (event.kind()) {
      case REQUEST, SEND, MARK -> shorten(submitted(event), SUBMITTED_MAX);
      case EFFECT -> shorten(ended(event), ENDED_MAX);
      default -> "";
    };
  }

  private static String submitted(TraceEvent event) {
    WriteHolders holders = WriteHolders.of(event.text());
    return holders == null ? event.text() : holders.region() + ": " + holders;
  }

  /** What is worth saying of an effect: what was read, who may write now, that it was refused. */
  private static String ended(TraceEvent event) {
    if (!event.outcome().equals("ack")) {
      return event.outcome().startsWith("ack ") ? event.outcome().substring(4) : event.outcome();
    }
    WriteHolders holders = WriteHolders.of(event.text());
    return holders == null ? "" : holders.toString();
  }

  private static String shorten(String text, int charactersMax) {
    return text.codePointCount(0, text.length()) <= charactersMax
        ? text
        : text.substring(0, text.offsetByCodePoints(0, charactersMax - 1)) + "…";
  }

  /** The width in characters of a common width: those of East Asia take two. */
  private static long width(String text) {
    return text.codePoints().map(c -> c >= 0x2E80 ? 2 : 1).sum();
  }

  /** How far a life line is taken. */
  private static final class LineState {
    long nanos = Long.MIN_VALUE;
    double x;
    String label = "";
    double labelEnd;
    final double[] rowEnds = new double[ROWS];

    /** The lowest row that is free at {@code at}, or the one that is so first. */
    int freeRow(double at) {
      int best = 0;
      for (int row = 0; row < ROWS; row++) {
        if (rowEnds[row] <= at) {
          return row;
        }
        if (rowEnds[row] < rowEnds[best]) {
          best = row;
        }
      }
      return best;
    }
  }
}
