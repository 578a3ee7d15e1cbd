package dev.understudy.launcher;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that every command has.
final class CommonOptions {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description =
                    "Folder of the runs, reports and logs. Default: UNDERSTUDY_HOME, or ~/.understudy.")
    private @Nullable Path home;

    @Option(names = "--debug", description = "Show stack traces, and log batches too.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    Path home(Map<String, String> environment) {
        if (home != null) {
            return home.toAbsolutePath().normalize();
        }
        String fromEnvironment = environment.getOrDefault("UNDERSTUDY_HOME", "");
        Path chosen =
                fromEnvironment.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".understudy")
                        : Path.of(fromEnvironment);
        return chosen.toAbsolutePath().normalize();
    }
}
