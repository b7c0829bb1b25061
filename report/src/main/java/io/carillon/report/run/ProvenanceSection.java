package io.carillon.report.run;

import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.DataTable;
import io.carillon.report.console.NetworkReport;
import io.carillon.report.console.Text;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.settings.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where the model comes from, how it was set, and whether its ways to compute agree. */
final class ProvenanceSection {
  private final Run run;

  ProvenanceSection(Run run) {
    this.run = run;
  }

  List<Block> parity() {
    Map<String, Object> parity = run.info(ModelInfo.PARITY);
    if (parity.isEmpty()) {
      return List.of();
    }
    Map<String, Object> layers = Trees.child(parity, "layers");
    Set<String> ways = new LinkedHashSet<>();
    layers.keySet().forEach(layer -> ways.addAll(Trees.child(layers, layer).keySet()));
    List<String> columns = new ArrayList<>(List.of("layer"));
    ways.forEach(way -> columns.add(way.replace('_', ' ')));
    DataTable table =
        new DataTable(
            "Largest difference from the whole sequence computed alone, relative to the largest"
                + " value of the layer",
            columns);
    for (String layer : layers.keySet()) {
      List<String> cells = new ArrayList<>(List.of(layer));
      for (String way : ways) {
        Object value = Trees.child(layers, layer).get(way);
        cells.add(value == null ? "–" : SummarySection.small(value));
      }
      table.row(cells);
    }
    List<Block> blocks = new ArrayList<>();
    blocks.add(Blocks.text(sentence(parity)));
    blocks.add(table);
    return blocks;
  }

  private static String sentence(Map<String, Object> parity) {
    String obstacle =
        parity.get("obstacle") == null
            ? ""
            : " Chunks and steps were not compared: " + parity.get("obstacle") + ".";
    return "The model was computed in several ways on "
        + parity.get("sequences")
        + " sequences of together "
        + parity.get("steps")
        + " steps with "
        + parity.get("kernels")
        + " kernels. "
        + (Boolean.TRUE.equals(parity.get("passed")) ? "They agree" : "They do NOT agree")
        + " within the tolerance of "
        + SummarySection.small(parity.get("tolerance"))
        + "."
        + obstacle;
  }

  List<Block> provenance() {
    List<Block> blocks = new ArrayList<>();
    Map<String, Object> provenance = run.info(ModelInfo.PROVENANCE);
    if (provenance.get("command") != null) {
      blocks.add(Blocks.code(String.valueOf(provenance.get("command"))));
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    for (String key : List.of("preset", "created", "carillon", "java", "system")) {
      if (provenance.get(key) != null) {
        facts.put(key.equals("created") ? "finished" : key, provenance.get(key));
      }
    }
    if (Trees.get(provenance, "train.seed") != null) {
      facts.put("seed", Trees.get(provenance, "train.seed"));
    }
    Object fingerprint = run.info(ModelInfo.DATA).get("fingerprint");
    if (fingerprint != null) {
      facts.put("data fingerprint", fingerprint);
    }
    facts.put("model fingerprint", run.model().fingerprint());
    blocks.add(Blocks.facts(facts));
    return blocks;
  }

  List<Block> settings() {
    List<Block> blocks = new ArrayList<>();
    Map<String, Object> changed = Trees.child(Trees.child(run.settings(), "given"), "set");
    if (!changed.isEmpty()) {
      blocks.add(table("Given on the command line, over the preset", changed));
    }
    Map<String, Object> network = run.model().config().toMap();
    blocks.add(fold("Network", Trees.flatten("", network)));
    Map<String, Object> train = Trees.child(run.info(ModelInfo.PROVENANCE), "train");
    if (!train.isEmpty()) {
      blocks.add(fold("Training", Trees.flatten("", train)));
    }
    Map<String, Object> data = Trees.child(run.settings(), "data");
    if (!data.isEmpty()) {
      blocks.add(fold("Data", Trees.flatten("", data)));
    }
    NetworkReport report = new NetworkReport(run.model().toNetwork(), run.meaning().sampleRate());
    DataTable parameters = DataTable.of("Numbers that make up the model", report.parameters());
    blocks.add(Blocks.details("Parameters by part", List.of(parameters)));
    return blocks;
  }

  private static Block fold(String name, Map<String, Object> settings) {
    String size = Text.count(settings.size(), "setting", "settings");
    return Blocks.details(name + ": " + size, List.of(table(name, settings)));
  }

  private static DataTable table(String caption, Map<String, Object> settings) {
    DataTable table = new DataTable(caption, "setting", "value");
    settings.forEach((key, value) -> table.row(key, String.valueOf(value)));
    return table;
  }
}
