package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is exported to everyone says what it is, by the judgement of the compiler's doclint. */
class DocumentedTest {
  private static final List<String> MODULES = List.of("core", "train", "data", "interop");

  @TempDir private Path folder;

  /** What has no Javadoc at all; whether every parameter has a line is a matter of taste. */
  private List<String> undocumented(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> says = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "-implicit:none",
            "-Xdoclint:missing/protected",
            "-Xmaxwarns",
            "100000",
            "-d",
            folder.resolve("out").toString(),
            "-classpath",
            String.join(
                    File.pathSeparator, MODULES.stream().map(m -> classes(m).toString()).toList())
                + File.pathSeparator
                + System.getProperty("java.class.path"));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(says, null, null)) {
      boolean good =
          compiler
              .getTask(null, files, says, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(good).as(says.getDiagnostics().toString()).isTrue();
    }
    return says.getDiagnostics().stream()
        .filter(d -> d.getMessage(Locale.ROOT).contains("no comment"))
        .map(d -> Path.of(d.getSource().toUri()).getFileName() + ":" + d.getLineNumber())
        .toList();
  }

  private static Path classes(String module) {
    return Path.of("..", module, "target", "classes");
  }

  private static List<Path> exported(String module) throws IOException {
    ModuleDescriptor descriptor =
        ModuleFinder.of(classes(module)).findAll().iterator().next().descriptor();
    List<Path> sources = new ArrayList<>();
    for (ModuleDescriptor.Exports open : descriptor.exports()) {
      Path of =
          Path.of("..", module, "src", "main", "java").resolve(open.source().replace('.', '/'));
      if (!open.isQualified()) {
        try (Stream<Path> files = Files.list(of)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
      }
    }
    return sources;
  }

  @Test
  void everythingExportedToEveryoneIsDocumented() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      List<Path> ofModule = exported(module);
      assertThat(ofModule).as(module).isNotEmpty();
      sources.addAll(ofModule);
    }
    assertThat(undocumented(sources)).isEmpty();
  }

  /** So that the test above is known to see what it looks for. */
  @Test
  void aTypeAndAMethodWithoutAWordAreFound() throws IOException {
    Path bare = folder.resolve("Bare.java");
    Files.writeString(
        bare,
        """
        public class Bare {
          private Bare() {}
          public void nothing() {}
          void inside() {}
        }
        """);
    assertThat(undocumented(List.of(bare))).containsExactly("Bare.java:1", "Bare.java:3");
  }
}
