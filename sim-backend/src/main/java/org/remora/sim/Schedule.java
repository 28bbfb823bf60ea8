package org.remora.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The events to come, and which of them is next. */
interface Schedule {
  /** The order of time; what was put on the schedule first breaks ties. */
  Comparator<Event> BY_TIME =
      (a, b) -> a.time != b.time ? Long.compare(a.time, b.time) : Long.compare(a.order, b.order);

  void add(Event event);

  /** Takes the next event off; null if there is none. */
  @Nullable Event next();

  /** Takes an event off that shall not happen; no effect if it is not there. */
  void remove(Event event);

  /** The number of events to come. */
  int size();

  /** In the order of time. */
  final class Timed implements Schedule {
    private final PriorityQueue<Event> events = new PriorityQueue<>(BY_TIME);

    @Override
    public void add(Event event) {
      events.add(event);
    }

    @Override
    public @Nullable Event next() {
      return events.poll();
    }

    @Override
    public void remove(Event event) {
      events.remove(event);
    }

    @Override
    public int size() {
      return events.size();
    }
  }

  /**
   * In an order that an adversary draws without regard to time, for so many events, then in the
   * order of time: the run turns fair.
   *
   * <p>Drawing every event evenly rarely starves anybody for long, which is what breaks protocols.
   * So most draws take an event of the way with the highest priority, and priorities are redrawn
   * now and then: some ways race ahead while others stand still for long stretches. And a few
   * events are held back for long, whatever else their way does.
   */
  final class Adversarial implements Schedule {
    private static final int EVEN_ONE_IN = 6;
    private static final int REDRAW_ONE_IN = 12;
    private static final int HOLD_ONE_IN = 12;
    private static final int RELEASE_ONE_IN = 30;

    private final SplittableRandom random;
    private final @Nullable Consumer<Choice> listener;
    private final Schedule fair = new Timed();
    private final List<Event> events = new ArrayList<>();
    private final List<Event> held = new ArrayList<>();
    private int eventsLeft;
    private long salt;

    Adversarial(SplittableRandom random, int events, @Nullable Consumer<Choice> listener) {
      this.random = random;
      this.listener = listener;
      eventsLeft = events;
      salt = random.nextLong();
    }

    @Override
    public void add(Event event) {
      if (eventsLeft > 0) {
        (random.nextInt(HOLD_ONE_IN) == 0 ? held : events).add(event);
      } else {
        fair.add(event);
      }
    }

    @Override
    public @Nullable Event next() {
      if (eventsLeft == 0) {
        return fair.next();
      }
      if (--eventsLeft == 0) {
        events.forEach(fair::add);
        held.forEach(fair::add);
        events.clear();
        held.clear();
        return fair.next();
      }
      if (!held.isEmpty() && (events.isEmpty() || random.nextInt(RELEASE_ONE_IN) == 0)) {
        return take(held, random.nextInt(held.size()));
      }
      if (events.isEmpty()) {
        return null;
      }
      return take(
          events, random.nextInt(EVEN_ONE_IN) == 0 ? random.nextInt(events.size()) : preferred());
    }

    @Override
    public void remove(Event event) {
      if (!events.remove(event) && !held.remove(event)) {
        fair.remove(event);
      }
    }

    @Override
    public int size() {
      return events.size() + held.size() + fair.size();
    }

    private Event take(List<Event> list, int index) {
      if (listener != null) {
        Event event = list.get(index);
        long before =
            Stream.concat(events.stream(), held.stream())
                .filter(other -> other.way == event.way && BY_TIME.compare(other, event) < 0)
                .count();
        listener.accept(new Choice(event.way, (int) before));
      }
      return removeAt(list, index);
    }

    private int preferred() {
      if (random.nextInt(REDRAW_ONE_IN) == 0) {
        salt = random.nextLong();
      }
      // Where the scan begins decides between the events of one way.
      int begin = random.nextInt(events.size());
      int best = begin;
      long highest = priority(events.get(begin));
      for (int i = begin + 1; i < begin + events.size(); i++) {
        int index = i < events.size() ? i : i - events.size();
        long priority = priority(events.get(index));
        if (priority > highest) {
          highest = priority;
          best = index;
        }
      }
      return best;
    }

    /** Ways in the random order that the salt gives them; within one way nothing is preferred. */
    private long priority(Event event) {
      long mixed = (event.way + salt) * 0x9E3779B97F4A7C15L;
      return (mixed ^ mixed >>> 32) * 0xBF58476D1CE4E5B9L;
    }

    private static Event removeAt(List<Event> list, int index) {
      Event event = list.get(index);
      Event last = list.remove(list.size() - 1);
      if (index < list.size()) {
        list.set(index, last);
      }
      return event;
    }
  }

  /**
   * In the order of given choices, then in the order of time. A choice for which nothing is in
   * flight is skipped, so that leaving one out leaves the others what they are.
   */
  final class Chosen implements Schedule {
    private final Schedule fair = new Timed();
    private final List<Event> events = new ArrayList<>();
    private final Iterator<Choice> choices;
    private boolean turnedFair;

    Chosen(List<Choice> choices) {
      this.choices = choices.iterator();
    }

    @Override
    public void add(Event event) {
      if (turnedFair) {
        fair.add(event);
      } else {
        events.add(event);
      }
    }

    @Override
    public @Nullable Event next() {
      while (choices.hasNext()) {
        Choice choice = choices.next();
        Event event =
            events.stream()
                .filter(e -> e.way == choice.way())
                .sorted(BY_TIME)
                .skip(choice.rank())
                .findFirst()
                .orElse(null);
        if (event != null) {
          events.remove(event);
          return event;
        }
      }
      if (!turnedFair) {
        turnedFair = true;
        events.forEach(fair::add);
        events.clear();
      }
      return fair.next();
    }

    @Override
    public void remove(Event event) {
      if (!events.remove(event)) {
        fair.remove(event);
      }
    }

    @Override
    public int size() {
      return events.size() + fair.size();
    }
  }
}
