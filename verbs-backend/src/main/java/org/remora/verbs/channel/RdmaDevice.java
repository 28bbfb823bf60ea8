package org.remora.verbs.channel;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An RDMA device of this host.
 *
 * @param name such as {@code mlx5_0} or {@code rxe0}
 * @param address the IPv4 address of its network interface
 */
record RdmaDevice(String name, InetAddress address) {
  private static final Path DEVICES = Path.of("/sys/class/infiniband");

  /**
   * The device of a name.
   *
   * @throws IOException if there is none, or it has no address; it says what to do
   */
  static RdmaDevice of(String name) throws IOException {
    Path device = DEVICES.resolve(name);
    if (!Files.isDirectory(device)) {
      throw new IOException("no RDMA device " + name + "; this host has " + all());
    }
    for (Path file :
        List.of(device.resolve("ports/1/gid_attrs/ndevs/0"), device.resolve("parent"))) {
      Optional<NetworkInterface> network = network(file);
      if (network.isPresent()) {
        Optional<InetAddress> address =
            network.get().inetAddresses().filter(Inet4Address.class::isInstance).findFirst();
        if (address.isPresent()) {
          return new RdmaDevice(name, address.get());
        }
      }
    }
    throw new IOException("RDMA device " + name + " has no network interface with an IPv4 address");
  }

  private static Optional<NetworkInterface> network(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.ofNullable(NetworkInterface.getByName(Files.readString(file).strip()));
  }

  private static String all() throws IOException {
    if (!Files.isDirectory(DEVICES)) {
      return "none";
    }
    try (Stream<Path> devices = Files.list(DEVICES)) {
      List<String> names = devices.map(path -> path.getFileName().toString()).sorted().toList();
      return names.isEmpty() ? "none" : String.join(", ", names);
    }
  }
}
