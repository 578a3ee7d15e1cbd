package dev.understudy.jobs.plan;

import dev.understudy.config.Location;
import dev.understudy.jobs.plan.Decision.Origin;
import dev.understudy.masking.ColumnMasker;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.ColumnValues;
import dev.understudy.masking.MaskedValues;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.masking.MaskingRefused;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.Neutral;
import dev.understudy.masking.ValueForm;
import dev.understudy.schema.Check;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.source.CheckProbe;
import dev.understudy.source.CheckProbe.Question;
import dev.understudy.source.CheckProbe.Tried;
import java.io.ByteArrayOutputStream;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds out, before a row is read, whether masked values would break the checks on their columns:
/// masks made-up values and asks the source's server. Only values that pass the check unmasked can
/// stand in the column, so only they count.
final class Checks {
    private static final String OF_DOMAIN = "of its domain ";

    /// With fewer values of its kind than these, a masker may have passed by luck.
    private static final int ENOUGH = 3;

    private static final int ROWS_AT_ONCE = 250;
    private static final int MOST_AT_EDGES = 512;

    private enum Outcome {
        HOLDS,
        BREAKS,
        UNKNOWN
    }

    /// A masked column, and what its values go through.
    record Masked(
            ColumnPath path, Decision decision, ColumnMasker masker, Optional<Location> where) {}

    private final CheckProbe probe;
    private final Decider decider;
    private final Findings findings;
    private final MaskingKeys keys;
    private final Set<List<Object>> asked = new HashSet<>();

    /// Columns that were found to break checks; their decisive ones.
    private final Set<ColumnPath> toKeep = new HashSet<>();

    Checks(CheckProbe probe, MaskingKeys keys, Decider decider, Findings findings) {
        this.probe = probe;
        this.keys = keys;
        this.decider = decider;
        this.findings = findings;
    }

    /// Looks at the checks on single columns.
    ///
    /// @param masked the table's masked columns, by name
    void examine(Table table, Map<String, Masked> masked) {
        for (Masked each : masked.values()) {
            checksAlone(table, each)
                    .filter(check -> asked.add(key(table, check)))
                    .forEach(check -> examine(table, each, check.name(), check.expression()));
            if (!Decider.masksToNull(each.decision().rule())) {
                parts(each.decision().column().type())
                        .flatMap(part ->
                                part.checks().stream()
                                        .map(expression ->
                                                new Check(
                                                        OF_DOMAIN + part.sql(),
                                                        List.of(),
                                                        expression)))
                        .distinct()
                        .forEach(check -> unproven(each, check.name(), check.expression()));
            }
        }
    }

    /// What values of a type are made of: the elements of an array, the attributes of a composite
    /// type, and their own. Nobody makes such values up.
    private static Stream<ColumnType> parts(ColumnType type) {
        ColumnType base = type.underlying();
        return Stream.concat(
                        base.element().stream(),
                        base.attributes().stream().map(ColumnType.Attribute::type))
                .flatMap(each -> Stream.concat(Stream.of(each), parts(each)));
    }

    /// Looks at the checks on several columns, as if those were kept that must be already.
    ///
    /// @param masked the table's masked columns, by name
    void examineRows(Table table, Map<String, Masked> masked) {
        for (Check check : table.checks()) {
            List<Masked> concerned =
                    check.columns().stream()
                            .filter(masked::containsKey)
                            .map(masked::get)
                            .filter(each -> !toKeep.contains(decider.decisive(each.path())))
                            .toList();
            if (check.columns().size() < 2
                    || concerned.isEmpty()
                    || !asked.add(key(table, check))) {
                continue;
            }
            Optional<List<Masked>> keep = RowTrials.toKeep(probe, table, check, concerned);
            if (keep.isEmpty()) {
                findings.warn(
                        "check-over-masked-columns",
                        concerned.getFirst().where(),
                        "%s: the check %s reads %s, some of them masked, so masked rows may break it"
                                .formatted(
                                        table.name(),
                                        check.name(),
                                        String.join(", ", check.columns())),
                        "the twin checks it after loading, and nothing is published if it fails");
            }
            for (Masked each : keep.orElse(List.of())) {
                findings.error(
                        "check-would-break",
                        each.where(),
                        "%s: the rule %s makes rows that break the check %s (%s)"
                                .formatted(
                                        each.path(),
                                        each.decision().rule(),
                                        check.name(),
                                        check.expression()),
                        hint(each, PersonalNames.KEEP_FOR_A_REASON));
            }
        }
    }

