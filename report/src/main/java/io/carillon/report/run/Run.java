package io.carillon.report.run;

import io.carillon.data.DataException;
import io.carillon.data.Splits;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.model.SequenceModel;
import io.carillon.nn.Network;
import io.carillon.report.folder.BaselineScores;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.RunData;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.folder.RunRecord;
import io.carillon.report.settings.Trees;
import io.carillon.train.Dataset;
import io.carillon.train.Evaluation;
import io.carillon.train.Evaluator;
import java.io.IOException;
import java.util.Map;

/**
 * Everything a report is made of.
 *
 * @param folder folder of the run or model
 * @param model the model, with its info
 * @param settings {@code run.yaml}; empty if there is none
 * @param history {@code metrics.jsonl}
 * @param data the data it was trained on, or null when they cannot be had
 * @param note why there are no data, or what is the matter with them; else null
 * @param test evaluation on the test part, or null
 * @param baselines what baselines reached on the same data, or null
 */
record Run(
    RunFolder folder,
    SequenceModel model,
    Map<String, Object> settings,
    History history,
    Splits data,
    String note,
    Evaluation test,
    BaselineScores baselines) {
  private static final int USUAL_LENGTH = 1000;

  /** A run that has just ended, with its data at hand. */
  static Run ended(RunFolder folder, SequenceModel model, Splits data, Evaluation test)
      throws IOException {
    return of(folder, model, data, null, test);
  }

  private static Run of(
      RunFolder folder, SequenceModel model, Splits data, String note, Evaluation test)
      throws IOException {
    Object fingerprint = Trees.child(model.info(), ModelInfo.DATA).get("fingerprint");
    BaselineScores baselines =
        BaselineScores.read(folder)
            .filter(scores -> scores.fingerprint().equals(fingerprint))
            .orElse(null);
    History history = History.read(folder.metrics());
    return new Run(folder, model, settings(folder), history, data, note, test, baselines);
  }

  /**
   * A run of an earlier day. Its data are opened and its model evaluated again; where they are gone
   * the report is made without them.
   */
  static Run reopened(RunFolder folder, SequenceModel model) throws IOException {
    Map<String, Object> source = Trees.child(model.info(), ModelInfo.DATA);
    RunData known = RunData.fromMap(source);
    Splits data = null;
    String note = null;
    if (known == null) {
      note = "The model does not say what it was trained on.";
    } else {
      try {
        data = known.reopen(model.meaning());
        Object recorded = source.get("fingerprint");
        if (recorded != null && !recorded.equals(data.fingerprint())) {
          note =
              "The data have changed since the training: their fingerprint is "
                  + data.fingerprint()
                  + ", then it was "
                  + recorded
                  + ". What is measured here is measured on the present data.";
        }
      } catch (DataException e) {
        note = "The data of the training cannot be read any more: " + e.getMessage();
      }
    }
    Evaluation test =
        data == null || data.test().size() == 0 ? null : Evaluator.evaluate(model, data.test());
    return of(folder, model, data, note, test);
  }

  private static Map<String, Object> settings(RunFolder folder) throws IOException {
    return folder.hasSettings() ? folder.readSettings() : Map.of();
  }

  /** A part of the model's info; empty if there is none. */
  Map<String, Object> info(String key) {
    return Trees.child(model.info(), key);
  }

  Meaning meaning() {
    return model.meaning();
  }

  /** The part that predictions are shown for: test, else validation; null if there is none. */
  Dataset shown() {
    if (data == null) {
      return null;
    }
    Dataset part = data.test().size() > 0 ? data.test() : data.validation();
    return part.size() > 0 ? part : null;
  }

  /** The test part; null if the data are not at hand. */
  Dataset testPart() {
    return data == null ? null : data.test();
  }

  /** Steps of the longest training sequence. */
  int length() {
    if (data != null) {
      return data.train().maxLength();
    }
    return info(ModelInfo.DATA).get("max_length") instanceof Number n && n.intValue() > 0
        ? n.intValue()
        : USUAL_LENGTH;
  }

  /** Mean number of steps of a training sequence, or NaN if unknown. */
  double meanLength() {
    if (info(ModelInfo.DATA).get("mean_length") instanceof Number n) {
      return n.doubleValue();
    }
    return data == null ? Double.NaN : RunRecord.meanLength(data.train());
  }

  /** A setting of the training as it was, or NaN. */
  double trainSetting(String key) {
    Object value = Trees.get(info(ModelInfo.PROVENANCE), "train." + key);
    return value instanceof Number n ? n.doubleValue() : Double.NaN;
  }

  /**
   * The network before training: fresh weights follow from the settings and the seed. Null for a
   * model that was not trained by a run.
   */
  Network initial() {
    Object seed = Trees.get(info(ModelInfo.PROVENANCE), "train.seed");
    return seed instanceof Number n
        ? new Network(model.config(), new SeededRandom(n.longValue()))
        : null;
  }
}
