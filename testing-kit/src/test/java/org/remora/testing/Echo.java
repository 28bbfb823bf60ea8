package org.remora.testing;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.remora.memory.Links;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** Process 1 sends its value; each process decides it when it has heard of it from so many. */
final class Echo implements Program {
  private final boolean fromAll;

  Echo() {
    this(false);
  }

  /** It takes all processes in place of one: a bug. */
  Echo(boolean fromAll) {
    this.fromAll = fromAll;
  }

  @Override
  public List<Region> regions(int n, int m) {
    return List.of();
  }

  @Override
  public List<Integer> channels() {
    return List.of(1);
  }

  @Override
  public void start(ProcessContext process, Value input, Consumer<Value> decide) {
    Links links = process.links(1, Value::toString);
    Set<Integer> heard = new TreeSet<>();
    int enough = fromAll ? process.processes() : 1;
    links.onReceive(
        (from, message) -> {
          if (message.length() == 0) {
            throw new IllegalStateException("an empty message from " + from);
          }
          if (heard.isEmpty() && process.self() != 1) {
            links.broadcast(message);
          }
          if (heard.add(from) && heard.size() == enough) {
            decide.accept(message);
          }
        });
    if (process.self() == 1) {
      links.broadcast(input);
    }
  }
}
