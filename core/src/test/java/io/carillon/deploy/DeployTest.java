package io.carillon.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes of core and train as a part of somebody else's program; docs/deploy.md. */
class DeployTest {
  private static final long MOST_BYTES = 1 << 20;

  /** Owners and members that a library without tricks has no use for. */
  private static final String FORBIDDEN =
      "java/lang/reflect/.*|java/lang/foreign/.*|jdk/internal/.*|sun/.*|com/sun/.*"
          + "|java/lang/invoke/MethodHandles\\$Lookup\\.(?!lookupClass).*"
          + "|java/lang/System\\.(load|loadLibrary|exit)|java/lang/Runtime\\.(load|loadLibrary|exec|addShutdownHook)"
          + "|java/lang/Class\\.(forName|getResource.*|getDeclared.*|getMethod.*|getField.*|getConstructor.*|newInstance)"
          + "|java/lang/ClassLoader\\..*|java/util/ServiceLoader\\..*|java/lang/ProcessBuilder\\..*"
          + "|java/lang/Thread\\.setContextClassLoader|java/io/ObjectInputStream\\..*";

  /**
   * The compiler makes the bootstrap of lambdas, records and string concatenation refer to these;
   * they are no lookups of the program's own, and native images know them.
   */
  private static final Set<String> OF_THE_COMPILER =
      Set.of("java/lang/invoke/MethodHandles$Lookup", "java/lang/runtime/ObjectMethods");

  private static final Path CORE = Path.of("target/classes");
  private static final Path TRAIN = Path.of("../train/target/classes");

  @TempDir Path folder;

  private static List<Path> classes(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
  }

  private static List<Path> roots() {
    // In a build of core alone there is nothing of train to look at.
    return Files.isDirectory(TRAIN) ? List.of(CORE, TRAIN) : List.of(CORE);
  }

  @Test
  void noReflectionNativeCodeOrResources() throws IOException {
    List<String> found = new ArrayList<>();
    int seen = 0;
    for (Path root : roots()) {
      for (Path file : classes(root)) {
        ClassFile read;
        try (InputStream in = Files.newInputStream(file)) {
          read = ClassFile.read(in);
        }
        seen++;
        Stream.concat(read.members().stream(), read.classes().stream())
            .filter(name -> !OF_THE_COMPILER.contains(name))
            .filter(name -> name.matches(FORBIDDEN))
            .forEach(name -> found.add(file.getFileName() + " uses " + name));
        read.natives().forEach(name -> found.add(file.getFileName() + " has native " + name));
        read.threadFields().forEach(name -> found.add(file.getFileName() + " keeps " + name));
      }
    }
    assertThat(seen).isGreaterThan(100);
    assertThat(found).isEmpty();
  }

  /** So that the test above is known to see what it looks for. */
  @Test
  void theScanSeesWhatItLooksFor() throws IOException {
    String name = "/" + DeployTest.class.getName().replace('.', '/') + ".class";
    try (InputStream in = DeployTest.class.getResourceAsStream(name)) {
      ClassFile own = ClassFile.read(in);
      assertThat(own.members())
          .anyMatch(member -> member.equals("java/lang/Class.getResourceAsStream"));
      assertThat(own.members()).anyMatch(member -> member.matches(FORBIDDEN));
    }
    try (InputStream in = Thread.class.getResourceAsStream("/java/lang/Thread.class")) {
      assertThat(ClassFile.read(in).natives())
          .anyMatch(method -> method.startsWith("currentThread "));
    }
  }

  /** Deflated as in a jar; sources and documentation are jars of their own. */
  @Test
  void coreIsSmall() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
      for (Path file : classes(CORE)) {
        jar.putNextEntry(new ZipEntry(CORE.relativize(file).toString()));
        jar.write(Files.readAllBytes(file));
      }
    }
    assertThat(bytes.size()).isBetween(1, (int) MOST_BYTES);
  }

  /** What the program of another class loader does: loads the model and steps a stream. */
  public static final class Tenant implements Callable<float[]> {
    private final String model;

    /** For a model folder. */
    public Tenant(String model) {
      this.model = model;
    }

    @Override
    public float[] call() throws IOException {
      SequenceModel loaded = SequenceModel.load(Path.of(model));
      State state = loaded.newState();
      loaded.step(new float[] {0.5f}, state);
      return loaded.step(new float[] {-0.5f}, loaded.stateFromBytes(state.toBytes()));
    }
  }

  private static URLClassLoader loader() throws IOException {
    URL[] urls = {
      CORE.toUri().toURL(), DeployTest.class.getProtectionDomain().getCodeSource().getLocation()
    };
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  @SuppressWarnings("unchecked")
  private static Callable<float[]> tenant(ClassLoader loader, Path model) throws Exception {
    Class<?> type = Class.forName(Tenant.class.getName(), true, loader);
    return (Callable<float[]>) type.getConstructor(String.class).newInstance(model.toString());
  }

  @Test
  void runsInTwoClassLoadersAndUnloads() throws Exception {
    Path model = folder.resolve("model");
    Network network =
        new Network(NetworkConfig.sequence(1, 2).withWidth(8).withDepth(1), new SeededRandom(1));
    Inside.model(network, Map.of()).save(model);
    float[] expected = new Tenant(model.toString()).call();
    WeakReference<ClassLoader> first = runAndForget(model, expected);
    // A thread local or pool of the library that outlived its loader would keep it for ever.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (first.get() != null && System.nanoTime() < end) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(first.get()).as("class loader after use").isNull();
  }

  private static WeakReference<ClassLoader> runAndForget(Path model, float[] expected)
      throws Exception {
    try (URLClassLoader one = loader();
        URLClassLoader two = loader()) {
      Callable<float[]> a = tenant(one, model);
      Callable<float[]> b = tenant(two, model);
      assertThat(a.getClass()).isNotSameAs(b.getClass()).isNotSameAs(Tenant.class);
      assertThat(a.call()).containsExactly(expected);
      assertThat(b.call()).containsExactly(expected);
      return new WeakReference<>(one);
    }
  }

  /** A JVM of its own without flags, as a user starts it. */
  @Test
  void runsWithoutFlags() throws Exception {
    Path model = folder.resolve("plain");
    Network network =
        new Network(NetworkConfig.sequence(1, 2).withWidth(8).withDepth(1), new SeededRandom(1));
    Inside.model(network, Map.of()).save(model);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                CORE.toAbsolutePath()
                    + java.io.File.pathSeparator
                    + Path.of(
                        DeployTest.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI()),
                Plain.class.getName(),
                model.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.trim()).isEqualTo("scalar 2");
  }

  /** Program of {@link #runsWithoutFlags}. */
  public static final class Plain {
    private Plain() {}

    /** Prints the kernels and the number of answers. */
    public static void main(String[] arguments) throws Exception {
      float[] answer = new Tenant(arguments[0]).call();
      System.out.println(io.carillon.engine.KernelChoice.select().name() + " " + answer.length);
    }
  }
}
