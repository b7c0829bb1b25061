package io.carillon.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.Activation;
import io.carillon.config.Mixer;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.Settings;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrInit;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4Init;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import io.carillon.train.ClassWeights;
import io.carillon.train.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/settings.md names every setting and every value that is a word, and no other. */
class SettingsDocTest {
  private static final List<String> KINDS =
      List.of("s4d", "dlr", "dss", "s4", "sgconv", "attention", "gru");

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private static List<String> lines() throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "settings.md"));
  }

  private static Set<String> codes(Stream<String> texts) {
    return texts
        .flatMap(text -> CODE.matcher(text).results())
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Full names in the first columns, after the prefix that the heading above the table gives. */
  private static Set<String> documentedNames() throws IOException {
    Set<String> names = new TreeSet<>();
    String prefix = "";
    for (String line : lines()) {
      Matcher heading = Pattern.compile("## `([a-z.]+\\.)`").matcher(line);
      if (heading.matches()) {
        prefix = heading.group(1);
      } else if (line.startsWith("| `")) {
        for (String name : codes(Stream.of(line.split("\\|")[1]))) {
          names.add(prefix + name);
        }
      }
    }
    return names;
  }

  @Test
  void namesAreThoseThatTheCommandLineKnows() throws IOException {
    Set<String> known =
        KINDS.stream()
            .flatMap(kind -> new KnownKeys(kind, List.of()).all().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    known.remove(KnownKeys.KIND);
    assertThat(documentedNames()).isEqualTo(known);
  }

  @Test
  void valuesThatAreWordsAreNamed() throws IOException {
    Set<String> codes = codes(lines().stream());
    assertThat(codes).containsAll(KINDS);
    Stream.<Enum<?>[]>of(
            Activation.values(),
            Mixer.values(),
            Norm.values(),
            Pooling.values(),
            Discretisation.values(),
            DlrInit.values(),
            DlrVersion.values(),
            DssInit.values(),
            DssVersion.values(),
            ImagSign.values(),
            InputWeight.values(),
            InputWeightInit.values(),
            KernelCast.values(),
            S4Init.values(),
            S4dInit.values(),
            Transform.values(),
            ClassWeights.values(),
            Schedule.values())
        .flatMap(Arrays::stream)
        .forEach(value -> assertThat(codes).contains(Settings.name(value)));
  }
}
