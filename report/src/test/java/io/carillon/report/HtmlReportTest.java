package io.carillon.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.testing.Browser;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final String NASTY = "</script><script>alert(1)</script> \"a' & <b>\u0000";
  private static final double[] X = {1, 2, 3, 4};

  /** Every kind of block, all its texts from outside. */
  private static HtmlReport everything() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(NASTY, NASTY);
    float[] ramp = new float[10_000];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (float) Math.sin(i * 0.01);
    }
    Chart lines =
        Chart.titled(NASTY)
            .caption(NASTY)
            .x("epoch")
            .y(NASTY)
            .logY()
            .band(
                "range over 3 seeds",
                X,
                new double[] {1, 2, 3, 4},
                new double[] {2, 4, 6, 8},
                Look.of(0))
            .line(NASTY, X, new double[] {1.5, Double.NaN, 4, 5})
            .level("without learning", 3)
            .signal("long", 0, 1, ramp, Look.of(2));
    Chart poles =
        Chart.titled("Poles")
            .x("Re λ")
            .y("Im λ")
            .xRange(-1.1, 1.1)
            .yRange(-1.1, 1.1)
            .equal()
            .points("before", X, X, Look.NEUTRAL)
            .points("after", X, X, Look.of(0));
    Chart bars =
        Chart.titled("Accuracy")
            .x("")
            .y("accuracy")
            .categories(List.of(NASTY, "b"))
            .bars("S4D", new double[] {0.5, 0.7}, new double[] {0.4, 0.6}, new double[] {0.6, 0.8});
    return new HtmlReport(NASTY, NASTY)
        .section(
            "First " + NASTY,
            List.of(
                Blocks.tiles(facts),
                Blocks.facts(facts),
                Blocks.text(NASTY),
                Blocks.warning(NASTY),
                Blocks.code(NASTY),
                Blocks.heading(NASTY)))
        .section("Charts", List.of(Blocks.grid(List.of(lines, poles, bars))))
        .section("Empty", List.of())
        .section(
            "Tables",
            List.of(
                new DataTable(NASTY, NASTY, "n").row(NASTY, "1.5 ± 0.2").strong("b", "3"),
                new Matrix(NASTY, NASTY, List.of(NASTY, "b"), new long[][] {{9, 1}, {0, 0}}),
                Picture.of(NASTY, 3, new float[] {0, 0.5f, 1, 1, Float.NaN, 0}, 0, 1, Palette.SIZE)
                    .caption(NASTY)
                    .axes(NASTY, NASTY),
                Blocks.details(NASTY, List.of(Blocks.text(NASTY)))));
  }

  @Test
  void textFromOutsideStaysText() {
    String html = everything().html();
    Document page = Jsoup.parse(html);

    assertThat(page.select("script:not([type])")).hasSize(2);
    assertThat(page.select("script[type=application/json]")).hasSize(3);
    assertThat(page.select("main b")).isEmpty();
    String shown = NASTY.replace('\u0000', ' ');
    assertThat(page.title()).isEqualTo(shown.trim());
    assertThat(page.selectFirst("pre").wholeText()).isEqualTo(shown);
    assertThat(page.selectFirst("tbody th").wholeText()).isEqualTo(shown);
    assertThat(page.selectFirst("img").attr("alt")).contains(shown);
    assertThat(page.select("section")).hasSize(3);
    for (Element link : page.select("nav a")) {
      assertThat(page.getElementById(link.attr("href").substring(1))).isNotNull();
    }
  }

  @Test
  void asksNothingOfTheNetwork() {
    String html = everything().html();
    Document page = Jsoup.parse(html);

    assertThat(page.select("link, iframe, object, embed, script[src], [srcset]")).isEmpty();
    assertThat(page.select("[src]").eachAttr("src")).allMatch(src -> src.startsWith("data:"));
    assertThat(page.select("[href]").eachAttr("href")).allMatch(href -> href.startsWith("#"));
    assertThat(html).doesNotContain("sourceMappingURL").contains("default-src 'none'");
    assertThat(page.selectFirst("style").data()).doesNotContain("url(", "@import");
    assertThat(html.length()).isLessThan(400_000);
  }

  @Test
  void theSameContentGivesTheSameBytes() {
    assertThat(everything().html()).isEqualTo(everything().html());
  }

  @Test
  void chartsSayInWordsWhatTheyShow() {
    Document page = Jsoup.parse(everything().html());
    String words = page.selectFirst("canvas").attr("aria-label");

    assertThat(words)
        .contains("range over 3 seeds between 1.0000 and 8.0000")
        .contains("between 1.5000 and 5.0000, at the end 5.0000")
        .contains("without learning 3.0000");
    assertThat(page.selectFirst("script.chart").data()).contains("[1.5,null,4,5]");
  }

  @Test
  void longSignalsKeepTheirPeaks() {
    float[] signal = new float[100_000];
    signal[77_777] = 5;
    signal[12_345] = -3;
    Envelope envelope = Envelope.of(signal);

    assertThat(envelope.isExact()).isFalse();
    assertThat(envelope.low().length).isLessThanOrEqualTo(320);
    assertThat(Arrays.stream(envelope.high()).max()).hasValue(5);
    assertThat(Arrays.stream(envelope.low()).min()).hasValue(-3);
    double at = envelope.positions(0, 1)[77_777 / envelope.group()];
    assertThat(at).isBetween(77_777.0 - envelope.group(), 77_777.0);
    assertThat(Envelope.of(new float[320]).isExact()).isTrue();
    assertThat(Envelope.of(new float[0]).low()).isEmpty();
  }

  @Test
  void picturesArePngFiles() throws Exception {
    Document page = Jsoup.parse(everything().html());
    String data = page.selectFirst("img").attr("src").replaceFirst("^data:image/png;base64,", "");
    var image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data)));

    assertThat(image.getWidth()).isEqualTo(3);
    assertThat(image.getHeight()).isEqualTo(2);
    assertThat(image.getRGB(0, 0) & 0xffffff).isEqualTo(0x440154);
    assertThat(image.getRGB(2, 0) & 0xffffff).isEqualTo(0xfde725);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> Chart.titled("t").line("a", X, new double[3]))
        .hasMessageContaining("'a': 3 numbers at 4 places");
    assertThatThrownBy(() -> new DataTable("t", "a", "b").row("1"))
        .hasMessageContaining("1 cells does not fit 2");
    assertThatThrownBy(() -> Picture.of("t", 4, new float[6], 0, 1, Palette.GREY))
        .hasMessageContaining("6 numbers cannot be 4 wide");
  }

  @Test
  void aBrowserDrawsEveryChartWithoutComplaint(@TempDir Path folder) throws Exception {
    Browser browser = Browser.orSkip();
    Path file = folder.resolve("report.html");
    everything().write(file);
    assertThat(Files.list(folder)).containsExactly(file);

    Browser.Page page = browser.open(file, folder, 1200, 900);

    assertThat(page.console()).isEmpty();
    Element root = page.document().selectFirst("html");
    assertThat(root.attr("data-drawn")).isEqualTo("3");
    assertThat(root.attr("data-failed")).isEqualTo("0");
  }

  /** What shows that the test above can fail. */
  @Test
  void aBrowserSaysWhatIsWrongAndRunsNoOtherScript(@TempDir Path folder) throws Exception {
    Browser browser = Browser.orSkip();
    Path file = folder.resolve("report.html");
    String html = everything().html();
    int chart = html.indexOf("{\"x\":");
    Files.writeString(
        file,
        html.substring(0, chart)
            + "broken"
            + html.substring(chart)
                .replace("</main>", "<script>document.title='x'</script></main>"));

    Browser.Page page = browser.open(file, folder, 500, 900);

    assertThat(page.console()).anyMatch(line -> line.contains("SyntaxError"));
    assertThat(page.console()).anyMatch(line -> line.contains("Content Security Policy"));
    Element root = page.document().selectFirst("html");
    assertThat(root.attr("data-drawn")).isEqualTo("2");
    assertThat(root.attr("data-failed")).isEqualTo("1");
    assertThat(page.document().title()).isNotEqualTo("x");
  }
}