    /// Looks at the conditions of partial keys: masked values may let other rows under one.
    ///
    /// @param masked the table's masked columns, by name
    void examineConditions(Table table, Map<String, Masked> masked) {
        for (Key key : table.keys()) {
            if (!isUniqueAnyway(table, key)) {
                key.condition()
                        .filter(each -> asked.add(List.of(table.root(), key.columns(), each)))
                        .ifPresent(condition -> examineCondition(table, masked, key, condition));
            }
        }
    }

    private static boolean isUniqueAnyway(Table table, Key key) {
        return table.keys().stream()
                .filter(each -> each.condition().isEmpty())
                .anyMatch(each -> key.columns().containsAll(each.columns()));
    }

    private void examineCondition(
            Table table, Map<String, Masked> masked, Key key, String condition) {
        List<String> columns =
                table.columns().stream()
                        .map(Column::name)
                        .filter(each -> RowTrials.mentions(condition, each))
                        .toList();
        var outside = new Check(key.name(), columns, "(" + condition + ") IS NOT TRUE");
        List<Masked> concerned =
                columns.stream()
                        .filter(masked::containsKey)
                        .map(masked::get)
                        .filter(each ->
                                RowTrials.concerns(outside, each)
                                        && !toKeep.contains(decider.decisive(each.path())))
                        .toList();
        if (concerned.isEmpty()) {
            return;
        }
        Optional<List<Masked>> keep = RowTrials.toKeep(probe, table, outside, concerned);
        for (Masked each : keep.orElse(concerned)) {
            String message =
                    "%s decides which rows the unique index %s holds for (%s), and masked values let others under it"
                            .formatted(each.path(), key.name(), condition);
            // Whoever has chosen a rule may know that the index's columns differ in all rows.
            if (keep.isPresent() && each.decision().origin() instanceof Origin.ByType) {
                toKeep.add(each.path());
                findings.error(
                        "unique-would-break",
                        each.where(),
                        message,
                        "%s: %s"
                                .formatted(
                                        each.path().asPattern(), PersonalNames.KEEP_FOR_A_REASON));
            } else {
                findings.warn(
                        "unique-under-condition",
                        each.where(),
                        message,
                        "keep the column, or look whether the index's columns (%s) differ in all rows"
                                .formatted(String.join(", ", key.columns())));
            }
        }
    }

    private String hint(Masked masked, String rule) {
        ColumnPath decisive = decider.decisive(masked.path());
        toKeep.add(decisive);
        return "%s: %s, or a masker or constant whose results pass it"
                .formatted(decisive.asPattern(), rule);
    }

    /// A rule whose values were seen to pass all checks on the column alone, as the config writes
    /// it; to keep the column where none is known.
    private String remedy(Table table, Masked masked) {
        ColumnProfile profile = masked.decision().profile();
        boolean decides = decider.decisive(masked.path()).equals(masked.path());
        if (!decides
                || readsOthers(masked)
                || profile.array()
                || Profiles.inCompositeKey(table, masked.path().column())) {
            return PersonalNames.KEEP_FOR_A_REASON;
        }
        String all =
                checksAlone(table, masked).map(Check::expression).collect(Collectors.joining(" "));
        Set<String> passing = passing(table, masked, TrialValues.ofForm(profile, all));
        List<String> named =
                TrialValues.named(profile, all).stream().filter(passing::contains).toList();
        return Remedies.of(profile, masked.decision().rule(), named, all, passing).stream()
                .filter(each -> passes(table, masked, each))
                .map(PersonalNames::written)
                .findFirst()
                .orElse(PersonalNames.KEEP_FOR_A_REASON);
    }

    /// Those of some values that pass all checks on the column alone.
    private Set<String> passing(Table table, Masked masked, List<String> values) {
        List<String> fitting = fitting(masked.decision().profile(), values);
        var passing = new LinkedHashSet<>(fitting);
        checksAlone(table, masked)
                .forEach(check -> {
                    Optional<List<@Nullable Boolean>> answers =
                            ask(
                                    table,
                                    masked,
                                    check.name(),
                                    check.expression(),
                                    new ArrayList<>(fitting));
                    for (int i = 0; i < fitting.size(); i++) {
                        if (answers.isEmpty() || Boolean.FALSE.equals(answers.get().get(i))) {
                            passing.remove(fitting.get(i));
                        }
                    }
                });
        return passing;
    }

