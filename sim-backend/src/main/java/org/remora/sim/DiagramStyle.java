package org.remora.sim;

/** The style sheet of diagrams. */
final class DiagramStyle {
  /** Distinct on white and on black, also for most of those who see fewer colours. */
  private static final String[] COLOURS = {
    "#2f7ed8", "#e08214", "#219a6f", "#9a63d6", "#12a3b4", "#d6568c", "#a5763f", "#7f9423"
  };

  private static final String COMMON =
      """
      text{font:11px system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;fill:#222}
      .what,.read,.nak,.who,.flag{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
      .paper{fill:#fff}.slot{fill:#000;fill-opacity:.045}
      .title{font-size:15px;font-weight:600}.notice,.axis,.legend{fill:#666}.number{text-anchor:middle}
      .tick{stroke:#000;stroke-opacity:.13;stroke-dasharray:2 3;fill:none}
      .life{stroke:#555;stroke-width:1.4;fill:none}.life.memory{stroke:#888}
      .name.memory{fill:#666}text.name{fill:#fff;font-weight:600;text-anchor:middle}
      .go,.back,.message{fill:none;stroke-width:1.3}.back{stroke-dasharray:5 3;stroke-opacity:.75}
      .message{stroke-width:1.1}.open{marker-end:none;stroke-dasharray:2 3}
      .band{fill:#888;fill-opacity:.35}.point,.effect,.key,.head{stroke:none}
      .unsure,.timer{fill:#fff;stroke-width:1.6}.mark{stroke:#222;stroke-width:1.5}
      .refused{fill:#e5323b;fill-opacity:.2;stroke:none}
      .cross,.crash{stroke:#e5323b;stroke-width:2;fill:none}.crash{stroke-width:3.5}
      .read{fill:#666;font-size:10px}.nak{fill:#e5323b;font-weight:600}.who,.flag{font-weight:600}
      .pole{stroke-width:1.5;fill:none}
      path:hover{stroke-width:3}
      """;

  private static final String DARK =
      """
      @media (prefers-color-scheme:dark){
      text{fill:#ddd}.what,.read,.nak,.who,.flag{stroke:#15181d}
      .paper,.unsure,.timer{fill:#15181d}.slot{fill:#fff;fill-opacity:.06}
      .notice,.axis,.legend,.read{fill:#9aa}.tick{stroke:#fff;stroke-opacity:.18}
      .life{stroke:#bbb}.life.memory{stroke:#888}text.name{fill:#fff}.mark{stroke:#eee}
      .nak{fill:#ff6b70}
      """;

  private DiagramStyle() {}

  /** The sheet, with a class c0, c1, ... for each of so many colours. */
  static String css(int colours) {
    StringBuilder css = new StringBuilder("\n").append(COMMON);
    for (int i = 0; i < colours; i++) {
      css.append(
          """
          .go.c%1$d,.back.c%1$d,.message.c%1$d,.pole.c%1$d,.unsure.c%1$d,.timer.c%1$d{stroke:%2$s}
          .go.c%1$d,.back.c%1$d,.message.c%1$d{marker-end:url(#head-c%1$d)}
          .head.c%1$d,.point.c%1$d,.effect.c%1$d,.key.c%1$d,.mark.c%1$d,.band.c%1$d,rect.name.c%1$d{fill:%2$s}
          text.who.c%1$d,text.flag.c%1$d{fill:%2$s}
          """
              .formatted(i, COLOURS[i]));
    }
    css.append(".back.bad{stroke:#e5323b;marker-end:url(#head-bad)}.head.bad{fill:#e5323b}\n");
    css.append(".go.open,.back.open,.message.open{marker-end:none}\n");
    return css.append(DARK).append("}\n").toString();
  }
}
