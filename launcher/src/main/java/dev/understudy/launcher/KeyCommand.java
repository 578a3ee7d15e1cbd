package dev.understudy.launcher;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

@Command(
        name = "key",
        description = {
            "Makes a secret, says which key a config uses and where it was used, raises the epoch.",
            ""
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  understudy key new --file secret.key",
            "  understudy key check shop.yaml",
            "  understudy key rotate shop.yaml"
        })
final class KeyCommand implements Runnable {
    private final Session session;
    @CommandLine.Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private CommonOptions common = new CommonOptions();

    private KeyCommand(Session session) {
        this.session = session;
    }

    static CommandLine commandLine(Session session) {
        return new CommandLine(new KeyCommand(session))
                .addSubcommand(new KeyNewCommand(session))
                .addSubcommand(new KeyCheckCommand(session))
                .addSubcommand(new KeyRotateCommand(session));
    }

    @Override
    public void run() {
        session.prepare(common);
        throw new ParameterException(spec.commandLine(), "say what to do: new, check or rotate");
    }
}
