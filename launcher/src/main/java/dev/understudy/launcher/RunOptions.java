package dev.understudy.launcher;

import picocli.CommandLine.Option;

/// Options of the commands that execute a run.
final class RunOptions {
    @Option(names = "--json", description = "Print the report as JSON on the standard output.")
    boolean json;

    @Option(names = "--plain", description = "Plain lines instead of the live display.")
    boolean plain;
}
