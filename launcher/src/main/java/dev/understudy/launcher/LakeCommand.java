package dev.understudy.launcher;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

@Command(
        name = "lake",
        description = {
            "Lists the versions of a job's lake, and prints one as views for DuckDB.",
            ""
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  understudy lake versions shop.yaml",
            "  understudy lake sql shop.yaml > shop.sql && duckdb -init shop.sql"
        })
final class LakeCommand implements Runnable {
    private final Session session;
    @CommandLine.Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private CommonOptions common = new CommonOptions();

    private LakeCommand(Session session) {
        this.session = session;
    }

    static CommandLine commandLine(Session session) {
        return new CommandLine(new LakeCommand(session))
                .addSubcommand(new LakeVersionsCommand(session))
                .addSubcommand(new LakeSqlCommand(session));
    }

    @Override
    public void run() {
        session.prepare(common);
        throw new ParameterException(spec.commandLine(), "say what to do: versions or sql");
    }
}
