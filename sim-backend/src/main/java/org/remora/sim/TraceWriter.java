package org.remora.sim;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.remora.memory.Clock;

/**
 * Writes a trace as JSON lines: one object per event, in the order in which they happened, each
 * line ended by a line feed. Its fields, in this order; one that does not apply is left out:
 *
 * <table>
 *   <caption>Fields</caption>
 *   <tr><td>delays</td><td>number</td><td>when, in delays of virtual time, exact</td></tr>
 *   <tr><td>event</td><td>string</td><td>request, effect, answer, send, receive, timer,
 *       process-crash, memory-crash or mark: see {@link TraceEvent.Kind}</td></tr>
 *   <tr><td>process</td><td>number</td><td>whose step, operation or message it is; for receive, the
 *       sender</td></tr>
 *   <tr><td>memory</td><td>number</td><td>the memory of request, effect, answer and
 *       memory-crash</td></tr>
 *   <tr><td>to</td><td>number</td><td>the receiver of send and receive; a send without one is a
 *       broadcast</td></tr>
 *   <tr><td>id</td><td>number</td><td>the operation or message, the same in all of its
 *       events</td></tr>
 *   <tr><td>text</td><td>string</td><td>what it is, for people</td></tr>
 *   <tr><td>outcome</td><td>string</td><td>how an operation ended, of effect and answer: ack, nak,
 *       unknown, or torn for the first part of a write that tears; after ack and a blank, what was
 *       read</td></tr>
 * </table>
 *
 * <p>Names and meanings stay; fields may be added. Where writing fails, every method throws {@link
 * UncheckedIOException}. Not thread-safe.
 */
public final class TraceWriter implements Consumer<TraceEvent>, AutoCloseable {
  private static final JsonFactory JSON = new JsonFactoryBuilder().rootValueSeparator("").build();
  private static final BigDecimal DELAY_NANOS = BigDecimal.valueOf(Clock.DELAY_NANOS);

  private final JsonGenerator json;

  /** A writer to {@code out}, which {@link #close} closes. */
  public TraceWriter(Writer out) {
    try {
      json = JSON.createGenerator(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A writer of UTF-8 to {@code out}, which {@link #close} closes. */
  public TraceWriter(OutputStream out) {
    this(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)));
  }

  @Override
  public void accept(TraceEvent event) {
    try {
      json.writeStartObject();
      json.writeFieldName("delays");
      json.writeNumber(delays(event.nanos()));
      json.writeStringField("event", name(event.kind()));
      number("process", event.process());
      number(peer(event.kind()), event.peer());
      number("id", event.id());
      text("text", event.text());
      text("outcome", event.outcome());
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes what is still buffered and closes the underlying stream. */
  @Override
  public void close() {
    try {
      json.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A time in delays, exact: a delay is a power of ten of nanoseconds. */
  static String delays(long nanos) {
    return BigDecimal.valueOf(nanos).divide(DELAY_NANOS).stripTrailingZeros().toPlainString();
  }

  private static String name(TraceEvent.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String peer(TraceEvent.Kind kind) {
    return switch (kind) {
      case SEND, RECEIVE -> "to";
      default -> "memory";
    };
  }

  private void number(String field, long value) throws IOException {
    if (value != 0) {
      json.writeNumberField(field, value);
    }
  }

  private void text(String field, String value) throws IOException {
    if (!value.isEmpty()) {
      json.writeStringField(field, value);
    }
  }
}
