package dev.understudy.jobs.plan;

import dev.understudy.jobs.plan.Checks.Masked;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.Neutral;
import dev.understudy.masking.ValueForm;
import dev.understudy.schema.Check;
import dev.understudy.schema.Column;
import dev.understudy.schema.Table;
import dev.understudy.source.CheckProbe;
import dev.understudy.source.CheckProbe.Question;
import dev.understudy.source.CheckProbe.Tried;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds out whether masked rows would break a check over several columns: makes rows up, asks the
/// source's server which of them pass, masks those, and asks again.
final class RowTrials {
    private static final int ROWS_PER_COLUMN = 400;
    private static final int MOST_ROWS = 3000;
    private static final int MOST_MASKED = 500;

    /// With fewer rows that pass unmasked, masked ones may pass by luck.
    private static final int ENOUGH = 10;

    /// Checks often want one of many columns, or all of them but one.
    private static final double[] SHARES_OF_NULL = {0.05, 0.5, 0.9};

    /// More than neighbouring trial values lie apart, and than dates are mostly shifted that do not
    /// move together; so few that they hardly pass a limit of the check which no shift would.
    private static final int DAYS = 400;

    /// A column of the check.
    ///
    /// @param masked empty if its values stay as they are, as far as the check can tell
    /// @param constants among the values those that the check names
    /// @param neighbours values so near to each other that a masker may change their order
    private record Part(
            Column column,
            Optional<Masked> masked,
            List<String> values,
            List<String> constants,
            List<String> neighbours) {}

    private final CheckProbe probe;
    private final Table table;
    private final Check check;
    private final List<Part> parts = new ArrayList<>();

    private RowTrials(CheckProbe probe, Table table, Check check) {
        this.probe = probe;
        this.table = table;
        this.check = check;
    }

    /// Those of the masked columns that would have to be kept so that the check holds, none if it
    /// holds as they are masked; empty if trials do not tell.
    static Optional<List<Masked>> toKeep(
            CheckProbe probe, Table table, Check check, List<Masked> masked) {
        var trials = new RowTrials(probe, table, check);
        List<Masked> concerned = masked.stream().filter(each -> concerns(check, each)).toList();
        if (concerned.isEmpty()) {
            return Optional.of(List.of());
        }
        for (String name : check.columns()) {
            Optional<Part> part =
                    table.column(name)
                            .flatMap(column ->
                                    trials.part(
                                            column,
                                            concerned.stream()
                                                    .filter(each ->
                                                            each.path().column().equals(name))
                                                    .findFirst()));
            if (part.isEmpty()) {
                return Optional.empty();
            }
            trials.parts.add(part.get());
        }
        return trials.toKeep(concerned);
    }

    /// Maskers keep NULL, so a check that only asks whether there is a value is answered as before.
    static boolean concerns(Check check, Masked masked) {
        String column = masked.path().column();
        String rest =
                check.expression()
                        .replaceAll("num_(non)?nulls\\([^()]*\\)", "")
                        .replaceAll("(?i)" + named(column) + " IS (NOT )?NULL", "");
        return Decider.masksToNull(masked.decision().rule()) || mentions(rest, column);
    }

    static boolean mentions(String expression, String column) {
        return Pattern.compile(named(column))
                .matcher(expression.replaceAll("'(?:[^']|'')*'", "''"))
                .find();
    }

    private static String named(String column) {
        return "(?<![\\w\"`])[\"`]?" + Pattern.quote(column) + "[\"`]?(?![\\w\"`])";
    }

