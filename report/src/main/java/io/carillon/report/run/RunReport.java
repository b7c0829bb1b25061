package io.carillon.report.run;

import io.carillon.data.Splits;
import io.carillon.engine.Parallel;
import io.carillon.model.SequenceModel;
import io.carillon.report.Block;
import io.carillon.report.HtmlReport;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.RunFolder;
import io.carillon.train.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The report of one run for people, {@code report.html}: result, curves, answers beside the truth,
 * what was learned (poles, time constants, kernels), agreement of the ways to compute, provenance.
 *
 * <p>Its content follows from the run alone, so that making it again gives the same bytes.
 */
public final class RunReport {
  private final Run run;

  private RunReport(Run run) {
    this.run = run;
  }

  /**
   * For a run that has just ended.
   *
   * @param model the model as it was saved, with its info
   * @param data its data
   * @param test evaluation on the test part, or null when there was none
   * @throws IOException if a file of the run cannot be read
   */
  public static RunReport ended(RunFolder folder, SequenceModel model, Splits data, Evaluation test)
      throws IOException {
    return new RunReport(Run.ended(folder, model, data, test));
  }

  /**
   * For a run or model of an earlier day. Its data are opened and the model evaluated on the test
   * part; where they are gone the report says so.
   *
   * @throws IOException if a file of the run cannot be read
   */
  public static RunReport reopened(RunFolder folder, SequenceModel model, Parallel parallel)
      throws IOException {
    return new RunReport(Run.reopened(folder, model, parallel));
  }

  /**
   * Writes the report; the file is replaced whole.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file, Parallel parallel) throws IOException {
    html(parallel).write(file);
  }

  private HtmlReport html(Parallel parallel) {
    ProvenanceSection provenance = new ProvenanceSection(run);
    HtmlReport report = new HtmlReport(title(), subtitle());
    report.section("Summary", new SummarySection(run).blocks());
    report.section("Training", new CurvesSection(run).blocks());
    report.section("Answers", new AnswersSection(run, parallel).blocks());
    List<Block> learned = new ArrayList<>(new PolesSection(run).blocks());
    report.section("Time constants and poles", learned);
    report.section("Kernels", new KernelsSection(run, parallel).blocks());
    report.section("Ways to compute", provenance.parity());
    report.section("Provenance", provenance.provenance());
    report.section("Settings", provenance.settings());
    return report;
  }

  private String title() {
    Map<String, Object> data = run.info(ModelInfo.DATA);
    String kind = run.model().config().block().ssm().schema().title();
    if (data.get("task") != null) {
      return kind + " on " + data.get("task");
    }
    return data.get("path") == null
        ? kind + " model"
        : kind + " on " + Path.of(data.get("path").toString()).getFileName();
  }

  private String subtitle() {
    Path name = run.folder().path().toAbsolutePath().normalize().getFileName();
    Object created = run.info(ModelInfo.PROVENANCE).get("created");
    return "Run " + name + (created == null ? "" : ", finished " + created) + ". Carillon.";
  }
}
