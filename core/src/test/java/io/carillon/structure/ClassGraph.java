package io.carillon.structure;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which source file knows which, read from compiled classes. A file is named after its top-level
 * class, nested ones belong to it. That a sealed type names its subtypes is no knowledge.
 */
public final class ClassGraph {
  private static final String ROOT = "io.carillon.";

  private final SortedMap<String, SortedSet<String>> files = new TreeMap<>();

  /** The files whose classes are in the given folders. */
  public static ClassGraph of(Path... folders) {
    ClassGraph graph = new ClassGraph();
    for (Path folder : folders) {
      for (JavaClass type : new ClassFileImporter().importPath(folder)) {
        graph.add(type);
      }
    }
    return graph;
  }

  private void add(JavaClass type) {
    if (type.getSimpleName().endsWith("-info")) {
      return;
    }
    String from = file(type.getName());
    SortedSet<String> known = files.computeIfAbsent(from, name -> new TreeSet<>());
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      String to = file(dependency.getTargetClass().getBaseComponentType().getName());
      if (to.startsWith(ROOT) && !to.equals(from)) {
        known.add(to);
      }
    }
  }

  private static String file(String className) {
    int nested = className.indexOf('$');
    return nested < 0 ? className : className.substring(0, nested);
  }

  /** What is before the class in a full name, without the part that all have in common. */
  public static String packageOf(String file) {
    return file.substring(ROOT.length(), file.lastIndexOf('.'));
  }

  /** Full names of the top-level classes, each with those that it knows. */
  public SortedMap<String, SortedSet<String>> files() {
    return files;
  }

  /** Number of files by package. */
  public SortedMap<String, Integer> sizes() {
    SortedMap<String, Integer> sizes = new TreeMap<>();
    files.keySet().forEach(file -> sizes.merge(packageOf(file), 1, Integer::sum));
    return sizes;
  }

  /** Arrows from file to file, written out, that a rule for their packages forbids. */
  public List<String> arrows(ForbiddenArrow forbidden) {
    List<String> found = new ArrayList<>();
    files.forEach(
        (from, known) ->
            known.stream()
                .filter(to -> forbidden.test(packageOf(from), packageOf(to)))
                .forEach(to -> found.add(from + " -> " + to)));
    return found;
  }

  /** Says whether no file of one package may know a file of another. */
  public interface ForbiddenArrow {
    /** Both may be the same package. */
    boolean test(String from, String to);
  }

  /** Files of one package that know each other in a circle, the largest sets there are. */
  public List<SortedSet<String>> circlesOfFiles() {
    Map<String, Collection<String>> within = new TreeMap<>();
    files.forEach(
        (from, known) ->
            within.put(
                from, known.stream().filter(to -> packageOf(to).equals(packageOf(from))).toList()));
    return circles(within);
  }

  /** Packages that know each other in a circle. */
  public List<SortedSet<String>> circlesOfPackages() {
    Map<String, Collection<String>> packages = new TreeMap<>();
    files.forEach(
        (from, known) -> {
          Collection<String> all =
              packages.computeIfAbsent(packageOf(from), name -> new TreeSet<>());
          known.forEach(to -> all.add(packageOf(to)));
        });
    return circles(packages);
  }

  /** Sets of at least two names that can all be reached from each other (Tarjan's algorithm). */
  static List<SortedSet<String>> circles(Map<String, Collection<String>> graph) {
    Search search = new Search(graph);
    graph.keySet().forEach(search::visit);
    return search.circles;
  }

  private static final class Search {
    private final Map<String, Collection<String>> graph;
    private final Map<String, Integer> number = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final List<SortedSet<String>> circles = new ArrayList<>();

    Search(Map<String, Collection<String>> graph) {
      this.graph = graph;
    }

    void visit(String name) {
      if (number.containsKey(name)) {
        return;
      }
      int own = number.size();
      number.put(name, own);
      lowest.put(name, own);
      path.push(name);
      for (String next : graph.getOrDefault(name, List.of())) {
        visit(next);
        // What has left the path belongs to a set that is complete, and has no number on the path.
        if (path.contains(next)) {
          lowest.merge(name, lowest.get(next), Math::min);
        }
      }
      if (lowest.get(name) == own) {
        SortedSet<String> set = new TreeSet<>();
        String last;
        do {
          last = path.pop();
          set.add(last);
        } while (!last.equals(name));
        if (set.size() > 1) {
          circles.add(set);
        }
      }
    }
  }
}
