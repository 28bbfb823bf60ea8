package org.remora.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.remora.socket.Identity;
import org.remora.socket.Security;
import org.remora.socket.SocketMachine;
import org.remora.socket.TlsSecurity;

/** The ways between processes and memories that machines of sockets are tested over. */
public enum SocketTransport {
  /** TCP on the loopback address, with a pre-shared key. */
  TCP,
  /** Unix-domain sockets, with a pre-shared key. */
  UNIX,
  /** TCP on the loopback address, under TLS. */
  TCP_TLS,
  /** Unix-domain sockets, under TLS. */
  UNIX_TLS;

  private static final Map<Identity, Security> CERTIFIED = new ConcurrentHashMap<>();

  /** The settings of a machine over this transport. */
  public SocketMachine.Settings machine(int processes, int memories) {
    SocketMachine.Settings settings = SocketMachine.of(processes, memories);
    if (this == UNIX || this == UNIX_TLS) {
      settings.unixSockets(directory());
    }
    return this == TCP_TLS || this == UNIX_TLS
        ? settings.security(SocketTransport::certified)
        : settings;
  }

  /** The security of a member that has a certificate; made by {@code tls/make.sh}. */
  public static Security certified(Identity member) {
    return CERTIFIED.computeIfAbsent(member, SocketTransport::load);
  }

  /** A directory with a short name, as addresses of Unix-domain sockets need it. */
  public static Path directory() {
    try {
      Path directory = Files.createTempDirectory("remora");
      directory.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Security load(Identity member) {
    String name = member.toString().replace(' ', '-') + ".p12";
    try {
      URL store = SocketTransport.class.getResource("/tls/" + name);
      return TlsSecurity.ofKeyStore(
          Path.of(Objects.requireNonNull(store, name).toURI()), "remora".toCharArray());
    } catch (IOException | GeneralSecurityException | java.net.URISyntaxException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
