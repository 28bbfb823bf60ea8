package org.remora.apps;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.remora.sim.SpaceTimeDiagram;
import org.remora.sim.TraceEvent;
import org.remora.sim.TraceWriter;

/** A file for the trace of one run; its name says in which form. */
final class TraceFile {
  private final String name;
  private final boolean picture;
  private final OutputStream out;

  private TraceFile(String name, boolean picture, OutputStream out) {
    this.name = name;
    this.picture = picture;
    this.out = out;
  }

  /** Opens a file, before the run: a run whose trace cannot be kept need not begin. */
  static TraceFile open(String name) {
    boolean picture = name.endsWith(".svg");
    if (!picture && !name.endsWith(".jsonl")) {
      throw new BadInputException(
          "--trace: the name " + name + " ends neither in .svg nor in .jsonl");
    }
    try {
      Path file = Path.of(name);
      return new TraceFile(name, picture, new BufferedOutputStream(Files.newOutputStream(file)));
    } catch (IOException | InvalidPathException e) {
      throw notWritable(name, e);
    }
  }

  /** What a run does with its trace. */
  interface Traced {
    /** Runs, and gives every event to {@code trace}. */
    AgreeReport run(Consumer<TraceEvent> trace);
  }

  /** Keeps the trace of {@code run} in the file, and closes it. */
  AgreeReport keep(String title, AgreePlan plan, Traced run) {
    try {
      return picture ? draw(title, plan, run) : list(run);
    } catch (IOException e) {
      throw notWritable(name, e);
    } catch (UncheckedIOException e) {
      IOException cause = e.getCause();
      throw notWritable(name, cause == null ? e : cause);
    }
  }

  private AgreeReport draw(String title, AgreePlan plan, Traced run) throws IOException {
    try (out) {
      List<TraceEvent> events = new ArrayList<>();
      AgreeReport report = run.run(events::add);
      String svg = SpaceTimeDiagram.render(title, plan.processes(), plan.memories(), events);
      out.write(svg.getBytes(StandardCharsets.UTF_8));
      return report;
    }
  }

  private AgreeReport list(Traced run) {
    try (TraceWriter lines = new TraceWriter(out)) {
      return run.run(lines);
    }
  }

  private static BadInputException notWritable(String name, Exception e) {
    String why = e.getMessage();
    if (e instanceof NoSuchFileException) {
      why = "there is no such directory";
    } else if (e instanceof AccessDeniedException) {
      why = "permission denied";
    } else if (e instanceof FileSystemException refused && refused.getReason() != null) {
      why = refused.getReason();
    }
    return new BadInputException("--trace: " + name + " cannot be written: " + why);
  }
}
