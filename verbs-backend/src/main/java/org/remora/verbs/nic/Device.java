package org.remora.verbs.nic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A network card that does RDMA, as it describes itself.
 *
 * @param name what the kernel calls it
 * @param queuePairsMax how many queue pairs it has
 * @param memoryRegionsMax how many registrations of memory
 * @param registeredBytesMax how many bytes one registration holds
 * @param readsMax how many reads and atomics may be under way on a queue pair
 * @param atomics whether it does compare-and-swap
 * @param windows whether it has memory windows of the kind that a work request makes worthless
 * @param ports its ports
 */
public record Device(
    String name,
    long queuePairsMax,
    long memoryRegionsMax,
    long registeredBytesMax,
    int readsMax,
    boolean atomics,
    boolean windows,
    List<Port> ports) {
  private static final long WINDOW_TYPE_2A = 1 << 23;
  private static final long WINDOW_TYPE_2B = 1 << 24;
  private static final int ACTIVE = 4;
  private static final int ETHERNET = 2;
  private static final int ADDRESSES_MAX = 64;

  /**
   * A port.
   *
   * @param number from 1
   * @param active whether it is up
   * @param ethernet whether it is Ethernet (RoCE), not InfiniBand
   * @param mtu the bytes of a packet
   * @param messageBytesMax the bytes of one work request
   * @param addresses its addresses, as the card holds them: IPv4 ones as {@code ::ffff:a.b.c.d}
   */
  public record Port(
      int number,
      boolean active,
      boolean ethernet,
      int mtu,
      long messageBytesMax,
      List<String> addresses) {}

  /** Copies the ports. */
  public Device {
    ports = List.copyOf(ports);
  }

  /**
   * The cards of this machine.
   *
   * @throws IOException if verbs cannot be used at all, or a card does not answer
   */
  public static List<Device> all() throws IOException {
    Nic.open();
    String[] names = Natives.deviceNames();
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      long context = Natives.openDevice(i);
      try {
        devices.add(query(names[i], context));
      } finally {
        Natives.closeDevice(context);
      }
    }
    return devices;
  }

  /** How many bytes this process may lock into memory, as registering does; -1 for all. */
  public static long lockableBytes() throws IOException {
    Nic.open();
    return Natives.lockableBytes();
  }

  private static Device query(String name, long context) throws IOException {
    long[] device = new long[16];
    Natives.queryDevice(context, device);
    List<Port> ports = new ArrayList<>();
    for (int number = 1; number <= device[14]; number++) {
      long[] port = new long[8];
      Natives.queryPort(context, number, port);
      ports.add(
          new Port(
              number,
              port[0] == ACTIVE,
              port[7] == ETHERNET,
              port[2] == 0 ? 0 : 128 << port[2],
              port[4],
              addresses(context, number, (int) Math.min(port[3], ADDRESSES_MAX))));
    }
    return new Device(
        name,
        device[4],
        device[9],
        device[3],
        (int) device[11],
        device[12] != 0,
        (device[15] & (WINDOW_TYPE_2A | WINDOW_TYPE_2B)) != 0,
        ports);
  }

  private static List<String> addresses(long context, int port, int count) throws IOException {
    List<String> addresses = new ArrayList<>();
    byte[] gid = new byte[16];
    for (int index = 0; index < count; index++) {
      Natives.queryGid(context, port, index, gid);
      String text = text(gid);
      if (!text.isEmpty()) {
        addresses.add(text);
      }
    }
    return List.copyOf(addresses);
  }

  private static String text(byte[] gid) {
    boolean empty = true;
    boolean v4 = gid[10] == -1 && gid[11] == -1;
    for (int i = 0; i < gid.length; i++) {
      empty &= gid[i] == 0;
      v4 &= i >= 10 || gid[i] == 0;
    }
    if (empty) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    if (v4) {
      out.append("::ffff:");
      for (int i = 12; i < 16; i++) {
        out.append(gid[i] & 0xFF).append(i < 15 ? "." : "");
      }
    } else {
      for (int i = 0; i < 16; i += 2) {
        out.append(Integer.toHexString(((gid[i] & 0xFF) << 8) | (gid[i + 1] & 0xFF)))
            .append(i < 14 ? ":" : "");
      }
    }
    return out.toString();
  }
}
