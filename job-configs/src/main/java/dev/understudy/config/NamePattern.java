package dev.understudy.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A dotted name with `*` for any run of characters, also of none. Case counts.
///
/// A part in double quotes is taken as it stands, dots, blanks and `*` included; `""` in it is one
/// quote. Parts that are left away at the front are `*`: `email` is `*.*.email`. Before it the name
/// of a source may stand: `crm:email`.
///
/// @param text as the file has it
/// @param source whose names are meant; empty for those of any
/// @param parts from schema to column, or from schema to table
public record NamePattern(String text, Optional<String> source, List<Part> parts) {
    private static final Part ANY = Part.of("*");

    public NamePattern {
        parts = List.copyOf(parts);
    }

    /// @throws IllegalArgumentException if the text is no such name; the message continues a
    ///   sentence that began with the pattern
    static NamePattern parse(String text, String form) {
        int wanted = form.split("\\.").length;
        var scanner = new NameScanner(text);
        Optional<String> source = scanner.source();
        List<Part> parts = new ArrayList<>(scanner.parts());
        scanner.expectEnd();
        if (parts.size() > wanted) {
            throw new IllegalArgumentException(
                    "has %d parts, but %s has %d".formatted(parts.size(), form, wanted));
        }
        List<Part> all = new ArrayList<>(Collections.nCopies(wanted - parts.size(), ANY));
        all.addAll(parts);
        return new NamePattern(text, source, all);
    }

    boolean matches(String of, String... names) {
        if (source.isPresent() && !source.get().equals(of)) {
            return false;
        }
        for (int i = 0; i < names.length; i++) {
            if (!parts.get(i).matches(names[i])) {
                return false;
            }
        }
        return true;
    }

    /// What two patterns have in common that match the same names.
    List<Object> meaning() {
        return List.of(source, parts);
    }

    /// Ten bits a part, the last part on top; below them, whether a source is named.
    int specificity() {
        int result = 0;
        for (Part part : parts.reversed()) {
            result = result << 10 | part.specificity();
        }
        return result << 1 | (source.isPresent() ? 1 : 0);
    }

    /// One part: the texts between its stars.
    public record Part(List<String> literals) {
        static final int EXACT = 1023;

        public Part {
            literals = List.copyOf(literals);
        }

        static Part of(String unquoted) {
            String[] pieces = unquoted.split("\\*", -1);
            if (pieces.length == 1) {
                return new Part(List.of(unquoted));
            }
            Stream<String> inner =
                    Stream.of(pieces).skip(1).limit(pieces.length - 2L).filter(p -> !p.isEmpty());
            return new Part(
                    Stream.of(Stream.of(pieces[0]), inner, Stream.of(pieces[pieces.length - 1]))
                            .flatMap(each -> each)
                            .toList());
        }

        static Part quoted(String name) {
            return new Part(List.of(name));
        }

        boolean exact() {
            return literals.size() == 1;
        }

        boolean matches(String name) {
            String first = literals.getFirst();
            if (exact()) {
                return name.equals(first);
            }
            String last = literals.getLast();
            int from = first.length();
            int end = name.length() - last.length();
            if (from > end || !name.startsWith(first) || !name.endsWith(last)) {
                return false;
            }
            for (String inner : literals.subList(1, literals.size() - 1)) {
                int found = name.indexOf(inner, from);
                if (found < 0 || found + inner.length() > end) {
                    return false;
                }
                from = found + inner.length();
            }
            return true;
        }

        private int specificity() {
            if (exact()) {
                return EXACT;
            }
            int characters = literals.stream().mapToInt(String::length).sum();
            int stars = literals.size() - 1;
            return Math.min(characters, 127) << 3 | 7 - Math.min(stars, 7);
        }
    }
}
