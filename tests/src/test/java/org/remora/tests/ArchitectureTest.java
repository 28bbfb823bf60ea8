package org.remora.tests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of the house that a machine can check: which room may use which, and that an algorithm
 * holds no thread, clock or chance of its own. What it cannot see are {@code synchronized} blocks.
 */
class ArchitectureTest {

  /** The rooms, and which others each may use. */
  enum Room {
    MEMORY("memory-model"),
    CRASH("consensus-crash", "memory"),
    BYZANTINE("consensus-byzantine", "memory", "crash"),
    TOPOLOGY("topology"),
    SIM("sim-backend", "memory"),
    SOCKET("socket-backend", "memory"),
    VERBS("verbs-backend", "memory"),
    TESTING("testing-kit", "memory", "sim"),
    BENCH("bench/harness"),
    APPS("apps", "memory", "crash", "byzantine", "topology", "sim", "socket", "verbs", "bench"),
    TESTS(
        "tests",
        "memory",
        "crash",
        "byzantine",
        "topology",
        "sim",
        "socket",
        "verbs",
        "testing",
        "apps");

    private final Path sources;

    @SuppressWarnings("ImmutableEnumChecker") // It comes from List.of.
    private final List<String> mayUse;

    Room(String folder, String... mayUse) {
      this.sources = Path.of("..", folder, "src", "main", "java");
      this.mayUse = List.of(mayUse);
    }

    String packages() {
      return packages(name().toLowerCase(Locale.ROOT));
    }

    static String packages(String room) {
      return "org.remora." + room + "..";
    }

    /** Whether anything lives here yet. */
    boolean inhabited() {
      if (!Files.isDirectory(sources)) {
        return false;
      }
      try (Stream<Path> files = Files.walk(sources)) {
        return files
            .map(file -> file.getFileName().toString())
            .anyMatch(name -> name.endsWith(".java") && !name.endsWith("-info.java"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static List<Room> inhabitedRooms() {
      return Arrays.stream(values()).filter(Room::inhabited).toList();
    }
  }

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.remora");

  private static final JavaClasses VIOLATIONS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.OnlyIncludeTests())
          .importPackages("org.remora")
          .that(resideInAPackage("..violation"));

  private static final DescribedPredicate<JavaClass> ALGORITHM =
      resideInAnyPackage(Room.CRASH.packages(), Room.BYZANTINE.packages())
          // Keys lie in files and come from chance; no algorithm touches them but through a Signer.
          .and(DescribedPredicate.not(resideInAPackage("org.remora.byzantine.keys")));

  static ArchRule arrows(Room room) {
    String[] allowed =
        Stream.concat(Stream.of(room.packages()), room.mayUse.stream().map(Room::packages))
            .toArray(String[]::new);
    // A rule that finds no class to check fails: an inhabited room that is not on the class path is
    // noticed.
    return noClasses()
        .that()
        .resideInAPackage(room.packages())
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.remora..")
                .and(DescribedPredicate.not(resideInAnyPackage(allowed))))
        .as(room + " uses nothing of ours but " + room.mayUse);
  }

  /** Types that bring a thread, a lock, a clock, chance or the outside world. */
  private static final DescribedPredicate<JavaClass> IMPURE_TYPE =
      resideInAnyPackage(
              "java.io..",
              "java.net..",
              "java.nio.channels..",
              "java.nio.file..",
              "java.util.concurrent..",
              "java.util.random..")
          // A decision may be promised; which of a promise's methods are impure stands below.
          .and(
              DescribedPredicate.not(
                  nameMatching("java\\.util\\.concurrent\\.(Complet|Cancellation).*")))
          .or(
              DescribedPredicate.describe(
                  "threads, timers, processes or generators of random numbers",
                  type ->
                      Set.of(
                              "java.lang.Thread",
                              "java.lang.ThreadLocal",
                              "java.lang.Process",
                              "java.lang.ProcessBuilder",
                              "java.lang.Runtime",
                              "java.util.Timer",
                              "java.util.TimerTask",
                              "java.util.Random",
                              "java.util.SplittableRandom",
                              "java.security.SecureRandom")
                          .contains(type.getName())));

  private static final DescribedPredicate<JavaAccess<?>> IMPURE_ACCESS =
      DescribedPredicate.describe(
          "a clock, chance, a monitor or another thread",
          access -> {
            AccessTarget target = access.getTarget();
            String owner = target.getOwner().getName();
            String name = target.getName();
            return switch (name) {
              case "nanoTime", "currentTimeMillis", "identityHashCode" ->
                  owner.equals("java.lang.System");
              case "random" ->
                  owner.equals("java.lang.Math") || owner.equals("java.lang.StrictMath");
              case "randomUUID" -> owner.equals("java.util.UUID");
              case "shuffle" ->
                  target.getFullName().equals("java.util.Collections.shuffle(java.util.List)");
              // Whatever the receiver: Object's own are final.
              case "wait", "notify", "notifyAll" ->
                  target.getFullName().matches(".*\\((long(, int)?)?\\)");
              case "parallel", "parallelStream" -> owner.startsWith("java.util.");
              case "now" -> owner.startsWith("java.time.");
              case "get", "orTimeout", "completeOnTimeout", "delayedExecutor" ->
                  owner.equals("java.util.concurrent.CompletableFuture");
              default ->
                  (owner.equals("java.time.Clock")
                          && (name.startsWith("system") || name.startsWith("tick")))
                      || (owner.startsWith("java.util.concurrent.Complet")
                          && name.endsWith("Async"));
            };
          });

  private static final ArchRule PURITY =
      noClasses()
          .that(ALGORITHM)
          .should()
          .dependOnClassesThat(IMPURE_TYPE)
          .orShould()
          .accessTargetWhere(IMPURE_ACCESS)
          .as("an algorithm holds no thread, lock, clock, chance or outside world");

  private static final ArchRule NO_MONITOR =
      noMethods().that().areDeclaredInClassesThat(ALGORITHM).should().haveModifier(SYNCHRONIZED);

  private static final DescribedPredicate<JavaAccess<?>> SALTED =
      DescribedPredicate.describe(
          "Set.of, Map.of and their like, whose order differs from one start of a JVM to the next",
          access -> {
            String owner = access.getTargetOwner().getName();
            String name = access.getTarget().getName();
            return switch (name) {
              case "of", "copyOf", "ofEntries" ->
                  owner.equals("java.util.Set") || owner.equals("java.util.Map");
              case "toUnmodifiableSet", "toUnmodifiableMap" ->
                  owner.equals("java.util.stream.Collectors");
              default -> false;
            };
          });

  private static final ArchRule REPEATABLE =
      noClasses()
          .that(ALGORITHM.or(resideInAnyPackage(Room.SIM.packages(), Room.TESTING.packages())))
          .should()
          .accessTargetWhere(SALTED)
          .as("the same seed gives the same trace");

  private static final ArchRule NO_LOGGING =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging");

  private static final DescribedPredicate<JavaClass> SILENT =
      resideOutsideOfPackages(Room.APPS.packages(), Room.BENCH.packages());

  @ParameterizedTest
  @MethodSource("org.remora.tests.ArchitectureTest$Room#inhabitedRooms")
  void aRoomUsesOnlyWhatItsArrowsAllow(Room room) {
    arrows(room).check(HOUSE);
  }

  @Test
  void everyClassLivesInARoom() {
    String[] rooms = Arrays.stream(Room.values()).map(Room::packages).toArray(String[]::new);
    classes().should().resideInAnyPackage(rooms).check(HOUSE);
    assertThat(Room.inhabitedRooms()).contains(Room.MEMORY, Room.APPS);
  }

  @Test
  void anAlgorithmIsPure() {
    boolean algorithms = Room.CRASH.inhabited() || Room.BYZANTINE.inhabited();
    PURITY.allowEmptyShould(!algorithms).check(HOUSE);
    NO_MONITOR.allowEmptyShould(!algorithms).check(HOUSE);
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    REPEATABLE.check(HOUSE);
  }

  @Test
  void onlyAppsPrint() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(HOUSE.that(SILENT));
    NO_LOGGING.check(HOUSE.that(SILENT));
  }

