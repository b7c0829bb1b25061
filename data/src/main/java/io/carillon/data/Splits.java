package io.carillon.data;

import io.carillon.config.Nearest;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Data divided for training.
 *
 * @param train what the model learns from
 * @param validation what the best model is chosen with; may be empty when the user asked for none
 * @param test what the chosen model is judged by, once; may be empty
 * @param meaning what the numbers mean and how they were scaled, to be kept with the model and
 *     applied at prediction
 * @param description one paragraph for a report: sizes, lengths, classes, how it was divided
 * @param provenance where the data came from: kind, source, seed, options
 */
public record Splits(
    Dataset train,
    Dataset validation,
    Dataset test,
    Meaning meaning,
    String description,
    Map<String, String> provenance) {

  /** Keeps the order of the provenance entries. */
  public Splits {
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * The part with the given name.
   *
   * @throws DataException if it is none of train, validation, test
   */
  public Dataset part(String name) {
    return switch (name) {
      case "train" -> train;
      case "validation" -> validation;
      case "test" -> test;
      default ->
          throw new DataException(
              "there is no split '"
                  + name
                  + "'"
                  + Nearest.hint(name, List.of("train", "validation", "test")));
    };
  }

  /** What the user should know of how the data were put together, see {@link Dataset#notes}. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(train.notes());
    notes.addAll(validation.notes());
    notes.addAll(test.notes());
    return notes;
  }

  /**
   * A checksum (CRC-32C, hexadecimal) of all inputs, masks and targets of the three parts in their
   * order: equal data have equal fingerprints on every machine.
   */
  public String fingerprint() {
    CRC32C sum = new CRC32C();
    Fingerprint.update(sum, train);
    Fingerprint.update(sum, validation);
    Fingerprint.update(sum, test);
    return String.format("%08x", sum.getValue());
  }
}
