package org.remora.verbs.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ibm.disni.verbs.impl.NatObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** DiSNI's classes load the library that we name. */
class ClassPatchTest {
  private static final Map<String, String> TEXTS =
      Map.of("loadLibrary", "load", "disni", "/somewhere/libdisni.so");

  @Test
  void disnisClassesAreAsExpected() throws IOException {
    for (String resource :
        new String[] {
          "/com/ibm/disni/verbs/impl/NativeDispatcher.class",
          "/com/ibm/disni/util/NativeAffinity.class"
        }) {
      byte[] patched = ClassPatch.replace(read(resource), TEXTS);
      String text = new String(patched, StandardCharsets.ISO_8859_1);
      assertThat(text).contains("/somewhere/libdisni.so").doesNotContain("loadLibrary");
      // The same class in all else: taken back, it is what it was.
      assertThat(
              ClassPatch.replace(
                  patched, Map.of("load", "loadLibrary", "/somewhere/libdisni.so", "disni")))
          .isEqualTo(read(resource));
    }
  }

  @Test
  void anotherClassIsRefused() {
    assertThatThrownBy(() -> ClassPatch.replace(read("/java/lang/Object.class"), TEXTS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not all");
    assertThatThrownBy(() -> ClassPatch.replace(new byte[] {1, 2, 3, 4, 5}, TEXTS))
        .isInstanceOf(IOException.class);
  }

  /** Where the libraries were built, they are loaded, with or without a device. */
  @Test
  void theLibrariesLoadWhereTheyWereBuilt() throws IOException {
    assumeTrue(Nic.class.getResource("/META-INF/native/linux-x86_64/libdisni.so") != null);
    assumeTrue(Nic.isAvailable(), "the verbs' own libraries are missing here");
    Nic nic = Nic.open();
    assertThat(nic.disni()._getVersion()).isEqualTo(32);
    assertThat(nic.sendBytes()).isEqualTo(128);
    assertThat(nic.receiveBytes()).isEqualTo(32);
    assertThat(nic.completionBytes()).isEqualTo(48);
    assertThat(Device.all()).isNotNull();
    try (Wakeup wakeup = Wakeup.open()) {
      wakeup.wake();
      Wakeup.await(new int[] {wakeup.fd()}, 60_000); // returns at once
      wakeup.drain();
    }
  }

  /** A handle of nothing throws; it does not take the JVM down. */
  @Test
  void handlesOfNothingThrow() throws IOException {
    assumeTrue(Nic.isAvailable());
    assertThatThrownBy(() -> Natives.destroyQp(0)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Natives.accept(0, 0, 1, 1, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("rdma_accept");
    assertThatThrownBy(() -> Nic.open().disni()._postSend(0, 0)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Nic.open().disni()._regMr(0, 0, 0, 0, 0, 0, 0))
        .isInstanceOf(IOException.class);
    assertThat(Nic.open().disni()._destroyCQ(0)).isEqualTo(-1);
  }

  private static final String DISPATCHER = "com.ibm.disni.verbs.impl.NativeDispatcher";
  private static final String AFFINITY = "com.ibm.disni.util.NativeAffinity";

  @Test
  void aLibraryOfTheUsersIsTakenIfAsked() throws Exception {
    assumeTrue(Nic.isAvailable());
    assertThat(opening("-Dremora.verbs.libdisni=system", libraries())).endsWith("version 32");
    assertThat(opening("-Dremora.verbs.libdisni=system", "-Djava.library.path=/nowhere"))
        .contains("system", "java.library.path");
  }

  /** Whatever was loaded before: it works, or it is said what to do. */
  @Test
  void classesThatWereLoadedBeforeAreAClearErrorOrWork() throws Exception {
    assumeTrue(Nic.isAvailable());
    for (String early : new String[] {DISPATCHER, AFFINITY}) {
      assertThat(opening("-Djava.library.path=/nowhere", early))
          .contains("loaded before", "java.library.path");
    }
    assertThat(opening(libraries(), DISPATCHER, AFFINITY)).endsWith("version 32");
  }

  private static String libraries() throws Exception {
    URL library = Nic.class.getResource("/META-INF/native/linux-x86_64/libdisni.so");
    assumeTrue(library != null && "file".equals(library.getProtocol()));
    return "-Djava.library.path=" + Path.of(library.toURI()).getParent();
  }

  /**
   * What a JVM with these options says, a newer one after its own warnings, in which the classes
   * named last are loaded early.
   */
  private static String opening(String... optionsAndClasses) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    for (String option : optionsAndClasses) {
      if (option.startsWith("-D")) {
        command.add(option);
      }
    }
    command.add(OpensNic.class.getName());
    for (String early : optionsAndClasses) {
      if (!early.startsWith("-D")) {
        command.add(early);
      }
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      return said.strip();
    } finally {
      process.destroyForcibly();
    }
  }

  private static byte[] read(String resource) throws IOException {
    try (InputStream in = NatObject.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      return in.readAllBytes();
    }
  }
}
