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
import java.util.Map;
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
                                "a column of the row that names its subject: all dates of a subject are shifted alike, which keeps their intervals"),
                        new Parameter(
                                "with",
                                "array",
                                false,
                                "other date columns of the row: all are shifted alike, as their values together decide, so start stays before end")),
                DATES,
                (rule, column) -> promise(flag(rule, "alike"), true, true),
                (rule, problem) -> {
                    long days = integer(rule, "max-days", 365);
                    if (days < 1 || days > 36_500) {
                        problem.accept("max-days must be from 1 to 36500");
                    }
                    Map<String, ?> given = rule.parameters();
                    if ((flag(rule, "alike")
                                    && (given.containsKey("per") || given.containsKey("with")))
                            || (given.containsKey("per") && given.containsKey("with"))) {
                        problem.accept("alike, per and with exclude each other");
                    }
                    RowMaskers.checkColumns(rule, "with", 15, problem);
                },
                rule ->
                        rule.parameters().get("per") instanceof String subject
                                ? Reads.original(List.of(subject))
                                : Reads.original(RowMaskers.masked(rule, "with").columns()),
                (rule, column, read, keys, domain) -> {
                    int days = (int) integer(rule, "max-days", 365);
                    if (rule.parameters().containsKey("with")) {
                        needDates(column, read);
                        return new DatesTogether(column, days, read, Cmac.of(keys, domain));
                    }
                    if (!read.isEmpty()) {
                        return new SubjectShift(
                                column, days, read.getFirst(), Cmac.of(keys, domain));
                    }
                    return flag(rule, "alike")
                            ? Dates.shiftAlike(column, days, keys, domain)
                            : Dates.shift(column, days, keys, domain);
                });
    }

    private static void needDates(ColumnProfile column, List<ColumnProfile> read) {
        for (ColumnProfile each : read) {
            if (!DATES.contains(each.form()) || each.array()) {
                throw new MaskingRefused(
                        "%s: its rule shifts dates together, but %s is %s; name columns of dates or timestamps"
                                .formatted(column.path(), each.path(), each.sqlType()));
            }
        }
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