    private Optional<Part> part(Column column, Optional<Masked> masked) {
        ColumnProfile profile =
                masked.map(each -> each.decision().profile())
                        .orElseGet(() -> Profiles.of(table, column));
        boolean opaque = profile.array() || profile.form() == ValueForm.OPAQUE;
        boolean untold =
                masked.filter(each ->
                                (opaque && !isFixed(each))
                                        || (Checks.readsOthers(each) && !movesTogether(each)))
                        .isPresent();
        if (column.generated() || untold) {
            return Optional.empty();
        }
        if (opaque) {
            List<String> values =
                    profile.array()
                            ? List.of("{}")
                            : profile.neutral().map(Neutral::text).stream().toList();
            return values.isEmpty() && !column.nullable()
                    ? Optional.empty()
                    : Optional.of(new Part(column, masked, values, List.of(), List.of()));
        }
        List<String> values =
                Checks.fitting(profile, TrialValues.ofForm(profile, check.expression()));
        return values.isEmpty() && !column.nullable()
                ? Optional.empty()
                : Optional.of(
                        new Part(
                                column,
                                masked,
                                values,
                                Checks.fitting(
                                        profile, TrialValues.named(profile, check.expression())),
                                Checks.fitting(profile, TrialValues.neighbours(profile.form()))));
    }

    private static boolean isFixed(Masked masked) {
        MaskingRule rule = masked.decision().rule();
        return Decider.masksToNull(rule) || rule.masker().equals("empty");
    }

    /// Whether the column's dates are shifted by as many days as others: of the row, or all of
    /// their domain, where another key would shift them otherwise.
    private static boolean movesTogether(Masked masked) {
        return masked.decision().rule().parameters().containsKey("with") || isAlike(masked);
    }

    private static boolean isAlike(Masked masked) {
        MaskingRule rule = masked.decision().rule();
        return rule.masker().equals("shift-date")
                && Boolean.TRUE.equals(rule.parameters().get("alike"));
    }

    private Optional<List<Masked>> toKeep(List<Masked> concerned) {
        Optional<List<List<@Nullable String>>> passing = passing();
        if (passing.isEmpty() || passing.get().size() < ENOUGH) {
            return Optional.empty();
        }
        var before = new ArrayList<List<@Nullable String>>();
        var after = new ArrayList<List<@Nullable String>>();
        for (int i = 0; i < parts.size(); i++) {
            int at = i;
            List<@Nullable String> values = new ArrayList<>();
            passing.get().forEach(row -> values.add(row.get(at)));
            before.add(values);
            after.add(masked(parts.get(i), values));
        }
        for (Set<Masked> kept : choices(concerned)) {
            var columns = new ArrayList<List<@Nullable String>>();
            for (int i = 0; i < parts.size(); i++) {
                boolean keep = parts.get(i).masked().filter(each -> !kept.contains(each)).isEmpty();
                columns.add(keep ? before.get(i) : after.get(i));
            }
            Optional<List<@Nullable Boolean>> answers = ask(columns);
            if (answers.isEmpty()) {
                return Optional.empty();
            }
            if (!answers.get().contains(false)) {
                return Optional.of(concerned.stream().filter(kept::contains).toList());
            }
        }
        return Optional.empty();
    }

    /// What may be kept: nothing, one column, two, all; words at last, for they may tell most.
    private static List<Set<Masked>> choices(List<Masked> concerned) {
        List<Masked> byForm =
                concerned.stream()
                        .sorted(
                                Comparator.comparing(
                                        each -> each.decision().profile().form() == ValueForm.TEXT))
                        .toList();
        var choices = new ArrayList<Set<Masked>>();
        choices.add(Set.of());
        byForm.forEach(each -> choices.add(Set.of(each)));
        for (int i = 0; i < byForm.size(); i++) {
            for (int j = i + 1; j < byForm.size(); j++) {
                choices.add(Set.of(byForm.get(i), byForm.get(j)));
            }
        }
        choices.add(new HashSet<>(byForm));
        return choices;
    }

