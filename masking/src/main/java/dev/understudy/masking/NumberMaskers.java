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
import java.util.EnumSet;
import java.util.List;

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
                List.of(new Parameter("percent", "number", false, "how far at most, 10")),
                EnumSet.of(INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC),
                always(promise(false, true, false)),
                (rule, problem) -> {
                    double percent = number(rule, "percent", 10);
                    if (!(percent > 0 && percent < 100)) {
                        problem.accept("percent must be above 0 and below 100");
                    }
                },
                (rule, column, keys, domain) ->
                        tagged(
                                column,
                                keys,
                                domain,
                                Noise.of(column, number(rule, "percent", 10))));
    }
}
