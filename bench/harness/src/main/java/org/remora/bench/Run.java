package org.remora.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run of a contender in a JVM of its own.
 *
 * @param measurements for each size and each number outstanding; fewer if it failed
 * @param failure why it is not to be counted, for people
 */
public record Run(List<Measurement> measurements, Optional<String> failure) {
  private static final int QUOTE_CHARS_MAX = 300;

  /**
   * Starts the JVM and waits for its end. It is killed if it takes too long, and ends by itself if
   * this JVM does.
   */
  public static Run of(Contender contender, Load load) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(inMemory(), "remora-bench-");
    File errors = directory.resolve("errors").toFile();
    Path files = Files.createDirectory(directory.resolve("files"));
    try {
      Process worker =
          new ProcessBuilder(command(contender, load, files))
              .redirectError(errors)
              .directory(directory.toFile())
              .start();
      try {
        return await(worker, load, errors);
      } finally {
        worker.destroyForcibly().waitFor();
      }
    } finally {
      delete(directory);
    }
  }

  private static Run await(Process worker, Load load, File errors)
      throws IOException, InterruptedException {
    List<Measurement> measured = new ArrayList<>();
    Thread killer = killer(worker, load);
    try (BufferedReader out = worker.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Measurement.parse(line).ifPresent(measured::add);
      }
    }
    int code = worker.waitFor();
    killer.interrupt();
    int expected = load.outstanding().size() * load.bytes().size();
    if (code == 0 && measured.size() == expected) {
      return new Run(measured, Optional.empty());
    }
    return new Run(measured, Optional.of("exit code " + code + ": " + lastLine(errors)));
  }

  private static Thread killer(Process worker, Load load) {
    Thread killer =
        new Thread(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep((long) (1000 * load.secondsMax()));
                worker.destroyForcibly();
              } catch (InterruptedException e) {
                // It ended in time.
                Thread.currentThread().interrupt();
              }
            },
            "bench-time-out");
    killer.setDaemon(true);
    killer.start();
    return killer;
  }

  private static List<String> command(Contender contender, Load load, Path files) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    // The heap is touched before: pages that the system clears would be counted otherwise.
    command.addAll(
        List.of("-Xms1g", "-Xmx4g", "-XX:+AlwaysPreTouch", "-Djava.net.preferIPv4Stack=true"));
    command.addAll(contender.jvmOptions());
    command.add("-cp");
    command.add(
        contender.classPath().stream()
            .map(entry -> entry.toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(Worker.class.getName());
    command.add(contender.subject());
    command.add(files.toString());
    command.add("outstanding=" + list(load.outstanding()));
    command.add("bytes=" + list(load.bytes()));
    command.add("warm=" + load.warmSeconds());
    command.add("settle=" + load.seconds() / 4);
    command.add("seconds=" + load.seconds());
    contender.options().forEach((name, value) -> command.add(name + "=" + value));
    return command;
  }

  private static String list(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** Where files cost no disk, if there is such a place: nobody is measured with a disk here. */
  private static Path inMemory() {
    Path shared = Path.of("/dev/shm");
    return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir", "."));
  }

  private static String lastLine(File errors) throws IOException {
    List<String> lines = Files.readAllLines(errors.toPath(), StandardCharsets.UTF_8);
    String last =
        lines.isEmpty()
            ? "it said nothing"
            : lines.stream()
                .filter(line -> !line.isBlank() && !line.startsWith("\t"))
                .reduce((first, second) -> second)
                .orElse("");
    return last.substring(0, Math.min(last.length(), QUOTE_CHARS_MAX));
  }

  /** Deletes a directory, out of which processes that end may take files of theirs meanwhile. */
  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