    /// Made-up rows that pass the check; empty if the server cannot tell.
    private Optional<List<List<@Nullable String>>> passing() {
        var random = new Random(check.expression().hashCode());
        int count = Math.min(MOST_ROWS, ROWS_PER_COLUMN * parts.size());
        var columns = new ArrayList<List<@Nullable String>>();
        parts.forEach(_ -> columns.add(new ArrayList<>()));
        for (int i = 0; i < count; i++) {
            double nulls = SHARES_OF_NULL[i % SHARES_OF_NULL.length];
            for (int j = 0; j < parts.size(); j++) {
                columns.get(j).add(value(parts.get(j), nulls, i % 2 == 0, random));
            }
        }
        Optional<List<@Nullable Boolean>> answers = ask(columns);
        if (answers.isEmpty()) {
            return Optional.empty();
        }
        var rows = new ArrayList<List<@Nullable String>>();
        for (int i = 0; i < count && rows.size() < MOST_MASKED; i++) {
            if (!Objects.equals(answers.get().get(i), false)) {
                List<@Nullable String> row = new ArrayList<>();
                for (List<@Nullable String> column : columns) {
                    row.add(column.get(i));
                }
                rows.add(row);
            }
        }
        return Optional.of(rows);
    }

    private static @Nullable String value(Part part, double nulls, boolean near, Random random) {
        if (part.values().isEmpty() || (part.column().nullable() && random.nextDouble() < nulls)) {
            return null;
        }
        List<String> from = part.values();
        if (near && !part.neighbours().isEmpty()) {
            from = part.neighbours();
        } else if (!part.constants().isEmpty() && random.nextBoolean()) {
            from = part.constants();
        }
        return from.get(random.nextInt(from.size()));
    }

    private List<@Nullable String> masked(Part part, List<@Nullable String> values) {
        if (part.masked().isEmpty()) {
            return values;
        }
        Masked masked = part.masked().get();
        MaskingRule rule = masked.decision().rule();
        if (Decider.masksToNull(rule)) {
            return Collections.nCopies(values.size(), null);
        }
        if (movesTogether(masked)) {
            return moved(masked, values);
        }
        List<String> present = values.stream().filter(Objects::nonNull).toList();
        List<@Nullable String> made;
        if (rule.masker().equals("empty")) {
            made =
                    new ArrayList<>(
                            Collections.nCopies(
                                    present.size(),
                                    masked.decision().profile().neutral().orElseThrow().text()));
        } else {
            made = Checks.mask(masked, present);
        }
        List<@Nullable String> result = new ArrayList<>();
        int next = 0;
        for (String value : values) {
            result.add(value == null ? null : made.get(next++));
        }
        return result;
    }

    /// Dates of one group all move alike, those of another differently; in every other row later,
    /// if their rule lets them go either way.
    private List<@Nullable String> moved(Masked masked, List<@Nullable String> dates) {
        long group =
                parts.stream()
                        .takeWhile(each -> !each.masked().equals(Optional.of(masked)))
                        .flatMap(each -> each.masked().stream())
                        .filter(each -> movesTogether(each) && !together(each, masked))
                        .count();
        List<@Nullable String> moved = new ArrayList<>();
        Object direction = masked.decision().rule().parameters().get("direction");
        for (String date : dates) {
            boolean later =
                    "later".equals(direction)
                            || (!"earlier".equals(direction) && moved.size() % 2 == 1);
            long days = (later ? DAYS : -DAYS) * (group + 1);
            moved.add(date == null ? null : moved(masked, date, days));
        }
        return moved;
    }

    private static String moved(Masked masked, String date, long days) {
        return masked.decision().profile().form() == ValueForm.DATE
                ? LocalDate.parse(date).plusDays(days).toString()
                : LocalDateTime.parse(date).plusDays(days).toString();
    }

    private static boolean together(Masked one, Masked other) {
        if (isAlike(one) && isAlike(other)) {
            return one.decision().rule().domain().equals(other.decision().rule().domain());
        }
        return other.decision().rule().parameters().get("with") instanceof List<?> with
                && with.contains(one.path().column());
    }

    private Optional<List<@Nullable Boolean>> ask(List<List<@Nullable String>> columns) {
        var tried = new ArrayList<Tried>();
        for (int i = 0; i < parts.size(); i++) {
            Column column = parts.get(i).column();
            tried.add(new Tried(column.name(), Checks.sqlType(column), columns.get(i)));
        }
        return Checks.ask(probe, new Question(table.name().name(), tried, check.expression()));
    }
}
