package org.remora.apps.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.remora.crash.log.ReplicaStatus;

/** The status of a replica and its store as a JSON object. */
final class StatusJson {
  private StatusJson() {}

  static String of(ReplicaStatus status, KeyValueStore.Summary store) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("replica", status.process());
      json.writeStringField("health", status.health().name());
      json.writeBooleanField("leads", status.leads());
      json.writeNumberField("leader", status.leader());
      json.writeNumberField("term", status.proposal());
      json.writeNumberField("applied", status.applied());
      json.writeNumberField("decided", status.decided());
      json.writeNumberField("commands", store.commands());
      json.writeStringField("digest", Long.toHexString(store.digest()));
      json.writeNumberField("sessions", status.sessions());
      json.writeArrayFieldStart("replicas");
      for (int replica : status.configuration().replicas().stream().toArray()) {
        json.writeNumber(replica);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("memories");
      for (int memory : status.configuration().memories().stream().toArray()) {
        json.writeNumber(memory);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("appliedBy");
      for (long applied : status.appliedBy()) {
        json.writeNumber(applied);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("silentMemories");
      for (int memory : status.silentMemories()) {
        json.writeNumber(memory);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("acknowledgedAt");
      for (long acknowledged : status.acknowledgedAt()) {
        json.writeNumber(acknowledged);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
