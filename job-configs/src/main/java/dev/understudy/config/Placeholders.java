package dev.understudy.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Puts `${env:NAME}` and `${file:path}` into texts. What they stand for appears in no message.
final class Placeholders {
    static final String HINT =
            "write ${env:NAME} or ${file:/path}, or $${ for a ${ that is meant as it stands";
    private static final long LARGEST_FILE = 1 << 20;

    static final String IN_CONFIG = "the config file itself";
    private static final Pattern NAMED = Pattern.compile("(?<!\\$)\\$\\{(env|file):([^}]*)\\}");

    private final Path folder;
    private final UnaryOperator<@Nullable String> environment;

    /// @param folder where relative paths start
    Placeholders(Path folder, UnaryOperator<@Nullable String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    static boolean anyIn(String text) {
        return text.replace("$${", "").contains("${");
    }

    /// Where a text comes from, for people.
    static String origin(String text) {
        List<String> origins =
                NAMED.matcher(text)
                        .results()
                        .map(each ->
                                (each.group(1).equals("env")
                                                ? "the environment variable "
                                                : "the file ")
                                        + each.group(2))
                        .toList();
        return origins.isEmpty() ? IN_CONFIG : String.join(" and ", origins);
    }

    /// The files that the placeholders of a text name.
    List<Path> files(String text) {
        return NAMED.matcher(text)
                .results()
                .filter(each -> each.group(1).equals("file"))
                .map(each -> folder.resolve(each.group(2)))
                .toList();
    }

    /// The text with its placeholders resolved, or null after it reported why not.
    @Nullable String resolve(String text, Location where, List<Problem> problems) {
        var result = new StringBuilder();
        boolean whole = true;
        int at = 0;
        while (true) {
            int open = text.indexOf("${", at);
            if (open < 0) {
                result.append(text, at, text.length());
                return whole ? result.toString() : null;
            }
            if (open > at && text.charAt(open - 1) == '$') {
                result.append(text, at, open - 1).append("${");
                at = open + 2;
                continue;
            }
            result.append(text, at, open);
            int close = text.indexOf('}', open);
            if (close < 0) {
                problems.add(
                        Problem.error(
                                "malformed-placeholder",
                                where,
                                "a placeholder begins with ${ but no } ends it",
                                HINT));
                return null;
            }
            @Nullable String value = value(text.substring(open + 2, close), where, problems);
            whole &= value != null;
            result.append(value);
            at = close + 1;
        }
    }

    private @Nullable String value(String name, Location where, List<Problem> problems) {
        if (name.startsWith("env:")) {
            return variable(name.substring("env:".length()), where, problems);
        }
        if (name.startsWith("file:")) {
            return content(name.substring("file:".length()), where, problems);
        }
        // Not shown: it may be a password that happens to hold these signs.
        problems.add(
                Problem.error(
                        "malformed-placeholder",
                        where,
                        "a placeholder names neither an environment variable nor a file",
                        HINT));
        return null;
    }

    private @Nullable String variable(String name, Location where, List<Problem> problems) {
        @Nullable String value = environment.apply(name);
        if (value == null) {
            problems.add(
                    Problem.error(
                            "unset-variable",
                            where,
                            "the environment variable %s is not set".formatted(name),
                            "set it: export %s=...".formatted(name)));
        }
        return value;
    }

    private @Nullable String content(String name, Location where, List<Problem> problems) {
        return content("the file %s of a placeholder".formatted(name), name, where, problems);
    }

    /// The text of a file, or null after it reported why not.
    ///
    /// @param what the file, for messages
    @Nullable String content(String what, String name, Location where, List<Problem> problems) {
        String reason;
        try {
            Path path = folder.resolve(name);
            if (Files.isRegularFile(path) && Files.size(path) > LARGEST_FILE) {
                reason = "is larger than 1 MB";
            } else {
                String text = Files.readString(path, StandardCharsets.UTF_8);
                return text.replaceFirst("\\r?\\n\\z", "");
            }
        } catch (InvalidPathException e) {
            reason = "is not a path";
        } catch (NoSuchFileException e) {
            reason = "does not exist";
        } catch (AccessDeniedException e) {
            reason = "may not be read by this user";
        } catch (CharacterCodingException e) {
            reason = "is not UTF-8 text";
        } catch (IOException e) {
            reason = "cannot be read as a file";
        }
        problems.add(
                Problem.error(
                        "unreadable-file",
                        where,
                        what + " " + reason,
                        "a relative path starts at the folder of the config file"));
        return null;
    }
}
