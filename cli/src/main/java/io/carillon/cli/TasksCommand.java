package io.carillon.cli;

import io.carillon.data.DataFormat;
import io.carillon.data.Loaders;
import io.carillon.data.Option;
import io.carillon.data.generated.Task;
import io.carillon.data.generated.Tasks;
import io.carillon.papers.download.PublishedData;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.Table;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists what can be trained. */
@Command(
    name = "tasks",
    description = {
      "What can be trained: generated tasks, and the kinds of files that --data takes.",
      "With a name: what the task is, and its settings."
    })
final class TasksCommand extends ConsoleCommand {
  /** Names of the kinds of files. */
  static final class Kinds implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Loaders.formats().stream().map(DataFormat::kind).iterator();
    }
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      completionCandidates = Kinds.class,
      description = "A task, or a kind of file: ${COMPLETION-CANDIDATES}.")
  private String name;

  @Override
  public Integer call() {
    if (name == null) {
      list();
    } else {
      describe();
    }
    return ExitCode.OK;
  }

  private void list() {
    console.say("Generated tasks (nothing is downloaded):");
    console.say("");
    Table tasks = new Table("task", "length", "target", "metric", "preset", "source and licence");
    for (Task task : Tasks.all()) {
      tasks.row(
          task.name() + (task.name().equals(Tasks.DEFAULT) ? " (default)" : ""),
          task.length(),
          task.target(),
          task.metric(),
          DefaultPreset.forTask(task.name()),
          task.source());
    }
    tasks.print(console);
    console.say("");
    console.say("Your own data, with --data PATH:");
    console.say("");
    Table kinds = new Table("kind", "what PATH is");
    for (DataFormat kind : Loaders.formats()) {
      kinds.row(kind.kind(), kind.description());
    }
    kinds.print(console);
    console.say("");
    console.say("Published data sets, fetched with 'carillon download NAME --to FOLDER':");
    console.say("");
    Table published = new Table("name", "task", "length, classes", "presets", "licence");
    for (PublishedData data : PublishedData.all()) {
      published.row(data.name(), data.task(), data.shape(), data.preset(), data.licence());
    }
    published.print(console);
    console.say("");
    console.say("'carillon tasks NAME' says what a task or kind is and lists its settings.");
  }

  private void describe() {
    Optional<DataFormat> kind = Loaders.named(name);
    if (kind.isPresent()) {
      console.say("%s: %s.", name, kind.get().description());
      options(kind.get().options());
      return;
    }
    Task task = DefaultPreset.task(name);
    console.say("%s: %s", task.name(), task.description());
    console.say(
        "length %s; target: %s; measured by %s", task.length(), task.target(), task.metric());
    console.say("%s", task.source());
    options(task.options());
  }

  private void options(List<Option> options) {
    console.say("");
    Table table = new Table("--set", "default", "meaning");
    options.forEach(
        o ->
            table.row(
                "data." + o.key(), o.defaultValue().isEmpty() ? "-" : o.defaultValue(), o.help()));
    table.print(console);
  }
}
