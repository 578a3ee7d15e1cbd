package dev.understudy.launcher;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "sql",
        description = {
            "Prints a version of a job's lake as SQL for DuckDB: a view for each table, which shows its rows as they are after"
                    + " all changes.",
            "",
            "The views name the version's files, so they show that version until it is purged.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:printed",
            "2:the config is wrong, or there is no such version or table",
            "4:the lake could not be read"
        },
        footer = {
            "",
            "Examples:",
            "  understudy lake sql shop.yaml > shop.sql && duckdb -init shop.sql",
            "  understudy lake sql shop.yaml --table shop.orders --as-of 2026-11-21"
        })
final class LakeSqlCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private LakeOptions lake = new LakeOptions();

    @Parameters(paramLabel = "CONFIG", description = "The YAML file of the job.")
    private Path config = Path.of("");

    LakeSqlCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        session.print(session.product().lakeSql(session.read(config), lake.asOf, lake.tables));
        return ExitCode.DONE;
    }
}
