package dev.understudy.launcher.terminal;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where a command writes, and what can be done there.
///
/// @param interactive whether a person sits in front of it: input and output are a terminal
/// @param live whether lines can be redrawn
/// @param colours whether text may be coloured
/// @param unicode whether it shows more than ASCII
/// @param out results
/// @param err problems, and the progress of a run that is not drawn live
/// @param question asks and reads a line; null at the end of the input
public record Terminal(
        boolean interactive,
        boolean live,
        boolean colours,
        boolean unicode,
        PrintStream out,
        PrintStream err,
        Supplier<Size> sizes,
        Question question) {

    /// Columns and lines of a window.
    public record Size(int columns, int lines) {
        static final Size USUAL = new Size(80, 24);
    }

    /// Asks a person.
    @FunctionalInterface
    public interface Question {
        @Nullable String ask(String prompt);
    }

    /// This process's terminal, or what stands in its place.
    public static Terminal ofProcess(Map<String, String> environment) {
        Optional<Console> console = Optional.ofNullable(System.console());
        boolean interactive = console.map(Console::isTerminal).orElse(false);
        boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean live = interactive && !dumb;
        boolean colours = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
        boolean unicode = System.out.charset().equals(StandardCharsets.UTF_8);
        return new Terminal(
                interactive,
                live,
                colours,
                unicode,
                System.out,
                System.err,
                () -> size(environment),
                prompt -> console.map(each -> each.readLine("%s", prompt)).orElse(null));
    }

    /// The same without anything that is redrawn or coloured.
    public Terminal plain() {
        return new Terminal(interactive, false, false, unicode, out, err, sizes, question);
    }

    /// Its size now.
    public Size size() {
        return sizes.get();
    }

    /// The text in bold where that can be shown.
    public String bold(String text) {
        return coloured("1", text);
    }

    public String good(String text) {
        return coloured("32", text);
    }

    public String bad(String text) {
        return coloured("31", text);
    }

    public String soft(String text) {
        return coloured("2", text);
    }

    private String coloured(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static Size size(Map<String, String> environment) {
        try {
            // The program knows the system call on every Unix; it takes about 5 ms.
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String answer =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0) {
                String[] parts = answer.strip().split(" ", -1);
                var size = new Size(Integer.parseInt(parts[1]), Integer.parseInt(parts[0]));
                if (size.columns() > 0 && size.lines() > 0) {
                    return size;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No such program or no such device: the environment has the next best answer.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            return new Size(
                    Integer.parseInt(environment.getOrDefault("COLUMNS", "")),
                    Integer.parseInt(environment.getOrDefault("LINES", "")));
        } catch (NumberFormatException e) {
            return Size.USUAL;
        }
    }
}
