package io.carillon.report;

import java.util.List;
import java.util.Map;

/** The simple blocks of a report. */
public final class Blocks {
  private Blocks() {}

  /** A paragraph. */
  public static Block text(String text) {
    return html -> html.append("<p>").append(Html.escape(text)).append("</p>\n");
  }

  /** A paragraph that stands out: something the reader must know before trusting the rest. */
  public static Block warning(String text) {
    return html ->
        html.append("<p class=\"warning\" role=\"note\">")
            .append(Html.escape(text))
            .append("</p>\n");
  }

  /** Preformatted text, such as a command line. */
  public static Block code(String text) {
    return html -> html.append("<pre tabindex=\"0\">").append(Html.escape(text)).append("</pre>\n");
  }

  /** A heading within a section. */
  public static Block heading(String text) {
    return html -> html.append("<h3>").append(Html.escape(text)).append("</h3>\n");
  }

  /** Names with their values, in order. */
  public static Block facts(Map<String, ?> facts) {
    return html -> {
      html.append("<dl class=\"facts\">\n");
      facts.forEach(
          (name, value) ->
              html.append("<div><dt>")
                  .append(Html.escape(name))
                  .append("</dt><dd>")
                  .append(Html.escape(String.valueOf(value)))
                  .append("</dd></div>\n"));
      html.append("</dl>\n");
    };
  }

  /**
   * Large numbers side by side for the head of a report.
   *
   * @param tiles value by label; a value may go on with its unit or comment after a line feed
   */
  public static Block tiles(Map<String, String> tiles) {
    return html -> {
      html.append("<dl class=\"tiles\">\n");
      tiles.forEach(
          (label, value) -> {
            String[] lines = value.split("\n", 2);
            html.append("<div><dt>").append(Html.escape(label)).append("</dt><dd>");
            html.append(Html.escape(lines[0]));
            if (lines.length > 1) {
              html.append("<small>").append(Html.escape(lines[1])).append("</small>");
            }
            html.append("</dd></div>\n");
          });
      html.append("</dl>\n");
    };
  }

  /** Figures side by side, as many as the window is wide. */
  public static Block grid(List<? extends Block> blocks) {
    return group("<div class=\"grid\">\n", blocks, "</div>\n");
  }

  /** Blocks that open when the reader asks for them; they are always printed. */
  public static Block details(String summary, List<? extends Block> blocks) {
    return group(
        "<details>\n<summary>" + Html.escape(summary) + "</summary>\n", blocks, "</details>\n");
  }

  private static Block group(String start, List<? extends Block> blocks, String end) {
    List<Block> all = List.copyOf(blocks);
    return html -> {
      html.append(start);
      all.forEach(block -> block.write(html));
      html.append(end);
    };
  }
}