  // From here on: the rules bite.

  @ParameterizedTest
  @EnumSource(
      value = Room.class,
      names = {"CRASH", "TOPOLOGY", "SOCKET"})
  void aWrongArrowIsFound(Room room) {
    assertThat(violations(arrows(room))).hasSize(1).allMatch(found -> found.contains("WrongArrow"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "thread",
        "sleep",
        "lock",
        "executor",
        "nanoTime",
        "nanoTimeByReference",
        "currentTime",
        "random",
        "randomByReference",
        "threadLocalRandom",
        "mathRandom",
        "clock",
        "now",
        "uuid",
        "shuffle",
        "file",
        "channel",
        "socket",
        "monitor",
        "parallel",
        "async",
        "await"
      })
  void anImpureMethodIsFound(String method) {
    assertThat(violations(PURITY)).anyMatch(found -> found.contains("Impure." + method + "("));
  }

  @Test
  void whatIsPureIsNotFound() {
    assertThat(violations(PURITY)).noneMatch(found -> found.contains("Impure.pure"));
    assertThat(violations(NO_MONITOR)).hasSize(1);
  }

  @Test
  void saltedOrderIsFound() {
    assertThat(violations(REPEATABLE))
        .hasSize(1)
        .allMatch(found -> found.contains("Impure.salted"));
  }

  @Test
  void printingIsFound() {
    assertThat(violations(NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS)).isNotEmpty();
    assertThat(violations(NO_LOGGING)).isNotEmpty();
  }

  private static List<String> violations(ArchRule rule) {
    return new ArrayList<>(rule.evaluate(VIOLATIONS.that(SILENT)).getFailureReport().getDetails());
  }
}
