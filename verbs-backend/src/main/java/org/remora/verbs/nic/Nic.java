package org.remora.verbs.nic;

import com.ibm.disni.util.NativeAffinity;
import com.ibm.disni.verbs.impl.NatObject;
import com.ibm.disni.verbs.impl.NativeDispatcher;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way to the network cards: the native libraries, loaded once per JVM. Thread-safe.
 *
 * <p>Both libraries come out of this module's jar. DiSNI's classes are told so when they are first
 * loaded; where something else has loaded them before, they find only what is on {@code
 * java.library.path}. With the system property {@value #LIBDISNI_PROPERTY} set to {@code system},
 * DiSNI loads the {@code libdisni} that the user put on {@code java.library.path} instead; what
 * DiSNI cannot do still goes through our own library.
 */
public final class Nic {
  /** {@code bundled}, which is the default, or {@code system}: whose libdisni is loaded. */
  public static final String LIBDISNI_PROPERTY = "remora.verbs.libdisni";

  private static @Nullable Nic opened;
  private static @Nullable String failure;

  private final NativeDispatcher disni;
  private final int sendBytes;
  private final int receiveBytes;
  private final int completionBytes;

  private Nic(NativeDispatcher disni) {
    this.disni = disni;
    sendBytes = disni._getIbvSendWRSize();
    receiveBytes = disni._getIbvRecvWRSize();
    completionBytes = disni._getIbvWCSize();
  }

  /**
   * Loads the libraries, at the first call.
   *
   * @throws VerbsUnavailableException if they cannot be loaded here; it says why
   */
  public static synchronized Nic open() throws IOException {
    if (failure != null) {
      throw new VerbsUnavailableException(failure, null);
    }
    Nic known = opened;
    if (known == null) {
      try {
        known = new Nic(load());
      } catch (LinkageError | IOException e) {
        String reason = reason(e);
        failure = reason;
        throw new VerbsUnavailableException(reason, e);
      }
      opened = known;
    }
    return known;
  }

  /** Whether {@link #open} works. */
  public static boolean isAvailable() {
    try {
      open();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  NativeDispatcher disni() {
    return disni;
  }

  /** The size of a work request to send. */
  int sendBytes() {
    return sendBytes;
  }

  int receiveBytes() {
    return receiveBytes;
  }

  int completionBytes() {
    return completionBytes;
  }

  /** A direct buffer in the byte order of the machine, as structures lie in it. */
  static ByteBuffer structure(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static String reason(Throwable e) {
    String said = String.valueOf(e.getMessage());
    if (e instanceof FileNotFoundException) {
      return said;
    }
    if (said.contains("libibverbs") || said.contains("librdmacm")) {
      return "the verbs' own libraries are missing (Debian: libibverbs1 librdmacm1 ibverbs-providers): "
          + said;
    }
    return "the native libraries cannot be loaded: " + said;
  }

  private static NativeDispatcher load() throws IOException {
    Path directory = Files.createTempDirectory("remora-verbs"); // readable by this user alone
    Path own = directory.resolve("libremora-verbs.so");
    Path disni = directory.resolve("libdisni.so");
    try {
      extract(own);
      Natives.load(own.toString());
      String whose = "";
      if ("system".equals(System.getProperty(LIBDISNI_PROPERTY, "bundled"))) {
        whose =
            LIBDISNI_PROPERTY + "=system, but java.library.path leads to no libdisni that fits: ";
      } else {
        extract(disni);
        if (!define(disni)) {
          whose =
              "classes of DiSNI were loaded before this backend could give them its libdisni: load"
                  + " nothing of com.ibm.disni before it, or put a libdisni on java.library.path: ";
        }
      }
      try {
        return dispatcher();
      } catch (LinkageError e) {
        throw new IOException(whose + e.getMessage(), e);
      }
    } finally {
      // A library that is loaded needs its file no more.
      Files.deleteIfExists(own);
      Files.deleteIfExists(disni);
      Files.delete(directory);
    }
  }

  private static void extract(Path file) throws IOException {
    String platform =
        System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT)
            + "-"
            + ("amd64".equals(System.getProperty("os.arch"))
                ? "x86_64"
                : System.getProperty("os.arch"));
    String resource = "/META-INF/native/" + platform + "/" + file.getFileName();
    try (InputStream in = Nic.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(
            "this build has no native libraries for "
                + platform
                + ": they are built on Linux where gcc, libibverbs-dev and librdmacm-dev are");
      }
      Files.copy(in, file);
    }
  }

  /**
   * Defines DiSNI's two classes that load its library so that they load {@code library}.
   *
   * @return false if one of them was loaded before: it loads what the JVM finds
   */
  private static boolean define(Path library) throws IOException {
    boolean all = true;
    try {
      for (Class<?> neighbour : new Class<?>[] {NatObject.class, com.ibm.disni.util.MemBuf.class}) {
        String name = neighbour == NatObject.class ? "NativeDispatcher" : "NativeAffinity";
        try (InputStream in = neighbour.getResourceAsStream(name + ".class")) {
          if (in == null) {
            throw new IOException("DiSNI has no " + name);
          }
          byte[] patched =
              ClassPatch.replace(
                  in.readAllBytes(), Map.of("loadLibrary", "load", "disni", library.toString()));
          MethodHandles.Lookup lookup =
              MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup());
          Class<?> defined;
          try {
            defined = lookup.defineClass(patched);
          } catch (LinkageError e) {
            all = false;
            continue;
          }
          lookup.ensureInitialized(defined);
        }
      }
    } catch (IllegalAccessException e) {
      throw new IOException("DiSNI's classes are closed to this module", e);
    }
    return all;
  }

  private static NativeDispatcher dispatcher() throws IOException {
    try {
      // Its constructor checks that the library is of the version that DiSNI expects.
      NativeDispatcher made =
          (NativeDispatcher)
              MethodHandles.privateLookupIn(NatObject.class, MethodHandles.lookup())
                  .findConstructor(NativeDispatcher.class, MethodType.methodType(void.class))
                  .invoke();
      NativeAffinity.getAffinity(); // its natives are there, too
      return made;
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }
}
