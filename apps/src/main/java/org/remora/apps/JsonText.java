package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;

/** JSON objects as text, one a line. */
final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonText() {}

  /** Writes the fields of an object. */
  interface Fields {
    /** Writes them. */
    void write(JsonGenerator object) throws IOException;
  }

  /** An object with these fields, and the end of the line. */
  static String of(Fields fields) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator object = JSON.createGenerator(text)) {
      object.writeStartObject();
      fields.write(object);
      object.writeEndObject();
    }
    return text.append('\n').toString();
  }
}
