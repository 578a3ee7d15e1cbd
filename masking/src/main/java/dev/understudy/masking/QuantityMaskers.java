package dev.understudy.masking;

import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.flag;
import static dev.understudy.masking.Declarations.integer;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.oneOf;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.Declarations.tagged;
import static dev.understudy.masking.ValueForm.DATE;
import static dev.understudy.masking.ValueForm.FLOAT4;
import static dev.understudy.masking.ValueForm.FLOAT8;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.NUMERIC;
import static dev.understudy.masking.ValueForm.TIME;
import static dev.understudy.masking.ValueForm.TIMESTAMP;
import static dev.understudy.masking.ValueForm.TIMESTAMPTZ;

import dev.understudy.masking.Generalization.Kind;
import dev.understudy.masking.MaskerDefinition.Parameter;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The maskers that say less of a quantity or of a time: rounded, in classes, within limits.
final class QuantityMaskers {
    private static final Set<ValueForm> NUMBERS =
            EnumSet.of(INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC);
    private static final Guarantees COARSE = promise(false, true, false);

    private QuantityMaskers() {}

    static List<Masker> all() {
        return List.of(round(), bucket(), clamp(), truncate(), birthDate(), shiftTime());
    }

    private static Masker round() {
        return new Masker(
                "round",
                "a multiple of a step",
                List.of(
                        new Parameter("step", "number", true, "the step: 1000, or 0.5"),
                        new Parameter(
                                "mode",
                                "string",
                                false,
                                "nearest (default), or down: the one below")),
                NUMBERS,
                always(COARSE),
                (rule, problem) -> {
                    oneOf(rule, "mode", problem, "nearest", "down");
                    checkMarks(List.of(step(rule)), "step", problem);
                    if (step(rule).signum() <= 0) {
                        problem.accept("step must be above 0");
                    }
                },
                (rule, column, keys, domain) -> {
                    Kind kind =
                            string(rule, "mode", "nearest").equals("down")
                                    ? Kind.DOWN
                                    : Kind.NEAREST;
                    return generalized(kind, List.of(step(rule)), rule, column, keys, domain);
                });
    }

    private static BigDecimal step(MaskingRule rule) {
        return exact(Objects.requireNonNull(rule.parameters().get("step")));
    }

    private static Masker bucket() {
        return new Masker(
                "bucket",
                "the lower bound of the number's class",
                List.of(
                        new Parameter(
                                "bounds",
                                "array",
                                true,
                                "the lower bounds, ascending: [0, 18, 30, 50]; smaller numbers become the first")),
                NUMBERS,
                always(COARSE),
                (rule, problem) -> {
                    List<?> bounds = (List<?>) rule.parameters().get("bounds");
                    if (bounds == null
                            || bounds.isEmpty()
                            || !bounds.stream().allMatch(Number.class::isInstance)) {
                        problem.accept("bounds must be numbers");
                        return;
                    }
                    List<BigDecimal> marks = bounds(rule);
                    checkMarks(marks, "bounds", problem);
                    for (int i = 1; i < marks.size(); i++) {
                        if (marks.get(i - 1).compareTo(marks.get(i)) >= 0) {
                            problem.accept("bounds must ascend");
                            return;
                        }
                    }
                },
                (rule, column, keys, domain) ->
                        generalized(Kind.CLASSES, bounds(rule), rule, column, keys, domain));
    }

    private static List<BigDecimal> bounds(MaskingRule rule) {
        return rule.parameters().get("bounds") instanceof List<?> bounds
                ? bounds.stream().map(each -> exact(Objects.requireNonNull(each))).toList()
                : List.of();
    }

    private static Masker clamp() {
        return new Masker(
                "clamp",
                "at least and at most some number; those between stay, so say why in `reason`",
                List.of(
                        new Parameter("min", "number", false, "the least"),
                        new Parameter("max", "number", false, "the most")),
                NUMBERS,
                always(new Guarantees(true, false, true, false, true, false, true, false)),
                (rule, problem) -> {
                    List<BigDecimal> limits = limits(rule);
                    checkMarks(limits, "min and max", problem);
                    if (limits.isEmpty()) {
                        problem.accept("give min, max or both");
                    } else if (limits.getFirst().compareTo(limits.getLast()) > 0) {
                        problem.accept("min must not be above max");
                    }
                },
                (rule, column, keys, domain) -> {
                    List<BigDecimal> limits = limits(rule);
                    Kind kind =
                            limits.size() == 2
                                    ? Kind.BETWEEN
                                    : rule.parameters().containsKey("min")
                                            ? Kind.AT_LEAST
                                            : Kind.AT_MOST;
                    return generalized(kind, limits, rule, column, keys, domain);
                });
    }

    private static List<BigDecimal> limits(MaskingRule rule) {
        return Stream.of("min", "max")
                .map(each -> rule.parameters().get(each))
                .filter(Objects::nonNull)
                .map(QuantityMaskers::exact)
                .toList();
    }

    private static BigDecimal exact(Object number) {
        BigDecimal exact = new BigDecimal(number.toString()).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }

    private static void checkMarks(List<BigDecimal> marks, String name, Consumer<String> problem) {
        for (BigDecimal each : marks) {
            if (each.scale() > Generalization.MOST_DECIMALS
                    || each.precision() - each.scale() > Generalization.MOST_WHOLE_DIGITS) {
                problem.accept(
                        "%s must have at most %d digits before the point and %d behind it"
                                .formatted(
                                        name,
                                        Generalization.MOST_WHOLE_DIGITS,
                                        Generalization.MOST_DECIMALS));
                return;
            }
        }
    }

