package io.carillon.report;

/** The frame of charts and pictures. */
final class Figures {
  private Figures() {}

  static void open(StringBuilder html, String title, String caption) {
    html.append("<figure>\n<figcaption><strong>").append(Html.escape(title)).append("</strong>");
    if (!caption.isEmpty()) {
      html.append(" <span>").append(Html.escape(caption)).append("</span>");
    }
    html.append("</figcaption>\n");
  }

  static void close(StringBuilder html) {
    html.append("</figure>\n");
  }
}
