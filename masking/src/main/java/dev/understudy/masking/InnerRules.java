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
        return new Parameter(NAMES, "string", false, what + ": keep (default) or mask");
    }

    /// Whether the names of values are scrambled.
    static boolean names(MaskingRule rule) {
        return string(rule, NAMES, "keep").equals("mask");
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
        oneOf(rule, NAMES, problem, "keep", "mask");
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
