package io.carillon.report.settings;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.carillon.error.FormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** YAML to and from maps of plain values. */
public final class Yaml {
  private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

  /** Made at first use: most commands read no YAML and should start fast. */
  private static final class Mapper {
    static final ObjectMapper INSTANCE =
        new ObjectMapper(
                YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .build())
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);

    private Mapper() {}
  }

  private Yaml() {}

  /**
   * Reads a YAML mapping.
   *
   * @param name what the text is called in messages, usually the file
   * @throws FormatException with line and column if it is not a mapping or has a key twice
   */
  public static Map<String, Object> read(String text, String name) {
    try {
      Map<String, Object> map = Mapper.INSTANCE.readValue(text, MAP);
      if (map == null) {
        throw new FormatException(name + ": is empty");
      }
      return map;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
      String reason =
          e.getOriginalMessage()
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith(" "))
              .collect(Collectors.joining(", "));
      throw new FormatException(name + where + ": is no settings file (YAML): " + reason, e);
    }
  }

  /** Writes a YAML mapping. */
  public static String write(Map<String, ?> map) {
    try {
      return Mapper.INSTANCE.writeValueAsString(map);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("these settings cannot be written: " + e.getMessage(), e);
    }
  }
}