    private boolean passes(Table table, Masked masked, MaskingRule rule) {
        Decision decision = masked.decision();
        var other = new Decision(decision.column(), decision.profile(), rule, decision.origin());
        ColumnMasker masker;
        try {
            masker =
                    Maskers.named(rule.masker())
                            .orElseThrow()
                            .bind(rule, decision.profile(), List.of(), keys);
        } catch (MaskingRefused e) {
            return false;
        }
        var tried = new Masked(masked.path(), other, masker, masked.where());
        return checksAlone(table, tried)
                .allMatch(each ->
                        outcome(table, tried, each.name(), each.expression()) == Outcome.HOLDS);
    }

    /// The checks that read a column alone, those of its domains included.
    private static Stream<Check> checksAlone(Table table, Masked masked) {
        List<String> column = List.of(masked.path().column());
        ColumnType type = masked.decision().column().type();
        return Stream.concat(
                table.checks().stream().filter(each -> each.columns().equals(column)),
                type.checks().stream()
                        .map(each -> new Check(OF_DOMAIN + type.sql(), column, each)));
    }

    /// Whether a check lists the values that a column may have. May overlook one.
    static boolean isListed(Table table, Column column) {
        Pattern list =
                Pattern.compile(
                        "\\(*[\"`]?(VALUE|"
                                + Pattern.quote(column.name())
                                + ")[\"`]?\\)*(::[a-z ]+)?\\)* (= ANY \\(+(ARRAY\\[|'\\{)|= '|= -?[0-9]|in \\().*",
                        Pattern.DOTALL);
        return Stream.concat(
                        table.checks().stream()
                                .filter(each -> each.columns().equals(List.of(column.name())))
                                .map(Check::expression),
                        column.type().checks().stream())
                .anyMatch(each -> list.matcher(each).matches() && !each.contains(" OR "));
    }

    /// Partitions repeat their root's checks and keys, these under other names.
    private static List<Object> key(Table table, Check check) {
        return List.of(table.root(), check.name(), check.columns(), check.expression());
    }

    private void examine(Table table, Masked masked, String name, String expression) {
        switch (outcome(table, masked, name, expression)) {
            case HOLDS -> {}
            case BREAKS ->
                    findings.error(
                            "check-would-break",
                            masked.where(),
                            "%s: the rule %s makes values that break the check %s (%s)"
                                    .formatted(
                                            masked.path(),
                                            masked.decision().rule(),
                                            name,
                                            expression),
                            hint(masked, remedy(table, masked)));
            case UNKNOWN -> unproven(masked, name, expression);
        }
    }

    private void unproven(Masked masked, String name, String expression) {
        findings.warn(
                "check-unproven",
                masked.where(),
                "%s: no made-up value shows whether the rule %s keeps the check %s (%s)"
                        .formatted(masked.path(), masked.decision().rule(), name, expression),
                "the twin checks it after loading, and nothing is published if it fails");
    }

    private Outcome outcome(Table table, Masked masked, String name, String expression) {
        ColumnProfile profile = masked.decision().profile();
        boolean toNull = Decider.masksToNull(masked.decision().rule());
        if (toNull || masked.decision().rule().masker().equals("empty")) {
            var only = new ArrayList<@Nullable String>();
            only.add(toNull ? null : profile.neutral().map(Neutral::text).orElseThrow());
            return ask(table, masked, name, expression, only)
                    .map(answers -> answers.contains(false) ? Outcome.BREAKS : Outcome.HOLDS)
                    .orElse(Outcome.UNKNOWN);
        }
        if (profile.array() || profile.form() == ValueForm.OPAQUE || readsOthers(masked)) {
            return Outcome.UNKNOWN;
        }
        Trial ofKind =
                tryOut(
                        table,
                        masked,
                        name,
                        expression,
                        TrialValues.ofKind(masked.decision().rule().masker()));
        if (ofKind.broke() || ofKind.tried() >= ENOUGH) {
            return ofKind.broke() ? Outcome.BREAKS : Outcome.HOLDS;
        }
        List<String> made = new ArrayList<>(TrialValues.ofForm(profile, expression));
        made.addAll(edges(table, masked, name, expression));
        Trial ofForm = tryOut(table, masked, name, expression, made);
        if (ofForm.broke()) {
            return Outcome.BREAKS;
        }
        return ofKind.tried() + ofForm.tried() > 0 ? Outcome.HOLDS : Outcome.UNKNOWN;
    }

