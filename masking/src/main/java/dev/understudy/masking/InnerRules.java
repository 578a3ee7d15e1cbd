package dev.understudy.masking;

import static dev.understudy.masking.Declarations.oneOf;
import static dev.understudy.masking.Declarations.string;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rules that a rule gives for the values inside of its column's values, by where they stand.
final class InnerRules {
    private static final String UNLISTED = "unlisted";

    private static final String NAMES = "names";

    private InnerRules() {}

    /// What happens to values inside that no rule is for.
    enum Unlisted {
        MASK,
        KEEP,
        REFUSE
    }

    /// Which names of values stay.
    enum Names {
        KEEP {
            @Override
            boolean keep(byte[] name, int start, int length) {
                return true;
            }
        },
        MASK {
            @Override
            boolean keep(byte[] name, int start, int length) {
                return false;
            }
        },
        WORDS {
            @Override
            boolean keep(byte[] name, int start, int length) {
                if (length == 0 || length > LONGEST_WORD || !begins(name[start])) {
                    return length == 0;
                }
                int digits = 0;
                for (int i = start + 1; i < start + length; i++) {
                    boolean digit = name[i] >= '0' && name[i] <= '9';
                    digits += digit ? 1 : 0;
                    if (!digit && !isLetter(name[i]) && "_-.:/$".indexOf(name[i]) < 0) {
                        return false;
                    }
                }
                return digits <= MOST_DIGITS && !namesSomebody(name, start, start + length);
            }

            // Whether one of its words is a first name: anna, anna_bell, scoreOfAnna.
            private static boolean namesSomebody(byte[] name, int start, int end) {
                int from = start;
                for (int at = start; at <= end; at++) {
                    boolean letter = at < end && isLetter(name[at]);
                    if (letter && (at == from || !isCapital(name[at]) || name[at - 1] < 'a')) {
                        continue;
                    }
                    if (FIRST_NAMES.has(name, from, at) && !ALSO_WORDS.has(name, from, at)) {
                        return true;
                    }
                    from = letter ? at : at + 1;
                }
                return false;
            }

            private static boolean isCapital(byte each) {
                return each >= 'A' && each <= 'Z';
            }

            private static boolean begins(byte first) {
                return isLetter(first) || first == '_' || first == '$' || first == '@';
            }

            // Other letters than those of ASCII are bytes below zero.
            private static boolean isLetter(byte each) {
                int lower = each | 0x20;
                return each < 0 || (lower >= 'a' && lower <= 'z');
            }
        };

        private static final int LONGEST_WORD = 64;

        private static final WordSet FIRST_NAMES = WordSet.of(Words.FIRST_NAMES);

        /// First names that programs and forms use for something else.
        private static final WordSet ALSO_WORDS =
                WordSet.of(
                        "ada",
                        "adam",
                        "alma",
                        "aurora",
                        "blanca",
                        "christian",
                        "elif",
                        "flora",
                        "florence",
                        "georgia",
                        "grace",
                        "hugo",
                        "iris",
                        "isa",
                        "jan",
                        "jasmin",
                        "lea",
                        "luz",
                        "marc",
                        "marina",
                        "mark",
                        "max",
                        "mercedes",
                        "ola",
                        "ole",
                        "oscar",
                        "pascal",
                        "peer",
                        "per",
                        "pilar",
                        "regina",
                        "roman",
                        "rosa",
                        "till",
                        "viola",
                        "violeta");

        /// More digits than these are a number of somebody or something.
        private static final int MOST_DIGITS = 3;

        abstract boolean keep(byte[] name, int start, int length);
    }

    /// @param what they are: `parameters`
    static Parameter unlistedParameter(String what) {
        return new Parameter(
                UNLISTED,
                "string",
                false,
                what
                        + " that no rule is for: mask (default), keep, or refuse: a value that has one is replaced as a whole, and counted");
    }

    static Unlisted unlisted(MaskingRule rule) {
        return Unlisted.valueOf(string(rule, UNLISTED, "mask").toUpperCase(Locale.ROOT));
    }

    static Parameter namesParameter(String what) {
        return new Parameter(
                NAMES,
                "string",
                false,
                what
                        + ": keep (default), mask, or words: those that read like a program's words stay, such as billing_address; others are masked, such as first names, e-mail addresses and numbers");
    }

    static Names names(MaskingRule rule) {
        return Names.valueOf(string(rule, NAMES, "keep").toUpperCase(Locale.ROOT));
    }

    /// The rules of a parameter that was checked.
    static Map<String, MaskingRule> of(MaskingRule rule, String parameter) {
        Map<String, MaskingRule> rules = new LinkedHashMap<>();
        given(rule, parameter).forEach((name, each) -> rules.put(name, MaskingRule.read(each)));
        return rules;
    }

    private static Map<String, @Nullable Object> given(MaskingRule rule, String parameter) {
        Map<String, @Nullable Object> given = new LinkedHashMap<>();
        if (rule.parameters().get(parameter) instanceof Map<?, ?> map) {
            map.forEach((name, each) -> given.put(String.valueOf(name), each));
        }
        return given;
    }

    /// What is wrong with the rules of a parameter for texts, and with `unlisted`.
    ///
    /// @param name throws IllegalArgumentException if a rule's name is none
    static void checkTexts(
            MaskingRule rule, String parameter, Consumer<String> name, Consumer<String> problem) {
        check(
                rule,
                parameter,
                (each, inner) -> {
                    name.accept(each);
                    if (Maskers.named(inner.masker()).stream()
                            .anyMatch(masker -> !Leaf.takes(masker))) {
                        throw new IllegalArgumentException(
                                inner.masker() + " cannot mask a text or a date in one");
                    }
                },
                problem);
    }

    /// @param check throws IllegalArgumentException if something is wrong with a rule beyond itself
    static void check(MaskingRule rule, String parameter, Check check, Consumer<String> problem) {
        oneOf(rule, UNLISTED, problem, "mask", "keep", "refuse");
        oneOf(rule, NAMES, problem, "keep", "mask", "words");
        given(rule, parameter)
                .forEach((name, given) -> {
                    try {
                        MaskingRule inner = MaskingRule.read(given);
                        Maskers.check(inner).forEach(each -> problem.accept(name + ": " + each));
                        check.check(name, inner);
                    } catch (IllegalArgumentException e) {
                        problem.accept(name + ": " + e.getMessage());
                    }
                });
    }

    /// What is promised for values that hold others.
    static Guarantees guarantees(MaskingRule rule, String parameter) {
        ColumnProfile text = ColumnProfile.of("", "text", ValueForm.TEXT);
        boolean reveals =
                unlisted(rule) == Unlisted.KEEP
                        || of(rule, parameter).values().stream()
                                .anyMatch(inner ->
                                        Maskers.named(inner.masker()).stream()
                                                .anyMatch(each ->
                                                        each.guarantees(inner, text).reveals()));
        return new Guarantees(true, false, true, false, true, false, reveals, false);
    }

    /// A check of a rule for the values of one name.
    @FunctionalInterface
    interface Check {
        void check(String name, MaskingRule rule);
    }
}
