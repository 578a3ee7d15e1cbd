package dev.understudy.masking;

import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.flag;
import static dev.understudy.masking.Declarations.integer;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.ValueForm.DATE;
import static dev.understudy.masking.ValueForm.TIMESTAMP;
import static dev.understudy.masking.ValueForm.TIMESTAMPTZ;

import dev.understudy.masking.MaskerDefinition.Parameter;
import dev.understudy.masking.MaskerDefinition.Reads;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The maskers of dates and times.
final class TimeMaskers {
    private static final Set<ValueForm> DATES = EnumSet.of(DATE, TIMESTAMP, TIMESTAMPTZ);

    private TimeMaskers() {}

    static List<Masker> all() {
        return List.of(shiftDate(), year());
    }

    private static Masker shiftDate() {
        return new Masker(
                "shift-date",
                "some days earlier or later; the time of day stays",
                List.of(
                        new Parameter("max-days", "integer", false, "how far at most, 365"),
                        new Parameter(
                                "alike",
                                "boolean",
                                false,
                                "shift all values of the domain alike, which keeps intervals and uniqueness; false"),
                        new Parameter(
                                "per",
                                "string",
                                false,
                                "a column of the row that names its subject: all dates of a subject are shifted alike, which keeps their intervals")),
                DATES,
                (rule, column) -> promise(flag(rule, "alike"), true, true),
                (rule, problem) -> {
                    long days = integer(rule, "max-days", 365);
                    if (days < 1 || days > 36_500) {
                        problem.accept("max-days must be from 1 to 36500");
                    }
                    if (flag(rule, "alike") && rule.parameters().containsKey("per")) {
                        problem.accept("alike and per exclude each other");
                    }
                },
                rule ->
                        rule.parameters().get("per") instanceof String subject
                                ? new Reads(List.of(subject), false)
                                : Reads.NONE,
                (rule, column, read, keys, domain) -> {
                    int days = (int) integer(rule, "max-days", 365);
                    if (!read.isEmpty()) {
                        return new SubjectShift(
                                column.form(), days, read.getFirst(), Cmac.of(keys, domain));
                    }
                    return flag(rule, "alike")
                            ? Dates.shiftAlike(column.form(), days, keys, domain)
                            : Dates.shift(column.form(), days, Cmac.of(keys, domain));
                });
    }

    private static Masker year() {
        return new Masker(
                "year",
                "the first of January of the same year",
                List.of(),
                DATES,
                always(promise(false, true, true)),
                Declarations::anything,
                (rule, column, keys, domain) -> Dates.year(column.form()));
    }
}
