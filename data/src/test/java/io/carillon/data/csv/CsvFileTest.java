package io.carillon.data.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import io.carillon.data.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvFileTest {
  @TempDir Path folder;

  private CsvFile open(String text, String... pairs) throws IOException {
    Path file = Files.writeString(folder.resolve("t.csv"), text);
    Map<String, String> given = pairs.length == 0 ? Map.of() : Map.of(pairs[0], pairs[1]);
    return CsvFile.open(file, Options.of("csv", CsvFile.OPTIONS, given));
  }

  private static List<List<String>> rows(CsvFile csv) {
    List<List<String>> rows = new ArrayList<>();
    csv.forEachRow((line, cells) -> rows.add(cells));
    return rows;
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t"})
  void findsTheDelimiter(String delimiter) throws IOException {
    CsvFile csv = open("a,b,c\n1,2,3\n".replace(",", delimiter));
    assertThat(csv.names()).containsExactly("a", "b", "c");
    assertThat(csv.firstRow()).containsExactly("1", "2", "3");
  }

  @Test
  void quotesBlankLinesAndByteOrderMark() throws IOException {
    CsvFile csv = open("\uFEFFname, b\n\n\"x,\"\"y\"\"\",1\r\n");
    assertThat(csv.names()).containsExactly("name", "b");
    assertThat(rows(csv)).containsExactly(List.of("x,\"y\"", "1"));
  }

  @Test
  void otherDelimiterAndNoHeader() throws IOException {
    assertThat(open("a|b\n1|2\n", "delimiter", "|").names()).containsExactly("a", "b");
    CsvFile bare = open("1,2\n3,4\n", "header", "no");
    assertThat(bare.names()).containsExactly("column1", "column2");
    assertThat(rows(bare)).hasSize(2);
  }

  @Test
  void errorsNameTheLine() throws IOException {
    assertThatThrownBy(() -> open("")).hasMessageContaining("is empty");
    assertThatThrownBy(() -> open("a,b\n")).hasMessageContaining("no row below its names");
    assertThatThrownBy(() -> open("1,2\n3,4\n")).hasMessageContaining("set header=no");
    assertThatThrownBy(() -> open("a,a\n1,2\n")).hasMessageContaining("same name");
    assertThatThrownBy(() -> open("a,\n1,2\n")).hasMessageContaining("column 2 has no name");
    assertThatThrownBy(() -> open("a,b\n1\n")).hasMessageContaining("t.csv:2: has 1 cells");
    CsvFile csv = open("a,b\n1,2\n1,2,3\n");
    assertThatThrownBy(() -> rows(csv))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("t.csv:3: has 3 cells, the table has 2 columns");
    CsvFile quote = open("a,b\n1,2\n\"1,2\n");
    assertThatThrownBy(() -> rows(quote)).hasMessageContaining("t.csv:3: a quote");
    assertThatThrownBy(() -> csv.column("aa")).hasMessageContaining("did you mean 'a'?");
    assertThatThrownBy(() -> open("a,b\n1,2\n", "delimiter", "xx"))
        .hasMessageContaining("a single character");
  }

  @Test
  void linesAreCountedAsTheyStandInTheFile() throws IOException {
    CsvFile csv = open("a,b\n\n  \n1,2\r\n\r\n\n3,4");
    List<String> seen = new ArrayList<>();
    csv.forEachRow((line, cells) -> seen.add(line + " " + cells));
    assertThat(seen).containsExactly("4 [1, 2]", "7 [3, 4]");
  }

  @Test
  void theFirstErrorOfAFileIsTheOneThatIsTold() throws IOException {
    CsvFile csv = open("a,b\n1,2\n3\n\"4,5\n");
    assertThatThrownBy(() -> rows(csv)).hasMessageContaining("t.csv:3: has 1 cells");
  }

  @Test
  void textBesideAQuotedCellIsRefused() throws IOException {
    CsvFile csv = open("a,b\n1,2\n\"1\"2,3\n");
    assertThatThrownBy(() -> rows(csv))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("t.csv:3: text follows a quote");
    assertThatThrownBy(() -> open("a,b\n1,2\n", "delimiter", "\""))
        .hasMessageContaining("a single character that is no quote");
  }

  @Test
  void aQuoteInTheMiddleOfACellIsACharacter() throws IOException {
    CsvFile csv = open("a,b\n5\" nail,\"x\"\n y\"z\" ,4\n");
    assertThat(rows(csv)).containsExactly(List.of("5\" nail", "x"), List.of("y\"z\"", "4"));
    // Two quotes, of which the first is none that the second could close.
    CsvFile open = open("a,b\n1,2\nx\"y,\"3\n4,5\n");
    assertThatThrownBy(() -> rows(open)).hasMessageContaining("t.csv:3: a quote");
  }

  @Test
  void noQuoteHidesColumnsFromTheirLimit() throws IOException {
    String limit = Limits.COLUMNS.property();
    System.setProperty(limit, "2");
    try {
      CsvFile csv = open("a,b\n1,2\nx\"" + ",".repeat(20_000) + "\"\n");
      assertThatThrownBy(() -> rows(csv))
          .hasMessageContainingAll("t.csv:3: has more than 2 columns", limit);
    } finally {
      System.clearProperty(limit);
    }
  }

  @Test
  void manyEmptyLinesAreCountedAndNotKept() throws IOException {
    CsvFile csv = open("a,b\n1,2\n" + "\n".repeat(100_000) + "3,4\n");
    List<String> seen = new ArrayList<>();
    csv.forEachRow((line, cells) -> seen.add(line + " " + cells));
    assertThat(seen).containsExactly("2 [1, 2]", "100003 [3, 4]");
  }

  @Test
  void delimitersInsideQuotesAreNoColumns() throws IOException {
    String limit = Limits.COLUMNS.property();
    String text = ",".repeat(20_000);
    System.setProperty(limit, "2");
    try {
      CsvFile csv = open("a,b\n1,2\n\"" + text + "\",4\n5,6,7\n");
      List<List<String>> seen = new ArrayList<>();
      assertThatThrownBy(() -> csv.forEachRow((line, cells) -> seen.add(cells)))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("t.csv:4: has more than 2 columns", limit);
      assertThat(seen).containsExactly(List.of("1", "2"), List.of(text, "4"));
    } finally {
      System.clearProperty(limit);
    }
  }
}
