package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.launcher.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublishedCommandsTest {
    private static final Path PAGE = Path.of("../docs/reference/commands.md");

    @Test
    void thePublishedPageIsCurrent() throws IOException {
        String wanted = page();
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(PAGE, wanted);
        }
        assertThat(Files.readString(PAGE))
                .as(
                        "docs/reference/commands.md is not current; write it with: ./build test -pl launcher -am"
                                + " -Dtest=PublishedCommandsTest -Dsurefire.failIfNoSpecifiedTests=false"
                                + " -Dreference.write=true")
                .isEqualTo(wanted);
    }

    private static String page() {
        var page =
                new StringBuilder(
                        """
                        # Commands

                        What `understudy COMMAND --help` prints. This page is made from the program, and a test compares the two.

                        """);
        page.append("```\n").append(help()).append("```\n");
        cli(new ByteArrayOutputStream())
                .commandLine()
                .getSubcommands()
                .forEach((name, command) -> {
                    if (!name.equals("help")) {
                        section(page, name);
                        command.getSubcommands()
                                .keySet()
                                .forEach(each -> section(page, name, each));
                    }
                });
        return page.toString();
    }

    private static void section(StringBuilder page, String... command) {
        page.append("\n## %s\n\n```\n%s```\n".formatted(String.join(" ", command), help(command)));
    }

    private static String help(String... command) {
        var out = new ByteArrayOutputStream();
        var arguments = new String[command.length + 1];
        System.arraycopy(command, 0, arguments, 0, command.length);
        arguments[command.length] = "--help";
        cli(out).execute(arguments);
        return out.toString(StandardCharsets.UTF_8).replaceAll(" +\n", "\n");
    }

    private static Cli cli(ByteArrayOutputStream out) {
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var terminal =
                new Terminal(
                        false,
                        false,
                        false,
                        true,
                        stream,
                        stream,
                        () -> new Terminal.Size(80, 24),
                        prompt -> null);
        return new Cli(terminal, Map.of(), new FakeProduct());
    }
}
