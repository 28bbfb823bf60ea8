package org.remora.apps;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a campaign has come to.
 *
 * @param algorithms what the runs of each algorithm came to
 * @param failures the seeds that failed, each with the command that repeats it
 */
record CampaignSummary(Map<String, Row> algorithms, List<Failed> failures) {
  /**
   * The runs of one algorithm.
   *
   * @param configurations in how many configurations
   * @param sum what they came to
   * @param violations how many went wrong
   */
  record Row(int configurations, Hunt.Sample sum, long violations) {
    Row plus(CampaignState.Progress progress) {
      return new Row(
          configurations + 1, sum.plus(progress.sum()), violations + progress.violations());
    }
  }

  /**
   * A seed that failed.
   *
   * @param options the configuration
   * @param failure what was wrong
   */
  record Failed(String options, CampaignState.Failure failure) {
    /** The command that runs the seed again. */
    String command() {
      return CommandLineText.line(
          Evidence.words("check " + options + " --runs 1 --seed " + failure.seed()));
    }

    /** The command that runs what is left of it. */
    String replay() {
      HuntOptions parsed = HuntOptions.parse(Evidence.words(options));
      List<String> words = Evidence.words("check --algorithm " + parsed.world().algorithm());
      String broken = parsed.mutation();
      if (broken != null) {
        words.addAll(List.of("--mutation", broken));
      }
      words.addAll(List.of("--replay", failure.schedule()));
      return CommandLineText.line(words);
    }
  }

  static CampaignSummary of(CampaignState state) {
    Map<String, Row> algorithms = new LinkedHashMap<>();
    List<Failed> failures = new ArrayList<>();
    for (String algorithm : AgreeAlgorithm.names()) {
      for (Map.Entry<String, CampaignState.Progress> each : state.configurations().entrySet()) {
        if ((each.getKey() + " ").startsWith("--algorithm " + algorithm + " ")) {
          Row none = new Row(0, new Hunt.Sample(0, 0, 0, 0, Optional.empty()), 0);
          algorithms.put(algorithm, algorithms.getOrDefault(algorithm, none).plus(each.getValue()));
          each.getValue().failures().forEach(f -> failures.add(new Failed(each.getKey(), f)));
        }
      }
    }
    return new CampaignSummary(algorithms, failures);
  }

  long violations() {
    return algorithms.values().stream().mapToLong(Row::violations).sum();
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%-23s %14s %14s %14s %14s %10s%n",
            "algorithm", "configurations", "runs", "decided", "left", "violations"));
    algorithms.forEach(
        (algorithm, row) ->
            text.append(
                String.format(
                    "%-23s %14d %,14d %,14d %,14d %,10d%n",
                    algorithm,
                    row.configurations,
                    row.sum.runs(),
                    row.sum.decided(),
                    row.sum.aborted(),
                    row.violations)));
    for (Failed failed : failures) {
      text.append(
          String.format(
              "%n%s%n  %s%n  %s%n", failed.failure.property(), failed.command(), failed.replay()));
    }
    return text.toString();
  }

  String json() throws IOException {
    return JsonText.of(
        object -> {
          object.writeNumberField(
              "runs", algorithms.values().stream().mapToLong(row -> row.sum.runs()).sum());
          object.writeNumberField("violations", violations());
          object.writeArrayFieldStart("algorithms");
          for (Map.Entry<String, Row> each : algorithms.entrySet()) {
            Row row = each.getValue();
            object.writeStartObject();
            object.writeStringField("algorithm", each.getKey());
            object.writeNumberField("configurations", row.configurations);
            object.writeNumberField("runs", row.sum.runs());
            object.writeNumberField("decided", row.sum.decided());
            object.writeNumberField("aborted", row.sum.aborted());
            object.writeNumberField("eventsMax", row.sum.eventsMax());
            object.writeNumberField("violations", row.violations);
            object.writeEndObject();
          }
          object.writeEndArray();
          object.writeArrayFieldStart("failures");
          for (Failed failed : failures) {
            object.writeStartObject();
            object.writeStringField("options", failed.options);
            object.writeNumberField("seed", failed.failure.seed());
            object.writeStringField("property", failed.failure.property());
            object.writeStringField("schedule", failed.failure.schedule());
            object.writeStringField("command", failed.command());
            object.writeStringField("replay", failed.replay());
            object.writeEndObject();
          }
          object.writeEndArray();
        });
  }
}
