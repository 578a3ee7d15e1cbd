package dev.understudy.launcher;

import dev.understudy.config.JobConfig;
import dev.understudy.launcher.terminal.PreviewText;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "preview",
        description = {
            "Shows some rows before and after masking, side by side.",
            "",
            "Original values appear, so it works on a terminal only, and nothing of it is logged or stored. Only people who"
                    + " may see the source should run it.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "2:the config is wrong, or this is not a terminal",
            "3:the source failed"
        },
        footer = {
            "",
            "Example:",
            "  understudy preview shop.yaml --table public.customer --rows 3"
        })
final class PreviewCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    @Option(
            names = "--table",
            required = true,
            paramLabel = "TABLE",
            description =
                    "The table: schema.table, or the name alone in the schema public; of one of several sources, source:schema.table.")
    private String table = "";

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many rows, 1 to 100. Default: ${DEFAULT-VALUE}.")
    private int rows;

    PreviewCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        if (!session.terminal().interactive()) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "preview shows original values, so it writes to a terminal only, never to a file or a pipe");
        }
        if (rows < 1 || rows > 100) {
            throw new Failure(Failure.Kind.CONFIG, "--rows must be 1 to 100 but was " + rows);
        }
        var job = session.read(config);
        session.print(
                PreviewText.lines(
                        session.product().preview(job, name(job), rows), session.terminal()));
        return ExitCode.DONE;
    }

    private TableName name(JobConfig job) {
        int colon = table.indexOf(':');
        String source = colon < 0 ? "" : table.substring(0, colon);
        boolean named = job.sources().stream().anyMatch(each -> each.name().equals(source));
        String local = named && colon >= 0 ? table.substring(colon + 1) : table;
        int dot = local.indexOf('.');
        return new TableName(
                named ? source : "",
                dot < 0 ? "public" : local.substring(0, dot),
                local.substring(dot + 1));
    }
}
