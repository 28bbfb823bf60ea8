package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far a campaign has come, in a file that is there whole at any time. Not thread-safe.
 *
 * <pre>
 * {"campaign":"remora-campaign/1","configurations":[
 *   {"options":"--algorithm paxos","next":4001,"runs":4000,"decided":4000,"aborted":0,"eventsMax":1234,
 *    "violations":0,"failures":[{"seed":17,"property":"disagreement …","schedule":"processes=2 …"}]}]}
 * </pre>
 */
final class CampaignState {
  private static final String SCHEMA = "remora-campaign/1";

  /** Of further failures of a configuration only the number is kept. */
  private static final int FAILURES_MAX = 3;

  private static final JsonFactory JSON = new JsonFactory();

  private final NavigableMap<String, Progress> configurations = new TreeMap<>();

  CampaignState() {}

  /**
   * A seed that failed.
   *
   * @param seed the seed
   * @param property what is wrong
   * @param schedule the shrunk scenario, for {@code check --replay}
   */
  record Failure(long seed, String property, String schedule) {}

  /**
   * How far one configuration has come.
   *
   * @param next the next seed
   * @param sum what all seeds before it came to
   * @param violations how many of them failed
   * @param failures the first of those
   */
  record Progress(long next, Hunt.Sample sum, long violations, List<Failure> failures) {
    Progress {
      failures = List.copyOf(failures);
    }

    /** One that begins with a seed. */
    static Progress from(long seed) {
      return new Progress(seed, Hunt.Sample.NONE, 0, List.of());
    }

    /** After one more seed, which held. */
    Progress plus(Hunt.Sample one) {
      return new Progress(next + 1, sum.plus(one), violations, failures);
    }

    /** After one more seed, which failed. */
    Progress plus(Failure failure) {
      List<Failure> more = new ArrayList<>(failures);
      if (more.size() < FAILURES_MAX) {
        more.add(failure);
      }
      Hunt.Sample one = new Hunt.Sample(1, 0, 0, 0, Optional.empty());
      return new Progress(next + 1, sum.plus(one), violations + 1, more);
    }

    /** Whether another failure would be kept. */
    boolean keepsFailures() {
      return failures.size() < FAILURES_MAX;
    }
  }

  /** The progress of each configuration, in the order of their options. */
  NavigableMap<String, Progress> configurations() {
    return Collections.unmodifiableNavigableMap(configurations);
  }

  /** Sets how far a configuration has come. */
  void put(String options, Progress progress) {
    configurations.put(options, progress);
  }

  /**
   * Reads a file; if there is none, nothing has run.
   *
   * @throws BadInputException if it is no such file
   */
  static CampaignState read(Path file) {
    CampaignState state = new CampaignState();
    if (!Files.exists(file)) {
      return state;
    }
    try (JsonParser json = JSON.createParser(Files.readString(file))) {
      state.read(json);
    } catch (JsonProcessingException e) {
      throw new BadInputException("--state: " + file + " is no state: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new BadInputException("--state: " + file + " cannot be read: " + e.getMessage());
    }
    return state;
  }

  private void read(JsonParser json) throws IOException {
    expect(json, JsonToken.START_OBJECT);
    expect(json, "campaign");
    String schema = json.nextTextValue();
    if (!SCHEMA.equals(schema)) {
      throw new BadInputException("--state: the file is no " + SCHEMA + ", but " + schema);
    }
    expect(json, "configurations");
    expect(json, JsonToken.START_ARRAY);
    while (json.nextToken() == JsonToken.START_OBJECT) {
      expect(json, "options");
      String options = text(json);
      long next = number(json, "next");
      Hunt.Sample sum =
          new Hunt.Sample(
              number(json, "runs"),
              number(json, "decided"),
              number(json, "aborted"),
              number(json, "eventsMax"),
              Optional.empty());
      long violations = number(json, "violations");
      expect(json, "failures");
      expect(json, JsonToken.START_ARRAY);
      List<Failure> failures = new ArrayList<>();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        long seed = number(json, "seed");
        expect(json, "property");
        String property = text(json);
        expect(json, "schedule");
        failures.add(new Failure(seed, property, text(json)));
        expect(json, JsonToken.END_OBJECT);
      }
      expect(json, JsonToken.END_OBJECT);
      configurations.put(options, new Progress(next, sum, violations, failures));
    }
  }

  private static void expect(JsonParser json, String field) throws IOException {
    if (!field.equals(json.nextFieldName())) {
      throw bad(json, "the field " + field);
    }
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.nextToken() != token) {
      throw bad(json, token.toString());
    }
  }

  private static String text(JsonParser json) throws IOException {
    String text = json.nextTextValue();
    if (text == null) {
      throw bad(json, "a text");
    }
    return text;
  }

  private static long number(JsonParser json, String field) throws IOException {
    expect(json, field);
    expect(json, JsonToken.VALUE_NUMBER_INT);
    return json.getLongValue();
  }

  private static BadInputException bad(JsonParser json, String expected) {
    return new BadInputException(
        "--state: line "
            + json.currentLocation().getLineNr()
            + ": expected "
            + expected
            + " in place of "
            + json.currentToken());
  }

  /** Writes a file beside the old one and puts it in its place. */
  void write(Path file) throws IOException {
    Path whole = file.toAbsolutePath();
    Path written = whole.resolveSibling(whole.getFileName() + ".new");
    Files.writeString(written, JsonText.of(this::fields));
    Files.move(written, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private void fields(JsonGenerator object) throws IOException {
    object.writeStringField("campaign", SCHEMA);
    object.writeArrayFieldStart("configurations");
    for (Map.Entry<String, Progress> each : configurations.entrySet()) {
      Progress progress = each.getValue();
      object.writeStartObject();
      object.writeStringField("options", each.getKey());
      object.writeNumberField("next", progress.next());
      object.writeNumberField("runs", progress.sum().runs());
      object.writeNumberField("decided", progress.sum().decided());
      object.writeNumberField("aborted", progress.sum().aborted());
      object.writeNumberField("eventsMax", progress.sum().eventsMax());
      object.writeNumberField("violations", progress.violations());
      object.writeArrayFieldStart("failures");
      for (Failure failure : progress.failures()) {
        object.writeStartObject();
        object.writeNumberField("seed", failure.seed());
        object.writeStringField("property", failure.property());
        object.writeStringField("schedule", failure.schedule());
        object.writeEndObject();
      }
      object.writeEndArray();
      object.writeEndObject();
    }
    object.writeEndArray();
  }
}
