package dev.understudy.launcher;

import dev.understudy.launcher.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A short life of the program, from which the JVM learns what to load at the next start (JEP 514).
/// Nothing but start-up speed depends on it.
final class Rehearsal {
    private final Path folder;

    private Rehearsal(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        // The class that every start begins with.
        Main.cli().execute("--version");
        Path folder = Files.createTempDirectory("understudy-rehearsal");
        try {
            var rehearsal = new Rehearsal(folder);
            rehearsal.commands();
            rehearsal.runs();
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(each -> each.toFile().delete());
            }
        }
        System.exit(ExitCode.DONE);
    }

    private void commands() throws IOException {
        Path config = folder.resolve("shop.yaml");
        Files.writeString(
                config,
                """
                job: rehearsal
                secret: ${env:REHEARSAL_SECRET}
                source: { url: "jdbc:postgresql://127.0.0.1:1/shop", user: reader, password: reader }
                tables: { include: ["public.*"] }
                columns:
                  public.customer.email: email
                  "*.*_id": keep
                twin: { url: "jdbc:postgresql://127.0.0.1:1/twin", user: loader, password: loader }
                lake: { uri: lake }
                """);
        execute("--help");
        execute("run", "--help");
        execute("--version");
        execute("maskers", "--json");
        execute("validate", config.toString(), "--offline");
        execute("runs");
        execute("run", config.toString(), "--plain");
    }

    /// The main job itself, in full and as a delta: what it loads, and what its hot loops look
    /// like.
    private void runs() throws IOException {
        Path demo = folder.resolve("demo");
        must("demo", "--plain", "--keep", "--directory", demo.toString());
        try {
            Path config = demo.resolve("deltas.yaml");
            Files.writeString(
                    config,
                    Files.readString(demo.resolve("shop.yaml"))
                            + "\ndelta: { watermarks: [updated_at] }\n");
            must("run", config.toString(), "--plain");
            must("run", config.toString(), "--plain");
        } finally {
            must("demo", "--stop", "--directory", demo.toString());
        }
    }

    private void must(String... line) {
        int code = execute(line);
        if (code != ExitCode.DONE) {
            System.err.printf("%s ended with %d%n", String.join(" ", line), code);
        }
    }

    private int execute(String... line) {
        var silent = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        var terminal =
                new Terminal(
                        false,
                        false,
                        false,
                        true,
                        silent,
                        silent,
                        () -> new Terminal.Size(80, 24),
                        prompt -> null);
        Map<String, String> environment =
                Map.of("UNDERSTUDY_HOME", folder.resolve("home").toString());
        return new Cli(terminal, environment, Product.installed()).execute(line);
    }
}
