package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Masks the columns of texts whose lines are values behind separators, by their number. Blanks
/// around a value stay; a value in quotes is one, whatever it holds. A text with quotes that do not
/// end is scrambled.
final class DelimitedMasker extends SplicingMasker {
    /// The name of all columns that are not listed.
    static final String OTHERS = "*";

    private static final int NO_QUOTE = -1;

    private final byte[] separator;
    private final int quote;
    private final List<@Nullable Leaf> columns = new ArrayList<>();
    private final @Nullable Leaf others;
    private boolean quoted;

    /// @param rule with a `separator`, rules by number from 1 on in `columns`, and perhaps `quote`
    ///   and `unlisted`
    DelimitedMasker(ColumnProfile column, MaskingRule rule, MaskingKeys keys, String domain) {
        super(column, new ScrambleMasker(keys, domain), rule, keys);
        separator = Declarations.string(rule, "separator", "").getBytes(StandardCharsets.UTF_8);
        String given = Declarations.string(rule, "quote", "");
        quote = given.isEmpty() ? NO_QUOTE : given.charAt(0);
        Map<String, MaskingRule> rules = InnerRules.of(rule, "columns");
        MaskingRule rest = rules.remove(OTHERS);
        others = rest == null ? unlisted() : leaf(rest, OTHERS);
        rules.forEach((name, each) -> {
            int number = Integer.parseInt(name);
            while (columns.size() < number) {
                columns.add(others);
            }
            columns.set(number - 1, leaf(each, "column " + name));
        });
    }

    @Override
    boolean walk(byte[] bytes, int start, int end) {
        int column = 0;
        for (int at = start; at <= end; column++) {
            int from = at;
            while (from < end && isBlank(bytes[from])) {
                from++;
            }
            quoted = from < end && bytes[from] == quote;
            int to = quoted ? endOfQuotes(bytes, from + 1, end) : endOfColumn(bytes, from, end);
            if (to < 0) {
                return false;
            }
            at = quoted ? endOfColumn(bytes, to, end) : to;
            while (to > from && isBlank(bytes[to - 1])) {
                to--;
            }
            Leaf leaf = column < columns.size() ? columns.get(column) : others;
            if (to > from && !inner(leaf, from, to)) {
                return false;
            }
            if (at < end && bytes[at] == '\n') {
                column = -1;
                at++;
            } else {
                at += separator.length;
            }
        }
        return true;
    }

    private boolean isBlank(byte each) {
        return (each == ' ' || each == '\t' || each == '\r') && each != separator[0];
    }

    /// The place behind the quote that ends a value, where a separator or a line's end follows; -1
    /// if there is none.
    private int endOfQuotes(byte[] bytes, int start, int end) {
        for (int at = start; at < end; at++) {
            if (bytes[at] != quote) {
                continue;
            }
            if (at + 1 < end && bytes[at + 1] == quote) {
                at++;
                continue;
            }
            int behind = at + 1;
            while (behind < end && isBlank(bytes[behind])) {
                behind++;
            }
            return behind == endOfColumn(bytes, behind, end) ? at + 1 : -1;
        }
        return -1;
    }

    private int endOfColumn(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != '\n' && !isSeparator(bytes, at, end)) {
            at++;
        }
        return at;
    }

    private boolean isSeparator(byte[] bytes, int at, int end) {
        if (end - at < separator.length) {
            return false;
        }
        for (int i = 0; i < separator.length; i++) {
            if (bytes[at + i] != separator[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean read(byte[] bytes, int from, int to, MaskedValues value) {
        if (!quoted) {
            value.put(bytes, from, to - from);
            return true;
        }
        for (int at = from + 1; at < to - 1; at++) {
            value.put(bytes[at]);
            if (bytes[at] == quote) {
                at++;
            }
        }
        return true;
    }

    /// Quotes what was quoted, and what must be. Without quotes, no value can hold a separator: it
    /// gets blanks instead.
    @Override
    void write(byte[] value, int start, int length, MaskedValues document) {
        int end = start + Math.max(0, length);
        boolean quotes = quoted || (quote != NO_QUOTE && mustBeQuoted(value, start, end));
        if (!quotes) {
            for (int at = start; at < end; at++) {
                if (value[at] == '\n') {
                    document.put((byte) ' ');
                } else if (isSeparator(value, at, end)) {
                    document.put((byte) (separator[0] == ' ' ? '_' : ' '));
                    at += separator.length - 1;
                } else {
                    document.put(value[at]);
                }
            }
            return;
        }
        document.put((byte) quote);
        for (int at = start; at < end; at++) {
            if (value[at] == quote) {
                document.put(value[at]);
            }
            document.put(value[at]);
        }
        document.put((byte) quote);
    }

    private boolean mustBeQuoted(byte[] value, int start, int end) {
        return endOfColumn(value, start, end) < end || (start < end && value[start] == quote);
    }
}
