package io.carillon.report.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.report.HtmlReport;
import java.util.List;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class ConfusionBlocksTest {
  private static Document page(List<String> names, long[][] counts) {
    return Jsoup.parse(
        new HtmlReport("t", "s")
            .section("Answers", new ConfusionBlocks(names, counts, "test data").blocks())
            .html());
  }

  @Test
  void recallPrecisionAndErrorsAreThoseOfTheMatrix() {
    // b is never true and never answered; c is always taken for a.
    Document page =
        page(
            List.of("a", "b", "c", "d"),
            new long[][] {{6, 0, 0, 2}, {0, 0, 0, 0}, {5, 0, 0, 0}, {1, 0, 0, 3}});

    assertThat(page.select(".matrix thead th").eachText())
        .containsExactly("true ↓ predicted →", "a", "c", "d");
    assertThat(page.select("main p").text()).startsWith("1 class left out");
    List<String> rows = page.select(".grid table").get(0).select("tbody tr").eachText();
    // Recall and precision: c 0/5, nothing answered c; a 6/8 and 6/12; d 3/4 and 3/5.
    assertThat(rows).containsExactly("c 5 0.0 % –", "a 8 75.0 % 50.0 %", "d 4 75.0 % 60.0 %");
    assertThat(page.select(".grid table").get(1).select("tbody tr").eachText())
        .containsExactly("c a 5 100.0 %", "a d 2 25.0 %", "d a 1 25.0 %");
  }

  @Test
  void manyClassesStaySmallAndReadable() {
    for (int n : new int[] {100, 2000}) {
      long[][] counts = new long[n][n];
      for (int c = 0; c < n; c++) {
        counts[c][c] = 3;
        counts[c][(c + 1) % n] = 1;
      }
      List<String> names = IntStream.range(0, n).mapToObj(c -> "class " + c).toList();

      Document page = page(names, counts);

      assertThat(page.select("figure img")).hasSize(n == 100 ? 1 : 0);
      assertThat(page.select("tbody tr").size()).isLessThan(60);
      assertThat(page.select("caption").text()).contains("the 40 worst of " + n + " classes");
      assertThat(page.html().length()).isLessThan(600_000);
    }
  }
}
