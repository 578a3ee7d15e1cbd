package dev.understudy.config;

import dev.understudy.config.NamePattern.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads dotted names from left to right. Complains with {@link IllegalArgumentException}, in words
/// that continue a sentence.
final class NameScanner {
    private static final Pattern SOURCE =
            Pattern.compile("(" + Shape.TextKind.SOURCE_NAME.regex + "):");

    private final String text;
    private int at;

    NameScanner(String text) {
        this.text = text;
    }

    /// The source before a colon, if there is one.
    Optional<String> source() {
        Matcher matcher = SOURCE.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        at = matcher.end();
        return Optional.of(matcher.group(1));
    }

    /// One or more parts with dots between them.
    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        do {
            parts.add(part());
        } while (take("."));
        return parts;
    }

    Part part() {
        if (take("\"")) {
            return Part.quoted(quoted());
        }
        int start = at;
        while (at < text.length() && !endsName()) {
            at++;
        }
        if (start == at) {
            throw new IllegalArgumentException("lacks a name " + position());
        }
        return Part.of(text.substring(start, at));
    }

    /// A name without stars.
    String name() {
        Part part = part();
        if (!part.exact()) {
            throw new IllegalArgumentException(
                    "has a * where one certain name is needed; a name that holds a * is written in double quotes");
        }
        return part.literals().getFirst();
    }

    boolean take(String expected) {
        if (!text.startsWith(expected, at)) {
            return false;
        }
        at += expected.length();
        return true;
    }

    void expect(String expected) {
        if (!take(expected)) {
            throw new IllegalArgumentException("lacks %s %s".formatted(expected, position()));
        }
    }

    void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    void expectEnd() {
        if (at < text.length()) {
            throw new IllegalArgumentException(
                    "goes on with %s %s; names with blanks, dots or other signs are written in double quotes"
                            .formatted(shown(text.charAt(at)), position()));
        }
    }

    private static String shown(char character) {
        return Character.isWhitespace(character) ? "a blank" : String.valueOf(character);
    }

    private String quoted() {
        var name = new StringBuilder();
        while (true) {
            int quote = text.indexOf('"', at);
            if (quote < 0) {
                throw new IllegalArgumentException("has a double quote that nothing closes");
            }
            name.append(text, at, quote);
            at = quote + 1;
            if (!take("\"")) {
                if (name.isEmpty()) {
                    throw new IllegalArgumentException("has an empty name");
                }
                return name.toString();
            }
            name.append('"');
        }
    }

    private boolean endsName() {
        char next = text.charAt(at);
        return ".\"(),".indexOf(next) >= 0
                || Character.isWhitespace(next)
                || text.startsWith("->", at);
    }

    private String position() {
        return at == text.length() ? "at its end" : "at character " + (at + 1);
    }
}
