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
    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        // The class that every start begins with.
        Main.cli().execute("--version");
        Path folder = Files.createTempDirectory("understudy-rehearsal");
        try {
            rehearse(folder);
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(each -> each.toFile().delete());
            }
        }
        System.exit(ExitCode.DONE);
    }

    private static void rehearse(Path folder) throws IOException {
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
        String file = config.toString();
        for (String[] line :
                new String[][] {
                    {"--help"},
                    {"run", "--help"},
                    {"--version"},
                    {"maskers", "--json"},
                    {"validate", file, "--offline"},
                    {"runs"},
                    {"run", file, "--plain"},
                    // The main job itself: what it loads, and what its hot loops look like.
                    {"demo", "--plain", "--directory", folder.resolve("demo").toString()},
                }) {
            new Cli(terminal, environment, Product.installed()).execute(line);
        }
    }
}
