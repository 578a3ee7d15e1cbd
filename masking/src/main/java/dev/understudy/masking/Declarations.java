package dev.understudy.masking;

import static dev.understudy.masking.ValueForm.TEXT;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// What the declarations of the maskers are made of.
final class Declarations {
    static final Guarantees UNIQUE = promise(true, true, true);

    private Declarations() {}

    static ColumnMasker tagged(
            ColumnProfile column, MaskingKeys keys, String domain, TagMasker.Writer writer) {
        return new TagMasker(new Canonical(column.form()), Cmac.of(keys, domain), writer);
    }

    /// @param stream what the writer picks from
    static ColumnMasker tagged(
            ColumnProfile column,
            MaskingKeys keys,
            String domain,
            TagStream stream,
            TagMasker.Writer writer) {
        return new TagMasker(new Canonical(column.form()), Cmac.of(keys, domain), stream, writer);
    }

    static ColumnMasker fixed(byte[] constant) {
        return fixed(0, constant);
    }

    /// @param kept how many bytes at the start of a value stay in front of the constant
    static ColumnMasker fixed(int kept, byte[] constant) {
        return (in, out) -> {
            for (int i = 0; i < in.count(); i++) {
                if (in.isNull(i)) {
                    out.appendNull();
                } else {
                    int head = Math.min(kept, in.length(i));
                    byte[] to = out.reserve(head + constant.length);
                    System.arraycopy(in.bytes(), in.start(i), to, out.position(), head);
                    System.arraycopy(constant, 0, to, out.position() + head, constant.length);
                    out.commit(head + constant.length);
                }
            }
        };
    }

    static ColumnMasker fitting(
            FitMasker.Fit fit, ColumnMasker masker, MaskingKeys keys, String domain) {
        return new FitMasker(fit, masker, () -> new ScrambleMasker(keys, domain));
    }

    static void needCharacters(MaskingRule rule, ColumnProfile column, int needed) {
        if (column.form() == TEXT) {
            need(rule, column, needed, "characters");
        }
    }

    /// @param needed of a length that {@link ColumnProfile#maxLength} limits
    static void need(MaskingRule rule, ColumnProfile column, int needed, String unit) {
        if (longest(column) < needed) {
            throw new MaskingRefused(
                    "%s: rule %s needs %d %s but the column is %s; use %s"
                            .formatted(
                                    column.path(),
                                    rule.masker(),
                                    needed,
                                    unit,
                                    column.sqlType(),
                                    Maskers.insteadFor(column)));
        }
    }

    static Guarantees promise(boolean injective, boolean keepsFormat, boolean keepsLength) {
        return new Guarantees(true, injective, true, false, keepsFormat, keepsLength, false, false);
    }

    /// What maskers promise whose results have the format and the right check digits.
    static Guarantees checked(boolean injective, boolean keepsLength) {
        return new Guarantees(true, injective, true, false, true, keepsLength, false, true);
    }

    static BiFunction<MaskingRule, ColumnProfile, Guarantees> always(Guarantees guarantees) {
        return (rule, column) -> guarantees;
    }

    static void anything(MaskingRule rule, Consumer<String> problem) {}

    static int longest(ColumnProfile column) {
        return column.maxLength().orElse(Integer.MAX_VALUE);
    }

    static long integer(MaskingRule rule, String name, long otherwise) {
        return rule.parameters().get(name) instanceof Number number
                ? number.longValue()
                : otherwise;
    }

    static double number(MaskingRule rule, String name, double otherwise) {
        return rule.parameters().get(name) instanceof Number number
                ? number.doubleValue()
                : otherwise;
    }

    static String string(MaskingRule rule, String name, String otherwise) {
        return rule.parameters().get(name) instanceof String text ? text : otherwise;
    }

    static boolean flag(MaskingRule rule, String name) {
        return Boolean.TRUE.equals(rule.parameters().get(name));
    }

    /// A problem, unless a parameter is one of some words, or not given.
    static void oneOf(MaskingRule rule, String name, Consumer<String> problem, String... words) {
        if (!List.of(words).contains(string(rule, name, words[0]))) {
            problem.accept(
                    "%s must be %s"
                            .formatted(
                                    name,
                                    String.join(", ", words).replaceFirst(", ([^,]*)$", " or $1")));
        }
    }
}
