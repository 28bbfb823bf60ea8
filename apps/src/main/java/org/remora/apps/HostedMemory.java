package org.remora.apps;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.remora.socket.HostCounts;

/** A memory that {@code remora memory} hosts, whatever it is reached over. */
interface HostedMemory {
  /** Writes the fields of the object that is printed at the start. */
  void started(JsonGenerator generator) throws IOException;

  /** Writes those of the object that is printed at the end. */
  void counted(JsonGenerator generator) throws IOException;

  /** Where it listens, for people. */
  String listens();

  /** What it has done, for people. */
  String did();

  int number();

  void close();

  /** One behind sockets. */
  record Sockets(org.remora.socket.MemoryHost host) implements HostedMemory {
    @Override
    public void started(JsonGenerator generator) throws IOException {
      generator.writeStringField("listen", host.endpoint().toString());
      generator.writeStringField("incarnation", Long.toHexString(host.incarnation()));
    }

    @Override
    public void counted(JsonGenerator generator) throws IOException {
      HostCounts counts = host.counts();
      generator.writeNumberField("accepted", counts.accepted());
      generator.writeNumberField("admitted", counts.admitted());
      generator.writeNumberField("refused", counts.refused());
      generator.writeNumberField("malformed", counts.malformed());
      generator.writeNumberField("superseded", counts.superseded());
      generator.writeNumberField("operations", counts.operations());
    }

    @Override
    public String listens() {
      return host.endpoint().toString();
    }

    @Override
    public String did() {
      HostCounts counts = host.counts();
      return counts.operations()
          + " operations; of "
          + counts.accepted()
          + " connections "
          + counts.admitted()
          + " were admitted, "
          + counts.refused()
          + " refused, "
          + counts.superseded()
          + " superseded, "
          + counts.malformed()
          + " closed as malformed";
    }

    @Override
    public int number() {
      return host.number();
    }

    @Override
    public void close() {
      host.close();
    }
  }

  /** One behind an RDMA card. */
  record Verbs(org.remora.verbs.MemoryHost host) implements HostedMemory {
    @Override
    public void started(JsonGenerator generator) throws IOException {
      generator.writeStringField("listen", listens());
      generator.writeStringField("incarnation", Long.toHexString(host.incarnation()));
    }

    @Override
    public void counted(JsonGenerator generator) throws IOException {
      org.remora.verbs.HostCounts counts = host.counts();
      generator.writeNumberField("admitted", counts.admitted());
      generator.writeNumberField("refused", counts.refused());
      generator.writeNumberField("malformed", counts.malformed());
      generator.writeNumberField("superseded", counts.superseded());
      generator.writeNumberField("permissionChanges", counts.permissionChanges());
    }

    @Override
    public String listens() {
      return host.address().getAddress().getHostAddress() + ":" + host.address().getPort();
    }

    @Override
    public String did() {
      org.remora.verbs.HostCounts counts = host.counts();
      return counts.permissionChanges()
          + " changes of permission; "
          + counts.admitted()
          + " connections were admitted, "
          + counts.refused()
          + " refused, "
          + counts.superseded()
          + " superseded, "
          + counts.malformed()
          + " closed as malformed";
    }

    @Override
    public int number() {
      return host.number();
    }

    @Override
    public void close() {
      host.close();
    }
  }
}
