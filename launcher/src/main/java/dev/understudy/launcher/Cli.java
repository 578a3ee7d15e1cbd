package dev.understudy.launcher;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.Spelling;
import dev.understudy.launcher.terminal.ProblemText;
import dev.understudy.launcher.terminal.Terminal;
import dev.understudy.rows.Failure;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// All commands, and what becomes of their failures.
final class Cli {
    private final Session session;

    Cli(Terminal terminal, Map<String, String> environment, Product product) {
        session = new Session(terminal, environment, product);
    }

    /// Does what the command line says.
    ///
    /// @return the exit code
    int execute(String... arguments) {
        Terminal terminal = session.terminal();
        return commandLine()
                .setOut(new PrintWriter(terminal.out(), true, terminal.out().charset()))
                .setErr(new PrintWriter(terminal.err(), true, terminal.err().charset()))
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(
                                terminal.colours()
                                        ? CommandLine.Help.Ansi.ON
                                        : CommandLine.Help.Ansi.OFF))
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler(this::misused)
                .setExecutionExceptionHandler(this::failed)
                .execute(arguments);
    }

    CommandLine commandLine() {
        return commands()
                .registerConverter(
                        int.class, text -> number(text, Integer::parseInt, "a whole number"))
                .registerConverter(
                        long.class, text -> number(text, Long::parseLong, "a whole number"))
                .registerConverter(
                        double.class, text -> number(text, Double::parseDouble, "a number"));
    }

    // The library would say that it is not an int.
    private static <N> N number(String text, Function<String, N> parse, String kind) {
        try {
            return parse.apply(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not " + kind);
        }
    }

    private CommandLine commands() {
        return new CommandLine(new Root())
                .addSubcommand(new DemoCommand(session))
                .addSubcommand(new ValidateCommand(session))
                .addSubcommand(new CheckCommand(session))
                .addSubcommand(new PlanCommand(session))
                .addSubcommand(new PreviewCommand(session))
                .addSubcommand(new RunCommand(session))
                .addSubcommand(new RunsCommand(session))
                .addSubcommand(new ShowCommand(session))
                .addSubcommand(new RestartCommand(session))
                .addSubcommand(new StopCommand(session))
                .addSubcommand(LakeCommand.commandLine(session))
                .addSubcommand(new ExportCommand(session))
                .addSubcommand(new PurgeCommand(session))
                .addSubcommand(new ServeCommand(session))
                .addSubcommand(KeyCommand.commandLine(session))
                .addSubcommand(new MaskersCommand(session))
                .addSubcommand(new HelpCommand());
    }

    private int misused(ParameterException misuse, String[] arguments) {
        CommandLine command = misuse.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("understudy: " + said(misuse));
        err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.CONFIG;
    }

    private static String said(ParameterException misuse) {
        CommandLine command = misuse.getCommandLine();
        if (misuse instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            if (unmatched.isUnknownOption()) {
                return "there is no option '%s'%s"
                        .formatted(first, meant(first, command.getCommandSpec().optionsMap()));
            }
            return command.getSubcommands().isEmpty()
                    ? "'%s' is one argument too many".formatted(first)
                    : "there is no command '%s'%s"
                            .formatted(first, meant(first, command.getSubcommands()));
        }
        return String.valueOf(misuse.getMessage())
                .replaceFirst("^Error: ", "")
                .replace("Invalid value for positional parameter at index 0 (RUN)", "RUN")
                .replace("Invalid value for option '", "'")
                .replace("are mutually exclusive (specify only one)", "exclude each other");
    }

    private static String meant(String word, Map<String, ?> known) {
        return Spelling.closest(word, known.keySet())
                .map("; did you mean %s?"::formatted)
                .orElse("");
    }

    private int failed(Exception failure, CommandLine command, ParseResult parsed) {
        var err = session.terminal().err();
        if (session.debug()) {
            failure.printStackTrace(err);
        }
        return switch (failure) {
            case ConfigProblems problems -> {
                ProblemText.brief(problems.file(), problems.problems()).forEach(err::println);
                yield ExitCode.CONFIG;
            }
            case Failure known -> {
                err.println("understudy: " + known.getMessage());
                yield ExitCode.of(known.kind());
            }
            default -> {
                // Its message may hold anything, people's data too; its class and place do not.
                err.println(
                        "understudy: unexpected " + failure.getClass().getName() + place(failure));
                err.println("This is a defect. Run it again with --debug for the stack trace.");
                yield ExitCode.FAILED;
            }
        };
    }

    private static String place(Exception failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        for (StackTraceElement each : trace) {
            if (each.getClassName().startsWith("dev.understudy.")) {
                return " at "
                        + each.getClassName()
                        + "."
                        + each.getMethodName()
                        + ":"
                        + each.getLineNumber();
            }
        }
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    @Command(
            name = "understudy",
            description = {
                "Makes masked stand-ins of production databases: a twin database and Parquet in a lake, in one"
                        + " restartable pass that checks itself.",
                ""
            },
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            commandListHeading = "%nCommands:%n",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:done",
                "1:the run failed",
                "2:the config or the command line is wrong",
                "3:the source failed",
                "4:the twin or the lake failed",
                "5:source and outputs do not agree, or a value leaked",
                "6:done, but tables were left as they were, because columns of them need a rule",
                "130:interrupted; `understudy restart RUN` goes on"
            },
            footer = {
                "",
                "Try:",
                "  understudy demo                    everything at once, on generated data",
                "  understudy validate shop.yaml      is the config right, and every column decided?",
                "  understudy check shop.yaml         may its users do what it takes, and is there room?",
                "  understudy run shop.yaml           make the twin and the lake",
                "",
                "Environment: UNDERSTUDY_HOME (default ~/.understudy), UNDERSTUDY_OPTS (options of the JVM),",
                "UNDERSTUDY_TOKEN (of serve), NO_COLOR."
            })
    private static final class Root implements Runnable {
        @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            throw new ParameterException(
                    spec.commandLine(), "say what to do: a command is missing");
        }
    }

    /// From the jar's manifest.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Cli.class.getPackage().getImplementationVersion();
            return new String[] {"understudy " + (version == null ? "(not packaged)" : version)};
        }
    }
}
