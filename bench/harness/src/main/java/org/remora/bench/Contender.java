package org.remora.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A row of the benchmark: a subject and how its JVM is started.
 *
 * @param name what the table calls it
 * @param path how a command reaches the replicas, for people
 * @param subject the class
 * @param classPath the entries of the JVM's class path
 * @param jvmOptions more options of the JVM
 * @param options what {@link Subject#start} is given
 */
public record Contender(
    String name,
    String path,
    String subject,
    List<Path> classPath,
    List<String> jvmOptions,
    Map<String, String> options) {
  /** Copies the collections. */
  public Contender {
    classPath = List.copyOf(classPath);
    jvmOptions = List.copyOf(jvmOptions);
    options = Map.copyOf(options);
  }

  /** A floor of the machine, in a JVM with this one's class path. */
  public static List<Contender> floors() {
    return List.of(
        ofOwn("floor: hand-off", "one thread to another", HandOffFloor.class, Map.of()),
        ofOwn("floor: TCP echo", "blocking sockets on loopback", EchoFloor.class, Map.of()));
  }

  /** A subject that is on this JVM's class path. */
  public static Contender ofOwn(
      String name, String path, Class<? extends Subject> subject, Map<String, String> options) {
    return new Contender(
        name,
        path,
        subject.getName(),
        Peer.entries(System.getProperty("java.class.path", "")),
        List.of(),
        options);
  }
}
