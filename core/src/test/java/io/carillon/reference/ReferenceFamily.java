package io.carillon.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a family: descriptions (JSON), each with the files that belong to it. A file belongs
 * to the case whose name, or the stem of a file in whose entry {@code config.files}, it begins
 * with; the longest counts.
 *
 * @param companions the files of each description, its tensors first when they are there
 * @param strangers files that belong to no case, by name
 */
record ReferenceFamily(Map<Path, List<Path>> companions, List<String> strangers) {
  private static final String DESCRIPTION = ".json";

  static ReferenceFamily read(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    Map<Path, List<Path>> companions = new TreeMap<>();
    Map<String, Path> owners = new TreeMap<>();
    for (Path file : files) {
      if (name(file).endsWith(DESCRIPTION)) {
        companions.put(file, new ArrayList<>());
        namedFiles(file).forEach(name -> owners.put(stem(name), file));
      }
    }
    // A case's own name wins over a file that another one names.
    companions.keySet().forEach(file -> owners.put(stem(name(file)), file));
    List<String> strangers = new ArrayList<>();
    for (Path file : files) {
      if (companions.containsKey(file)) {
        continue;
      }
      Path owner = owner(name(file), owners);
      if (owner == null) {
        strangers.add(name(file));
      } else {
        companions.get(owner).add(file);
      }
    }
    return new ReferenceFamily(companions, strangers);
  }

  private static Path owner(String name, Map<String, Path> owners) {
    String longest = null;
    for (String stem : owners.keySet()) {
      boolean begins = name.startsWith(stem + ".") || name.startsWith(stem + "_");
      if (begins && (longest == null || stem.length() > longest.length())) {
        longest = stem;
      }
    }
    return longest == null ? null : owners.get(longest);
  }

  /** What a description says of its files; a broken one fails as a case, not here. */
  private static List<String> namedFiles(Path description) {
    List<String> names = new ArrayList<>();
    try {
      JsonNode files =
          new ObjectMapper().readTree(description.toFile()).path("config").path("files");
      files.forEach(name -> names.add(name.asText()));
    } catch (IOException e) {
      names.clear();
    }
    return names;
  }

  static String name(Path file) {
    return file.getFileName().toString();
  }

  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
