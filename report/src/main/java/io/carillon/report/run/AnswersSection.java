package io.carillon.report.run;

import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.List;

/** What the model answers beside what is true. */
final class AnswersSection {
  private final Run run;

  AnswersSection(Run run) {
    this.run = run;
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    Dataset shown = run.shown();
    String part = shown == run.testPart() ? "test data" : "validation data";
    if (run.test() != null && run.test().confusion() != null) {
      blocks.addAll(
          new ConfusionBlocks(run.testPart().namesOfClasses(), run.test().confusion(), "test data")
              .blocks());
    }
    if (shown == null) {
      return blocks;
    }
    switch (shown.target()) {
      case CLASS -> {
        if (blocks.isEmpty()) {
          blocks.add(
              Blocks.text(
                  "The model was not evaluated on the test data, because the training did not come"
                      + " to its end; 'carillon report' of this run does it."));
        }
      }
      case VALUE, VALUE_PER_STEP ->
          blocks.addAll(new ValueBlocks(run, Sample.of(run.model(), shown), part).blocks());
      case CLASS_PER_STEP ->
          blocks.addAll(new StepClassBlocks(Sample.of(run.model(), shown), part).blocks());
    }
    return blocks;
  }
}
