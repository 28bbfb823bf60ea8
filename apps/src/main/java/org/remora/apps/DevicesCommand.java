package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.remora.verbs.Readiness;
import org.remora.verbs.nic.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code remora devices} command: what this machine offers for RDMA, and what is missing. */
@Command(
    name = "devices",
    description = "Shows the RDMA devices of this machine, and what is missing, with the fix.",
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "Exit code: 0 if memories can be used over RDMA here, 1 if something is missing."
    })
final class DevicesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  DevicesCommand() {}

  @Override
  public Integer call() throws IOException {
    Readiness readiness = Readiness.check();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(readiness));
    } else {
      text(readiness, out);
    }
    return readiness.problems().isEmpty() ? Main.HOLDS : Main.FAILS;
  }

  private static void text(Readiness readiness, PrintWriter out) {
    for (Device device : readiness.devices()) {
      out.println(
          device.name()
              + ": "
              + device.queuePairsMax()
              + " queue pairs, "
              + device.memoryRegionsMax()
              + " memory regions, atomics: "
              + (device.atomics() ? "yes" : "no")
              + ", memory windows: "
              + (device.windows() ? "yes" : "no"));
      for (Device.Port port : device.ports()) {
        out.println(
            "  port "
                + port.number()
                + ": "
                + (port.active() ? "active" : "down")
                + ", "
                + (port.ethernet() ? "Ethernet" : "InfiniBand")
                + ", MTU "
                + port.mtu()
                + ", "
                + String.join(" ", port.addresses()));
      }
    }
    if (!readiness.devices().isEmpty()) {
      long bytes = readiness.lockableBytes();
      out.println("lockable memory: " + (bytes < 0 ? "unlimited" : (bytes >> 10) + " KiB"));
    }
    for (Readiness.Problem problem : readiness.problems()) {
      out.println("missing: " + problem.what());
      out.println("    fix: " + problem.fix());
    }
  }

  private static String json(Readiness readiness) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      generator.writeStartObject();
      generator.writeBooleanField("ready", readiness.problems().isEmpty());
      generator.writeNumberField("lockableBytes", readiness.lockableBytes());
      generator.writeArrayFieldStart("devices");
      for (Device device : readiness.devices()) {
        write(device, generator);
      }
      generator.writeEndArray();
      generator.writeArrayFieldStart("problems");
      for (Readiness.Problem problem : readiness.problems()) {
        generator.writeStartObject();
        generator.writeStringField("what", problem.what());
        generator.writeStringField("fix", problem.fix());
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    return text.toString();
  }

  private static void write(Device device, JsonGenerator generator) throws IOException {
    generator.writeStartObject();
    generator.writeStringField("name", device.name());
    generator.writeNumberField("queuePairsMax", device.queuePairsMax());
    generator.writeNumberField("memoryRegionsMax", device.memoryRegionsMax());
    generator.writeNumberField("registeredBytesMax", device.registeredBytesMax());
    generator.writeNumberField("readsMax", device.readsMax());
    generator.writeBooleanField("atomics", device.atomics());
    generator.writeBooleanField("memoryWindows", device.windows());
    generator.writeArrayFieldStart("ports");
    for (Device.Port port : device.ports()) {
      generator.writeStartObject();
      generator.writeNumberField("number", port.number());
      generator.writeBooleanField("active", port.active());
      generator.writeBooleanField("ethernet", port.ethernet());
      generator.writeNumberField("mtu", port.mtu());
      generator.writeArrayFieldStart("addresses");
      for (String address : port.addresses()) {
        generator.writeString(address);
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    generator.writeEndArray();
    generator.writeEndObject();
  }
}
