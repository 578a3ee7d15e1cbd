package dev.understudy.launcher;

import dev.understudy.launcher.terminal.Terminal;

/// Where a process begins: reads the command line, does what it says, ends with its exit code.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(cli().execute(arguments));
    }

    /// The commands of this process.
    static Cli cli() {
        return new Cli(Terminal.ofProcess(System.getenv()), System.getenv(), Product.installed());
    }
}
