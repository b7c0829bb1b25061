package io.carillon.report;

import io.carillon.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * One HTML page with everything in it: style, scripts, data and pictures. It asks nothing of the
 * network, and its content security policy forbids the browser to, as it forbids all scripts but
 * the two that are meant. The same content gives the same bytes.
 */
public final class HtmlReport {
  /** Chart.js, MIT licence. */
  private static final String CHARTS =
      "META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

  private final String title;
  private final String subtitle;
  private final List<Section> sections = new ArrayList<>();

  private record Section(String name, List<Block> blocks) {
    String id() {
      return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
  }

  /**
   * An empty report.
   *
   * @param title what it is about
   * @param subtitle a line under it
   */
  public HtmlReport(String title, String subtitle) {
    this.title = title;
    this.subtitle = subtitle;
  }

  /** Adds a section; one without blocks is left out. */
  public HtmlReport section(String name, List<? extends Block> blocks) {
    if (!blocks.isEmpty()) {
      sections.add(new Section(name, List.copyOf(blocks)));
    }
    return this;
  }

  /**
   * Writes the page; the file is replaced whole.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    AtomicFile.writeText(file, html());
  }

  /** The page. */
  public String html() {
    String charts = script(CHARTS);
    String own = script("report.js");
    StringBuilder html = new StringBuilder(1 << 19);
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
        .append("img-src data:; style-src 'unsafe-inline'; script-src ")
        .append(hash(charts))
        .append(' ')
        .append(hash(own))
        .append("; base-uri 'none'; form-action 'none'\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
        .append(Html.escape(title))
        .append("</title>\n<style>\n")
        .append(resource("report.css"))
        .append("</style>\n</head>\n<body>\n");
    body(html);
    html.append("<script>").append(charts).append("</script>\n");
    html.append("<script>").append(own).append("</script>\n</body>\n</html>\n");
    return html.toString();
  }

  private void body(StringBuilder html) {
    html.append("<header>\n<h1>").append(Html.escape(title)).append("</h1>\n<p>");
    html.append(Html.escape(subtitle)).append("</p>\n<nav aria-label=\"Sections\">");
    for (Section section : sections) {
      html.append("<a href=\"#").append(section.id()).append("\">");
      html.append(Html.escape(section.name())).append("</a> ");
    }
    html.append("</nav>\n</header>\n<noscript><p class=\"warning\">The charts of this report need ")
        .append("JavaScript; text, tables and pictures do not.</p></noscript>\n<main>\n");
    for (Section section : sections) {
      html.append("<section id=\"").append(section.id()).append("\">\n<h2>");
      html.append(Html.escape(section.name())).append("</h2>\n");
      section.blocks().forEach(block -> block.write(html));
      html.append("</section>\n");
    }
    html.append("</main>\n");
  }

  /** Without its last line if that names a source map, which would be another file. */
  private static String script(String name) {
    return resource(name).replaceFirst("\n//# sourceMappingURL=\\S+\\s*$", "\n");
  }

  /** What a library brings is no resource of this module; the loader of both finds it. */
  private static InputStream open(String name) {
    return name.equals(CHARTS)
        ? HtmlReport.class.getClassLoader().getResourceAsStream(name)
        : HtmlReport.class.getResourceAsStream(name);
  }

  private static String resource(String name) {
    try (InputStream in = open(name)) {
      if (in == null) {
        throw new IllegalStateException("the program is incomplete: " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the policy names a script that may run. */
  private static String hash(String script) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(sum) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