    /// The days around those on which the check's answer changes, such as the server's own today.
    private List<String> edges(Table table, Masked masked, String name, String expression) {
        ValueForm form = masked.decision().profile().form();
        List<LocalDate> days = TrialValues.calendar(form);
        List<@Nullable String> values = new ArrayList<>();
        days.forEach(day -> values.add(TrialValues.start(day, form)));
        Optional<List<@Nullable Boolean>> answers =
                days.isEmpty() ? Optional.empty() : ask(table, masked, name, expression, values);
        if (answers.isEmpty()) {
            return List.of();
        }
        var edges = new ArrayList<LocalDate>();
        for (int i = 1; i < days.size() && edges.size() < MOST_AT_EDGES; i++) {
            if (!Objects.equals(answers.get().get(i - 1), answers.get().get(i))) {
                days.get(i - 1).datesUntil(days.get(i)).forEach(edges::add);
            }
        }
        return TrialValues.written(edges, form);
    }

    /// What a rule makes of a value depends on the rest of its row, which nobody can make up.
    static boolean readsOthers(Masked masked) {
        MaskingRule rule = masked.decision().rule();
        return Maskers.named(rule.masker())
                .filter(each -> !each.reads(rule).columns().isEmpty())
                .isPresent();
    }

    /// How many values that pass the check were masked, and whether one of them then did not.
    private record Trial(int tried, boolean broke) {}

    private Trial tryOut(
            Table table, Masked masked, String name, String expression, List<String> made) {
        List<String> values = fitting(masked.decision().profile(), made);
        if (values.isEmpty()) {
            return new Trial(0, false);
        }
        Optional<List<@Nullable Boolean>> before =
                ask(table, masked, name, expression, new ArrayList<>(values));
        Optional<List<@Nullable Boolean>> after =
                ask(table, masked, name, expression, mask(masked, values));
        if (before.isEmpty() || after.isEmpty()) {
            return new Trial(0, false);
        }
        int tried = 0;
        boolean broke = false;
        for (int i = 0; i < values.size(); i++) {
            if (!Boolean.FALSE.equals(before.get().get(i))) {
                tried++;
                broke |= Boolean.FALSE.equals(after.get().get(i));
            }
        }
        return new Trial(tried, broke);
    }

    static List<String> fitting(ColumnProfile profile, List<String> values) {
        return values.stream()
                .filter(each -> WireText.encode(profile.form(), each).isPresent())
                .toList();
    }

    private Optional<List<@Nullable Boolean>> ask(
            Table table,
            Masked masked,
            String name,
            String expression,
            List<@Nullable String> values) {
        boolean ofDomain = name.startsWith(OF_DOMAIN);
        return ask(
                probe,
                new Question(
                        table.name().name(),
                        List.of(
                                new Tried(
                                        ofDomain ? "value" : masked.path().column(),
                                        sqlType(masked.decision().column()),
                                        values)),
                        expression));
    }

    /// So many rows at a time as a server likes in one statement.
    static Optional<List<@Nullable Boolean>> ask(CheckProbe probe, Question question) {
        List<@Nullable Boolean> answers = new ArrayList<>();
        for (int from = 0; from < question.rows(); from += ROWS_AT_ONCE) {
            int to = Math.min(from + ROWS_AT_ONCE, question.rows());
            Optional<List<@Nullable Boolean>> some = probe.holds(question.of(from, to));
            if (some.isEmpty()) {
                return Optional.empty();
            }
            answers.addAll(some.get());
        }
        return Optional.of(answers);
    }

    /// Without the modifier of numbers, which made-up ones may exceed.
    static String sqlType(Column column) {
        ColumnType base = column.type().underlying();
        return base.name().equals("numeric") ? "numeric" : base.sql();
    }

    static List<@Nullable String> mask(Masked masked, List<String> values) {
        ValueForm form = masked.decision().profile().form();
        var bytes = new ByteArrayOutputStream();
        var in = new ColumnValues();
        List<byte[]> encoded =
                values.stream().map(each -> WireText.encode(form, each).orElseThrow()).toList();
        encoded.forEach(bytes::writeBytes);
        in.reset(bytes.toByteArray(), encoded.size());
        int start = 0;
        for (byte[] each : encoded) {
            in.add(start, each.length);
            start += each.length;
        }
        var out = new MaskedValues();
        masked.masker().mask(in, out);
        var texts = new ArrayList<@Nullable String>();
        for (int i = 0; i < out.count(); i++) {
            texts.add(
                    out.length(i) == ColumnValues.NULL
                            ? null
                            : WireText.decode(form, out.bytes(), out.start(i), out.length(i)));
        }
        return texts;
    }
}
