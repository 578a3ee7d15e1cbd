package dev.understudy.masking;

import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.flag;
import static dev.understudy.masking.Declarations.integer;
import static dev.understudy.masking.Declarations.oneOf;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.ValueForm.DATE;
import static dev.understudy.masking.ValueForm.TIMESTAMP;
import static dev.understudy.masking.ValueForm.TIMESTAMPTZ;

import dev.understudy.masking.MaskerDefinition.Parameter;
import dev.understudy.masking.MaskerDefinition.Reads;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

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
                                "direction",
                                "string",
                                false,
                                "both (default), earlier or later; earlier for a CHECK such as born <= CURRENT_DATE"),
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
                                "other date columns of the row: all are shifted alike, as their values together decide, so start stays before end"),
                        new Parameter(
                                "from",
                                "string",
                                false,
                                "a day, as 1930-01-01; what is not before it stays so, for a CHECK that says so"),
                        new Parameter(
                                "to", "string", false, "a day; what is not after it stays so")),
                DATES,
                (rule, column) -> promise(flag(rule, "alike"), true, true),
                (rule, problem) -> {
                    long days = integer(rule, "max-days", 365);
                    if (days < 1 || days > 36_500) {
                        problem.accept("max-days must be from 1 to 36500");
                    }
                    oneOf(rule, "direction", problem, "both", "earlier", "later");
                    Map<String, ?> given = rule.parameters();
                    if ((flag(rule, "alike")
                                    && (given.containsKey("per") || given.containsKey("with")))
                            || (given.containsKey("per") && given.containsKey("with"))) {
                        problem.accept("alike, per and with exclude each other");
                    }
                    RowMaskers.checkColumns(rule, "with", 15, problem);
                    checkDays(rule, problem);
                },
                rule ->
                        rule.parameters().get("per") instanceof String subject
                                ? Reads.original(List.of(subject))
                                : Reads.original(RowMaskers.masked(rule, "with").columns()),
                (rule, column, read, keys, domain) -> {
                    DayRange by = by(rule);
                    DaysKept kept = kept(rule, column);
                    if (rule.parameters().containsKey("with")) {
                        needDates(column, read);
                        return new DatesTogether(column, kept, by, read, Cmac.of(keys, domain));
                    }
                    if (!read.isEmpty()) {
                        return new SubjectShift(
                                column, kept, by, read.getFirst(), Cmac.of(keys, domain));
                    }
                    return flag(rule, "alike")
                            ? Dates.shiftAlike(column, kept, by, keys, domain)
                            : Dates.shift(column, kept, by, keys, domain);
                });
    }

    private static DayRange by(MaskingRule rule) {
        int days = (int) integer(rule, "max-days", 365);
        return switch (string(rule, "direction", "both")) {
            case "earlier" -> new DayRange(-days, -1);
            case "later" -> new DayRange(1, days);
            default -> DayRange.around(days);
        };
    }

    private static void checkDays(MaskingRule rule, Consumer<String> problem) {
        for (String name : List.of("from", "to")) {
            if (rule.parameters().get(name) instanceof String && day(rule, name).isEmpty()) {
                problem.accept("%s must be a day, as 1930-01-01".formatted(name));
                return;
            }
        }
        Optional<LocalDate> to = day(rule, "to");
        if (to.isPresent()
                && day(rule, "from").filter(from -> !from.isBefore(to.get())).isPresent()) {
            problem.accept("from must be before to");
        }
    }

    private static Optional<LocalDate> day(MaskingRule rule, String name) {
        try {
            return rule.parameters().get(name) instanceof String text
                    ? Optional.of(LocalDate.parse(text))
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static DaysKept kept(MaskingRule rule, ColumnProfile column) {
        Optional<LocalDate> from = day(rule, "from");
        Optional<LocalDate> to = day(rule, "to");
        boolean bounded = from.isPresent() || to.isPresent();
        // What lies before and behind would have to go round in a type that ends within a day.
        if (bounded && flag(rule, "alike") && DaysKept.isMySqlTimestamp(column)) {
            throw new MaskingRefused(
                    "%s: rule shift-date takes no from or to with alike: true in a %s column; leave out alike, or use a datetime"
                            .formatted(column.path(), column.sqlType()));
        }
        return DaysKept.of(column).between(from, to);
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
