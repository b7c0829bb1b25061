package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user's module sees of this project, and that it is enough for the front page. */
class WallsTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\n(.*?)\n \\* }</pre>", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("@link\\s+(?:\\*\\s+)?([\\w.]+)");

  @TempDir private Path folder;

  private static Path classes(String module) {
    return Path.of("..", module, "target", "classes");
  }

  private static String page(String module) throws IOException {
    return Files.readString(Path.of("..", module, "src", "main", "java", "module-info.java"));
  }

  @Test
  void toEveryoneIsExportedWhatUsersCall() {
    ModuleFinder finder =
        ModuleFinder.of(
            Stream.of("core", "train", "data", "interop", "report", "papers", "cli")
                .map(WallsTest::classes)
                .toArray(Path[]::new));
    TreeSet<String> open = new TreeSet<>();
    finder.findAll().stream()
        .flatMap(module -> module.descriptor().exports().stream())
        .filter(exports -> !exports.isQualified())
        .map(ModuleDescriptor.Exports::source)
        .forEach(open::add);
    assertThat(finder.findAll()).hasSize(7);
    assertThat(open)
        .containsExactly(
            "io.carillon.config",
            "io.carillon.config.kernel",
            "io.carillon.data",
            "io.carillon.data.baseline",
            "io.carillon.error",
            "io.carillon.interop",
            "io.carillon.interop.onnx",
            "io.carillon.interop.pytorch",
            "io.carillon.model",
            "io.carillon.model.forecast",
            "io.carillon.train");
  }

  /** Compiles a module of a user and returns what the compiler says. */
  private String compile(String body) throws IOException {
    Path module = folder.resolve("module-info.java");
    Files.writeString(module, "module user { requires io.carillon.train; }");
    Path program = Files.createDirectories(folder.resolve("user")).resolve("Program.java");
    Files.writeString(
        program,
        "package user; import io.carillon.model.*; import io.carillon.config.*;"
            + " import io.carillon.train.*; import java.nio.file.Path;"
            + " class Program { void run(float[] signal, float[][] steps, float[][] signals,"
            + " int[] labels) throws Exception {\n"
            + body
            + "\n} }");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter says = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-implicit:none",
            "-d",
            folder.resolve("out").toString(),
            "--module-path",
            classes("core") + java.io.File.pathSeparator + classes("train"));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean good =
          compiler
              .getTask(says, files, null, options, null, files.getJavaFileObjects(module, program))
              .call();
      assertThat(good).as(says.toString()).isEqualTo(!says.toString().contains("error:"));
    }
    return says.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "train"})
  void theExampleOfTheFrontPageCompilesInAModuleOfAUser(String module) throws IOException {
    Matcher example = EXAMPLE.matcher(page(module));
    assertThat(example.find()).isTrue();
    String program = example.group(1).replaceAll("(?m)^ \\* ?", "");
    assertThat(program.lines().count()).isLessThanOrEqualTo(10);
    assertThat(compile(program)).doesNotContain("error:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.carillon.engine.Parallel",
        "io.carillon.io.Json",
        "io.carillon.train.optimizer.AdamW",
        "io.carillon.nn.Network",
        "io.carillon.model.inside.Inside",
        "io.carillon.internal.kernel.Kernels"
      })
  void whatIsInsideIsNotSeen(String type) throws IOException {
    assertThat(compile(type + " x = null;"))
        .contains("package " + type.substring(0, type.lastIndexOf('.')) + " is not visible");
  }

  /** The list is the way in: a public type of a model that is missing there is not found. */
  @Test
  void theFrontPageNamesEveryPublicTypeOfModels() throws IOException {
    List<String> named = new ArrayList<>();
    Matcher link = LINK.matcher(page("core"));
    while (link.find()) {
      named.add(link.group(1));
    }
    List<String> types = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes("core").resolve("io/carillon/model"))) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.contains("$"))
          .map(name -> "io.carillon.model." + name.replace(".class", ""))
          .filter(name -> !name.endsWith("package-info"))
          .forEach(types::add);
    }
    for (String type : types) {
      boolean open = isPublic(type);
      assertThat(named.contains(type)).as("%s on the front page", type).isEqualTo(open);
    }
    assertThat(named).allSatisfy(name -> assertThat(found(name)).as(name).isTrue());
  }

  /** Above the pages of the modules there is one for all: the way in, and some 35 types. */
  @Test
  void theFirstPageOfAllModulesStartsAsThatOfCoreAndNamesWhatThereIs() throws IOException {
    String first = Files.readString(Path.of("..", "docs", "overview.html"));
    Matcher example = EXAMPLE.matcher(page("core"));
    assertThat(example.find()).isTrue();
    assertThat(first)
        .contains("Start at {@link io.carillon.model.SequenceModel}")
        .contains("<pre>{@code\n" + example.group(1).replaceAll("(?m)^ \\* ?", "") + "\n}</pre>");
    List<String> named = new ArrayList<>();
    Matcher item = Pattern.compile("<li>\\{@link ([\\w.]+)\\}: ").matcher(first);
    while (item.find()) {
      named.add(item.group(1));
    }
    assertThat(named).doesNotHaveDuplicates().hasSizeBetween(30, 40);
    assertThat(named).allSatisfy(type -> assertThat(isPublic(type)).as(type).isTrue());
  }

  private static boolean isPublic(String type) {
    try {
      return java.lang.reflect.Modifier.isPublic(
          Class.forName(type, false, WallsTest.class.getClassLoader()).getModifiers());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(type, e);
    }
  }

  private static boolean found(String name) {
    Path path = classes("core").resolve(name.replace('.', '/'));
    return Files.isDirectory(path) || Files.exists(Path.of(path + ".class"));
  }
}
