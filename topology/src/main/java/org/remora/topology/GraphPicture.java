package org.remora.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A picture of a plan as SVG: nodes on a circle, zone by zone, links as curves through the middle,
 * the survivors of the worst known crash marked.
 */
public final class GraphPicture {
  /** The largest plan that makes a picture. */
  public static final int NODES_MAX = 500;

  private static final double SIZE = 900;
  private static final double RADIUS = 400;

  private GraphPicture() {}

  /**
   * Draws.
   *
   * @throws BadGraphException if the plan has more than {@link #NODES_MAX} nodes
   */
  public static String svg(Plan plan) {
    int n = plan.graph().nodes();
    if (n > NODES_MAX) {
      throw new BadGraphException("a picture is for at most " + NODES_MAX + " nodes, not " + n);
    }
    List<Integer> order = new ArrayList<>();
    for (int v = 0; v < n; v++) {
      order.add(v);
    }
    Zones zones = plan.zones();
    if (zones != null) {
      order.sort(Comparator.comparing(zones::zone));
    }
    double[] x = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      double angle = 2 * Math.PI * i / n - Math.PI / 2;
      x[order.get(i)] = SIZE / 2 + RADIUS * StrictMath.cos(angle);
      y[order.get(i)] = SIZE / 2 + RADIUS * StrictMath.sin(angle);
    }
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\""
                + " font-family=\"sans-serif\">%n<title>%s</title>%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n",
            SIZE, SIZE + 60, escape(caption(plan))));
    links(plan, x, y, svg);
    nodes(plan, x, y, svg);
    svg.append(
        format(
            "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\" font-size=\"15\">%s</text>%n</svg>%n",
            SIZE / 2, SIZE + 30, escape(caption(plan))));
    return svg.toString();
  }

  private static String caption(Plan plan) {
    Tolerance tolerance = plan.tolerance();
    return plan.graph().nodes()
        + " nodes, at most "
        + plan.graph().maxDegree()
        + " links each: any "
        + tolerance.certified()
        + " crashes survived, some "
        + tolerance.refuted()
        + " fatal (red: their survivors)";
  }

  private static void links(Plan plan, double[] x, double[] y, StringBuilder svg) {
    EdgeList edges = plan.graph().edgeList();
    double opacity = Math.max(0.08, Math.min(0.6, 300.0 / Math.max(edges.size(), 1)));
    svg.append(
        format(
            "<g fill=\"none\" stroke=\"#345\" stroke-width=\"0.8\" stroke-opacity=\"%.2f\">%n",
            opacity));
    for (int i = 0; i < edges.size(); i++) {
      int a = edges.from(i);
      int b = edges.to(i);
      double midX = (x[a] + x[b]) / 4 + SIZE / 4;
      double midY = (y[a] + y[b]) / 4 + SIZE / 4;
      svg.append(
          format(
              "<path d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\"/>%n",
              x[a], y[a], midX, midY, x[b], y[b]));
    }
    svg.append("</g>\n");
  }

  private static void nodes(Plan plan, double[] x, double[] y, StringBuilder svg) {
    int n = plan.graph().nodes();
    boolean[] survivor = new boolean[n];
    for (int v : plan.assessment().witness().survivors()) {
      survivor[v] = true;
    }
    Zones zones = plan.zones();
    double radius = Math.max(2, Math.min(8, 1_000.0 / n));
    for (int v = 0; v < n; v++) {
      int hue = zones == null ? 210 : zones.zone(v) * 360 / zones.names().size();
      svg.append(
          format(
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"hsl(%d,60%%,55%%)\""
                  + " stroke=\"%s\" stroke-width=\"%s\"><title>%s</title></circle>%n",
              x[v],
              y[v],
              radius,
              hue,
              survivor[v] ? "#d00" : "#fff",
              survivor[v] ? "3" : "0.5",
              escape(plan.labels().get(v) + (zones == null ? "" : ", zone " + zones.name(v)))));
      if (n <= 100) {
        double out = (RADIUS + 20) / RADIUS;
        svg.append(
            format(
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\" text-anchor=\"middle\">%s</text>%n",
                SIZE / 2 + (x[v] - SIZE / 2) * out,
                SIZE / 2 + (y[v] - SIZE / 2) * out + 3,
                escape(plan.labels().get(v))));
      }
    }
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values).replace(System.lineSeparator(), "\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