    private static ColumnMasker generalized(
            Kind kind,
            List<BigDecimal> marks,
            MaskingRule rule,
            ColumnProfile column,
            MaskingKeys keys,
            String domain) {
        boolean steps = kind == Kind.NEAREST || kind == Kind.DOWN;
        int decimals = marks.stream().mapToInt(BigDecimal::scale).max().orElseThrow();
        int most =
                column.form().isInteger()
                        ? 0
                        : column.form() == NUMERIC && column.maxLength().isPresent()
                                ? Maskers.scale(column)
                                : decimals;
        if (decimals > most) {
            throw new MaskingRefused(
                    "%s: rule %s gives numbers with %d decimals but the column is %s; give some with %d"
                            .formatted(
                                    column.path(),
                                    rule.masker(),
                                    decimals,
                                    column.sqlType(),
                                    most));
        }
        int whole = longest(column) - most;
        for (BigDecimal each : marks) {
            boolean fits =
                    column.form() != NUMERIC
                            || column.maxLength().isEmpty()
                            || each.precision() - each.scale() <= whole;
            if (!fits) {
                throw new MaskingRefused(
                        "%s: rule %s gives a value that is no %s; give a number within its range"
                                .formatted(column.path(), rule.masker(), column.sqlType()));
            }
            if (!steps) {
                Constants.encode(each, rule, column);
            }
        }
        return tagged(column, keys, domain, new Generalization(kind, marks).writer(column));
    }

    private static Masker truncate() {
        return new Masker(
                "truncate",
                "the first instant of the same month, week, hour; of what has a zone, in UTC",
                List.of(
                        new Parameter(
                                "to",
                                "string",
                                true,
                                "year, quarter, month, week (Monday), day, hour, minute or second")),
                EnumSet.of(DATE, TIME, TIMESTAMP, TIMESTAMPTZ),
                always(promise(false, true, true)),
                (rule, problem) ->
                        oneOf(
                                rule,
                                "to",
                                problem,
                                Arrays.stream(Periods.Unit.values())
                                        .map(each -> each.name().toLowerCase(Locale.ROOT))
                                        .toArray(String[]::new)),
                (rule, column, keys, domain) -> {
                    var unit =
                            Periods.Unit.valueOf(
                                    string(rule, "to", "day").toUpperCase(Locale.ROOT));
                    boolean fits =
                            switch (column.form()) {
                                case DATE -> !unit.isPartOfDay() && unit != Periods.Unit.DAY;
                                case TIME -> unit.isPartOfDay();
                                default -> true;
                            };
                    if (!fits) {
                        throw new MaskingRefused(
                                "%s: rule truncate cannot take a %s to its %s; use %s"
                                        .formatted(
                                                column.path(),
                                                column.sqlType(),
                                                string(rule, "to", "day"),
                                                column.form() == DATE ? "month" : "hour"));
                    }
                    return Periods.truncate(column.form(), unit);
                });
    }

    private static Masker birthDate() {
        return new Masker(
                "birth-date",
                "another birth date of the same class of ages; the oldest get one date for all",
                List.of(
                        new Parameter(
                                "on", "string", true, "the day on which ages count: 2026-01-01"),
                        new Parameter("band", "integer", false, "how many years a class has, 5"),
                        new Parameter(
                                "oldest",
                                "integer",
                                false,
                                "the oldest age that is told apart, 89 as in HIPAA's Safe Harbor")),
                EnumSet.of(DATE, TIMESTAMP, TIMESTAMPTZ),
                always(promise(false, true, true)),
                (rule, problem) -> {
                    try {
                        int year = LocalDate.parse(string(rule, "on", "")).getYear();
                        if (year < 1000 || year > 9999) {
                            problem.accept("on must lie in the years 1000 to 9999");
                        }
                    } catch (DateTimeException e) {
                        problem.accept("on must be a day like 2026-01-01");
                    }
                    long band = integer(rule, "band", 5);
                    if (band < 1 || band > 50) {
                        problem.accept("band must be from 1 to 50");
                    }
                    long oldest = integer(rule, "oldest", 89);
                    if (oldest < 1 || oldest > 150) {
                        problem.accept("oldest must be from 1 to 150");
                    }
                },
                (rule, column, keys, domain) ->
                        Periods.birthDate(
                                column.form(),
                                LocalDate.parse(string(rule, "on", "")),
                                (int) integer(rule, "band", 5),
                                (int) integer(rule, "oldest", 89),
                                Cmac.of(keys, domain)));
    }

    private static Masker shiftTime() {
        return new Masker(
                "shift-time",
                "some time earlier or later on the same day",
                List.of(
                        new Parameter("max-minutes", "integer", false, "how far at most, 60"),
                        new Parameter(
                                "alike",
                                "boolean",
                                false,
                                "shift all values of the domain alike, which keeps uniqueness; false")),
                EnumSet.of(TIME, TIMESTAMP, TIMESTAMPTZ),
                (rule, column) -> promise(flag(rule, "alike"), true, true),
                (rule, problem) -> {
                    long minutes = integer(rule, "max-minutes", 60);
                    if (minutes < 1 || minutes > 720) {
                        problem.accept("max-minutes must be from 1 to 720");
                    }
                },
                (rule, column, keys, domain) -> {
                    int minutes = (int) integer(rule, "max-minutes", 60);
                    return flag(rule, "alike")
                            ? Periods.shiftAlike(column.form(), minutes, keys, domain)
                            : Periods.shift(column.form(), minutes, keys, domain);
                });
    }
}
