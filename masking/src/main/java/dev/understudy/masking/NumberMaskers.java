package dev.understudy.masking;

import static dev.understudy.masking.Declarations.UNIQUE;
import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.fitting;
import static dev.understudy.masking.Declarations.number;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.tagged;
import static dev.understudy.masking.ValueForm.FLOAT4;
import static dev.understudy.masking.ValueForm.FLOAT8;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.NUMERIC;
import static dev.understudy.masking.ValueForm.TEXT;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/// The maskers of numbers and quantities.
final class NumberMaskers {
    private NumberMaskers() {}

    static List<Masker> all() {
        return List.of(digits(), noise());
    }

    private static Masker digits() {
        return new Masker(
                "digits",
                "other digits in the same layout, unique for each value",
                List.of(),
                EnumSet.of(TEXT, INT2, INT4, INT8, NUMERIC),
                always(UNIQUE),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    DigitsMasker digits = DigitsMasker.digits(column.form(), keys, domain);
                    return column.form() == TEXT
                            ? fitting(DigitsMasker::looksLikeDigits, digits, keys, domain)
                            : WithinMasker.of(column, digits);
                });
    }

    private static Masker noise() {
        return new Masker(
                "noise",
                "a number some percent larger or smaller; zero stays zero",
                List.of(
                        new Parameter("percent", "number", false, "how far at most, 10"),
                        new Parameter(
                                "from",
                                "number",
                                false,
                                "numbers above it stay above it, for a CHECK such as price > 0"),
                        new Parameter("to", "number", false, "numbers below it stay below it")),
                EnumSet.of(INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC),
                always(promise(false, true, false)),
                (rule, problem) -> {
                    double percent = number(rule, "percent", 10);
                    if (!(percent > 0 && percent < 100)) {
                        problem.accept("percent must be above 0 and below 100");
                    }
                    Noise.Marks marks = marks(rule);
                    if (marks.from().isPresent()
                            && marks.to()
                                    .filter(to -> to.compareTo(marks.from().get()) < 0)
                                    .isPresent()) {
                        problem.accept("from must not be above to");
                    }
                },
                (rule, column, keys, domain) ->
                        tagged(
                                column,
                                keys,
                                domain,
                                Noise.of(column, number(rule, "percent", 10), marks(rule))));
    }

    private static Noise.Marks marks(MaskingRule rule) {
        return new Noise.Marks(mark(rule, "from"), mark(rule, "to"));
    }

    private static Optional<BigDecimal> mark(MaskingRule rule, String name) {
        return Optional.ofNullable(rule.parameters().get(name))
                .filter(Number.class::isInstance)
                .map(each -> new BigDecimal(each.toString()));
    }
}
