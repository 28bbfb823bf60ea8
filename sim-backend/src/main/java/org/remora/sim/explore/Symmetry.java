package org.remora.sim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The memories of a world have equal roles: if they are renumbered in an execution, the result is
 * an execution too. Then of states that are renumberings of each other one is enough.
 *
 * <p>That this is so is not believed but checked. The image of a process's node under a renumbering
 * is the node that the renumbered inputs lead to. After an exploration {@link #check} goes through
 * every step that was computed: from the image of its node, the renumbered input must lead to the
 * image of where it led, and emit the same, renumbered. By induction over executions, every state
 * of the whole world is then a renumbering of one that was seen. Memories hold the same regions and
 * share one automaton, so nothing about them is to be checked. The order in which a step emits is
 * not part of it, which is why worlds whose processes crash within steps are explored without.
 */
final class Symmetry {
  private final World world;

  /** Each maps memory m to element m − 1; the first is the identity. */
  private final List<int[]> renumberings = new ArrayList<>();

  /** By renumbering; the image of what is in flight. */
  private final List<Memo<Integer>> images = new ArrayList<>();

  /** By renumbering and process; the image of a node. */
  private final List<List<Memo<Integer>>> nodeImages = new ArrayList<>();

  /** By number in flight: what its image adds to a fingerprint, by renumbering; so for the rest. */
  private final Rows ofInFlight = new Rows();

  /** By process; by number of node. */
  private final List<Rows> ofNodes = new ArrayList<>();

  /** By memory; by number of content. */
  private final List<Rows> ofContents = new ArrayList<>();

  Symmetry(World world, boolean trivial) {
    this.world = world;
    int[] identity = new int[world.memories];
    Arrays.setAll(identity, i -> i + 1);
    if (trivial) {
      renumberings.add(identity);
    } else {
      permute(identity, 0);
    }
    for (int i = 0; i < renumberings.size(); i++) {
      images.add(new Memo<>());
      List<Memo<Integer>> ofProcesses = new ArrayList<>();
      for (int p = 1; p <= world.processes; p++) {
        ofProcesses.add(new Memo<>());
      }
      nodeImages.add(ofProcesses);
    }
    for (int p = 1; p <= world.processes; p++) {
      ofNodes.add(new Rows());
    }
    for (int m = 1; m <= world.memories; m++) {
      ofContents.add(new Rows());
    }
  }

  private void permute(int[] numbers, int from) {
    if (from >= numbers.length) {
      renumberings.add(numbers.clone());
      return;
    }
    for (int i = from; i < numbers.length; i++) {
      swap(numbers, from, i);
      permute(numbers, from + 1);
      swap(numbers, from, i);
    }
  }

  private static void swap(int[] numbers, int i, int j) {
    int number = numbers[i];
    numbers[i] = numbers[j];
    numbers[j] = number;
  }

  /** Where {@link #fingerprint} sums up; one for each thread. */
  long[] scratch() {
    return new long[renumberings.size()];
  }

  /**
   * A fingerprint that a state shares with its renumberings. That of one state is the sum of a
   * random number for each of its parts; all that the images of a state have are mixed and summed
   * again, so that it does not matter from which of them one begins.
   */
  long fingerprint(int[] state, long[] sums) {
    Arrays.fill(sums, state.length);
    int processes = world.processes;
    for (int p = 0; p < processes; p++) {
      long[] row = ofNodes.get(p).get(state[p]);
      add(sums, row != null ? row : nodeRow(p + 1, state[p]));
    }
    for (int m = 0; m < world.memories; m++) {
      long[] row = ofContents.get(m).get(state[processes + m]);
      add(sums, row != null ? row : contentRow(m + 1, state[processes + m]));
    }
    for (int i = world.head; i < state.length; i++) {
      long[] row = ofInFlight.get(state[i]);
      add(sums, row != null ? row : inFlightRow(state[i]));
    }
    long switches =
        ((long) state[world.head - 2] << Integer.SIZE) | (state[world.head - 1] & 0xFFFFFFFFL);
    long all = 0;
    for (long sum : sums) {
      all += Fingerprints.mix(sum + switches);
    }
    return all == 0 ? 1 : all; // 0 is an empty slot of the table
  }

  private static void add(long[] sums, long[] row) {
    for (int r = 0; r < sums.length; r++) {
      sums[r] += row[r];
    }
  }

  private long[] nodeRow(int process, int id) {
    long[] row = scratch();
    Arrays.setAll(row, r -> random(process, node(process, id, r)));
    return ofNodes.get(process - 1).put(id, row);
  }

  private long[] contentRow(int memory, int id) {
    long[] row = scratch();
    Arrays.setAll(row, r -> random(-renumberings.get(r)[memory - 1], id));
    return ofContents.get(memory - 1).put(id, row);
  }

  private long[] inFlightRow(int number) {
    long[] row = scratch();
    Arrays.setAll(row, r -> random(0, inFlight(number, r)));
    return ofInFlight.put(number, row);
  }

  /** The random number of a process's node, a memory's content (negative) or what is in flight. */
  private static long random(int owner, int number) {
    return Fingerprints.mix(Fingerprints.mix(owner * 0x9E3779B97F4A7C15L + 1) + number);
  }

  private int inFlight(int number, int r) {
    return images.get(r).get(number, n -> computeInFlight(n, r));
  }

  private int computeInFlight(int number, int r) {
    InFlight moving = world.inFlight.get(number);
    int[] renumbering = renumberings.get(r);
    if (moving instanceof InFlight.Request request) {
      return world.inFlight.number(
          new InFlight.Request(
              request.process(),
              renumbering[request.memory() - 1],
              request.slot(),
              request.operation()));
    }
    if (moving instanceof InFlight.Answer answer) {
      return world.inFlight.number(
          new InFlight.Answer(
              answer.process(),
              renumbering[answer.memory() - 1],
              answer.slot(),
              answer.operation(),
              answer.result()));
    }
    return number;
  }

  private int input(int input, int r) {
    return input < 0 ? input : inFlight(input, r);
  }

  private int node(int process, int id, int r) {
    Integer known = nodeImages.get(r).get(process - 1).find(id);
    return known != null ? known : computeNode(process, id, r);
  }

  private int computeNode(int process, int id, int r) {
    ProcessAutomaton automaton = world.automata[process - 1];
    ProcessAutomaton.Node node = automaton.node(id);
    ProcessAutomaton.Link link = node.origin().link();
    ProcessAutomaton.Node before = link.before();
    int image = id;
    if (before != null) {
      ProcessAutomaton.Node from = automaton.node(node(process, before.id(), r));
      image = automaton.step(from, input(link.input(), r)).next().id();
    }
    int computed = image;
    return nodeImages.get(r).get(process - 1).get(id, i -> computed);
  }

  /**
   * Checks every step that was computed.
   *
   * @throws IllegalStateException if the memories do not have equal roles
   */
  void check() {
    for (int p = 1; p <= world.processes && renumberings.size() > 1; p++) {
      ProcessAutomaton automaton = world.automata[p - 1];
      // Images are nodes and steps too: the automaton grows until it is closed.
      for (int id = 0; id < automaton.size(); id++) {
        for (int input : automaton.node(id).steps().keys()) {
          for (int r = 1; r < renumberings.size(); r++) {
            check(p, automaton.node(id), input, r);
          }
        }
      }
    }
  }

  private void check(int process, ProcessAutomaton.Node node, int input, int r) {
    ProcessAutomaton automaton = world.automata[process - 1];
    ProcessAutomaton.Step step = automaton.step(node, input);
    ProcessAutomaton.Step image =
        automaton.step(automaton.node(node(process, node.id(), r)), input(input, r));
    int[] emitted = Arrays.stream(step.emitted()).map(n -> inFlight(n, r)).sorted().toArray();
    int[] emittedByImage = Arrays.stream(image.emitted()).sorted().toArray();
    if (image.next().id() != node(process, step.next().id(), r)
        || image.next().timers() != step.next().timers()
        || !Arrays.equals(emitted, emittedByImage)) {
      throw new IllegalStateException(
          "process " + process + " tells its memories apart: explore this world without symmetry");
    }
  }
}
