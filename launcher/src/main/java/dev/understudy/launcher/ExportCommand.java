package dev.understudy.launcher;

import dev.understudy.jobs.run.ExportReport;
import dev.understudy.lake.LakeExport;
import dev.understudy.lake.LakeExport.Exported;
import dev.understudy.lake.Manifest.LakeTable;
import dev.understudy.ops.report.Figures;
import dev.understudy.ops.report.RunJson;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "export",
        description = {
            "Writes a version of a job's lake as plain Parquet files, a folder for each table, its rows as they are after all"
                    + " changes.",
            "",
            "The folder appears when everything is written. An export that was interrupted leaves nothing but a hidden folder"
                    + " beside it, which the next one removes.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:exported",
            "2:the config is wrong, there is no such version or table, or the folder is not empty",
            "4:the lake could not be read, or the folder not written",
            "5:a file of the lake is not what its manifest says"
        },
        footer = {
            "",
            "Examples:",
            "  understudy export shop.yaml --to /data/shop",
            "  understudy export shop.yaml --as-of 2026-11-21T09:30:00Z --table 'shop.*' --to /data/shop-then"
        })
final class ExportCommand implements Callable<Integer> {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private LakeOptions lake = new LakeOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "The folder, which is empty or not there.")
    private Path to = Path.of("");

    @Option(names = "--json", description = "Print what was exported as JSON.")
    private boolean json;

    ExportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        ExportReport report =
                session.product()
                        .export(session.read(config), lake.asOf, lake.tables, to, new Progress());
        if (json) {
            session.print(json(report));
        } else {
            session.terminal()
                    .out()
                    .println(
                            "Exported version %d of %s, published %s, to %s: %s, %s, %s"
                                    .formatted(
                                            report.version(),
                                            report.job(),
                                            report.published().truncatedTo(ChronoUnit.SECONDS),
                                            report.to(),
                                            Figures.count(report.tables().size(), "table"),
                                            Figures.count(sum(report, Exported::rows), "row"),
                                            Figures.bytes(sum(report, Exported::bytes))));
        }
        return ExitCode.DONE;
    }

    /// A line for each table; on a terminal, how far the present one is.
    private final class Progress implements LakeExport.Watcher {
        private String shown = "";

        @Override
        public void writing(LakeTable table, int part, int parts) {
            if (!json && session.terminal().interactive()) {
                show(
                        "  %s  %s of %s"
                                .formatted(
                                        table.name(),
                                        Figures.count(part),
                                        Figures.count(parts, "file")));
            }
        }

        @Override
        public void done(Exported table) {
            if (!json) {
                show(
                        "  %s  %s, %s"
                                .formatted(
                                        table.name(),
                                        Figures.count(table.rows(), "row"),
                                        Figures.bytes(table.bytes())));
                session.terminal().out().println();
                shown = "";
            }
        }

        private void show(String line) {
            PrintStream out = session.terminal().out();
            if (!shown.isEmpty()) {
                out.print("\r" + " ".repeat(shown.length()) + "\r");
            }
            out.print(line);
            out.flush();
            shown = line;
        }
    }

    private static long sum(ExportReport report, ToLongFunction<Exported> of) {
        return report.tables().stream().mapToLong(of).sum();
    }

    private static ObjectNode json(ExportReport report) {
        ObjectNode json = JSON.objectNode();
        json.put("job", report.job());
        json.put("version", report.version());
        json.put("published", report.published().toString());
        json.put("to", report.to().toString());
        json.set(
                "tables",
                RunJson.array(
                        report.tables(),
                        each -> {
                            ObjectNode table = JSON.objectNode();
                            table.put("source", each.source());
                            table.put("table", each.name().toString());
                            table.put("folder", each.folder());
                            table.put("rows", each.rows());
                            table.put("files", each.files());
                            table.put("bytes", each.bytes());
                            return table;
                        }));
        return json;
    }
}
