package dev.understudy.jobs.plan;

import dev.understudy.config.JobConfig;
import dev.understudy.config.Location;
import dev.understudy.config.OrphanRule;
import dev.understudy.config.OrphanRule.Fate;
import dev.understudy.config.Reference;
import dev.understudy.config.RowRule;
import dev.understudy.config.RowRule.Condition;
import dev.understudy.config.RowRule.Window;
import dev.understudy.config.Spelling;
import dev.understudy.jobs.plan.ChosenRows.NullifiedKey;
import dev.understudy.schema.Check;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.Database;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowConditions;
import dev.understudy.source.RowConditions.CalendarDay;
import dev.understudy.source.RowConditions.Link;
import dev.understudy.source.RowConditions.Rows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Chooses which rows of every table come, and finds out what becomes of foreign keys to the
/// others. Partitions follow their root, here as everywhere.
final class RowChooser {
    private static final Set<String> DATES = Set.of("date", "timestamp", "timestamptz");

    /// Functions of the engines that do not say the same for a row each time.
    private static final Pattern CHANGING =
            Pattern.compile(
                    "(?i)(?<![\\w\"'`])(?:(now|random|rand|uuid|gen_random_uuid|clock_timestamp|statement_timestamp|transaction_timestamp"
                            + "|curdate|curtime|sysdate|utc_date|utc_timestamp|unix_timestamp|age)\\s*\\("
                            + "|(current_date|current_time|current_timestamp|localtime|localtimestamp)\\b)");

    private final JobConfig config;
    private final Database database;
    private final Selection selection;
    private final Decider decider;
    private final Map<String, KnownSource> sources;
    private final Findings findings;
    private final Map<TableName, RowRule> rules = new HashMap<>();
    private final Map<TableName, List<String>> asked = new HashMap<>();
    private final Map<TableName, List<String>> chosen = new HashMap<>();
    private final LinkedHashSet<TableName> choosing = new LinkedHashSet<>();
    private final List<Orphans> orphans = new ArrayList<>();
    private final Map<TableName, List<NullifiedKey>> nullified = new HashMap<>();
    private boolean broken;

    /// A foreign key to rows of which some are left out.
    ///
    /// @param where the line that decides about it
    private record Orphans(ForeignKey key, Fate fate, Optional<Location> where) {}

    private RowChooser(
            JobConfig config,
            Database database,
            Selection selection,
            Decider decider,
            List<KnownSource> sources,
            Findings findings) {
        this.config = config;
        this.database = database;
        this.selection = selection;
        this.decider = decider;
        this.sources = sources.stream().collect(Collectors.toMap(KnownSource::name, each -> each));
        this.findings = findings;
    }

    /// Chooses, and counts foreign keys that would lose their row where that is refused.
    static RowChooser choose(
            JobConfig config,
            Database database,
            Selection selection,
            Decider decider,
            List<KnownSource> sources,
            Findings findings) {
        var chooser = new RowChooser(config, database, selection, decider, sources, findings);
        chooser.findRules();
        chooser.rules.keySet().stream().sorted().forEach(chooser::ask);
        List<ForeignKey> keys = chooser.keys();
        chooser.findOrphans(keys);
        chooser.expectKeys(keys);
        if (!chooser.broken) {
            chooser.asked.keySet().stream().sorted().forEach(chooser::conditions);
        }
        // What the server would not take cannot be counted, either.
        if (!chooser.broken) {
            chooser.orphans.forEach(chooser::settle);
            chooser.nullified.keySet().stream()
                    .sorted()
                    .map(chooser::table)
                    .forEach(chooser::proveChecks);
        }
        return chooser;
    }

    /// What was chosen of a table with rows of its own.
    ChosenRows of(Table table) {
        TableName home = table.root();
        return new ChosenRows(
                chosen.getOrDefault(home, List.of()),
                asked.getOrDefault(home, List.of()),
                Stream.of(home, table.name())
                        .distinct()
                        .flatMap(each -> nullified.getOrDefault(each, List.of()).stream())
                        .toList(),
                Optional.ofNullable(rules.get(home)).map(RowChooser::definition).orElse(""));
    }

    private static String definition(RowRule rule) {
        return rule.window()
                        .map(each ->
                                "%s within %s and %s "
                                        .formatted(
                                                each.columns(),
                                                each.within(),
                                                new TreeSet<>(each.kept())))
                        .orElse("")
                + rule.condition().map(Condition::sql).orElse("");
    }

    private Table table(TableName name) {
        return database.table(name).orElseThrow();
    }

    private RowConditions sql(TableName table) {
        return source(table).conditions().get();
    }

    private KnownSource source(TableName table) {
        return Objects.requireNonNull(sources.get(table.source()), table.source());
    }

    private void error(String id, Optional<Location> where, String message, String hint) {
        broken = true;
        findings.error(id, where, message, hint);
    }

    private void findRules() {
        var matching = new HashSet<RowRule>();
        for (Table table : database.tables()) {
            if (!selection.copiesRows(table.name())) {
                continue;
            }
            List<RowRule> found =
                    config.rows().rules().stream()
                            .filter(each -> matches(each, table.name()))
                            .sorted(Comparator.comparingInt(each -> -each.tables().specificity()))
                            .toList();
            if (table.partitionRoot().isPresent()) {
                found.forEach(each -> checkPartition(each, table, matching));
            } else if (!found.isEmpty()) {
                matching.addAll(found);
                rules.put(table.name(), found.getFirst());
                refuseRivals(table.name(), found);
            }
        }
        for (RowRule each : config.rows().rules()) {
            if (!matching.contains(each)) {
                Optional<TableName> withoutRows =
                        database.tables().stream()
                                .map(Table::name)
                                .filter(name -> matches(each, name))
                                .findFirst();
                error(
                        "pattern-matches-nothing",
                        Optional.of(each.tables().where()),
                        "rows: %s matches no table whose rows are copied"
                                .formatted(each.tables().text()),
                        withoutRows
                                .map(name ->
                                        "remove it, or copy the rows of %s: see tables"
                                                .formatted(name))
                                .orElseGet(() -> near(each)));
            }
        }
    }

    private String near(RowRule rule) {
        return Selection.nearest(
                rule.tables(), selection.selected().stream().filter(selection::copiesRows));
    }

    private static boolean matches(RowRule rule, TableName table) {
        return rule.tables().matches(table.source(), table.schema(), table.name());
    }

    private void checkPartition(RowRule rule, Table table, Set<RowRule> matching) {
        TableName root = table.root();
        if (matching.add(rule) && !matches(rule, root)) {
            error(
                    "partition-apart-from-root",
                    Optional.of(rule.tables().where()),
                    "%s matches the partition %s but not %s, which it belongs to"
                            .formatted(rule.tables().text(), table.name(), root),
                    "partitions follow their root: write %s instead".formatted(root));
        }
    }

    private void refuseRivals(TableName table, List<RowRule> found) {
        RowRule first = found.getFirst();
        if (found.size() > 1
                && found.get(1).tables().specificity() == first.tables().specificity()) {
            error(
                    "ambiguous-rule",
                    Optional.of(found.get(1).tables().where()),
                    "rows: %s is matched by %s and, in line %d, by %s, which is exactly as specific"
                            .formatted(
                                    table,
                                    found.get(1).tables().text(),
                                    first.tables().where().line(),
                                    first.tables().text()),
                    "write a rule for %s itself".formatted(table));
        }
    }

    /// Writes what a table's rule asks for.
    private void ask(TableName name) {
        RowRule rule = Objects.requireNonNull(rules.get(name));
        var conditions = new ArrayList<String>();
        rule.window().flatMap(each -> window(name, each)).ifPresent(conditions::add);
        rule.condition()
                .filter(each -> isTaken(name, each))
                .ifPresent(each -> conditions.add(each.sql()));
        if (!conditions.isEmpty()) {
            asked.put(name, conditions);
        }
    }

    private Optional<String> window(TableName name, Window window) {
        boolean fits = true;
        for (String column : window.columns()) {
            fits &= holdsDates(name, column, window.where());
        }
        if (!fits) {
            return Optional.empty();
        }
        var kept = EnumSet.noneOf(CalendarDay.class);
        for (RowRule.CalendarDay each : window.kept()) {
            kept.add(
                    switch (each) {
                        case MONTH_ENDS -> CalendarDay.MONTH_END;
                        case YEAR_ENDS -> CalendarDay.YEAR_END;
                        case FEB_29 -> CalendarDay.FEB_29;
                    });
        }
        return Optional.of(
                sql(name)
                        .since(
                                window.columns(),
                                source(name).today().minus(window.within()),
                                kept));
    }

    private boolean holdsDates(TableName name, String written, Location where) {
        Table table = table(name);
        Optional<Column> column = table.column(written);
        if (column.isEmpty()) {
            error(
                    "unknown-column",
                    Optional.of(where),
                    "rows: %s has no column %s to see from how old a row is"
                            .formatted(name, written),
                    Spelling.closest(
                                    written,
                                    table.columns().stream()
                                            .filter(RowChooser::holdsDates)
                                            .map(Column::name)
                                            .toList())
                            .map("did you mean %s?"::formatted)
                            .orElse(
                                    "name a column with a date, or write a rule for %s itself"
                                            .formatted(name)));
            return false;
        }
        if (!holdsDates(column.get())) {
            error(
                    "no-date-column",
                    Optional.of(where),
                    "rows: %s is %s, and only a date or timestamp says how old a row is"
                            .formatted(new ColumnPath(name, written), column.get().type().sql()),
                    "name another column, or write a condition at where");
            return false;
        }
        return true;
    }

    private static boolean holdsDates(Column column) {
        ColumnType type = column.type().underlying();
        return type.kind() == ColumnType.Kind.BASE && DATES.contains(type.name());
    }

    private boolean isTaken(TableName name, Condition condition) {
        Optional<String> refusal = sql(name).refusal(name.local(), condition.sql());
        refusal.ifPresent(why ->
                error(
                        "condition-refused",
                        Optional.of(condition.where()),
                        "rows: the source does not take this as a condition on %s: %s"
                                .formatted(name, why),
                        "write one expression over columns of %s, as it would stand behind WHERE; functions and types of your own need their schema"
                                .formatted(name)));
        Matcher changing = CHANGING.matcher(condition.sql());
        if (changing.find()) {
            findings.warn(
                    "condition-may-change",
                    Optional.of(condition.where()),
                    "rows: the condition on %s calls %s, which may say something else of a row while the run reads it"
                            .formatted(
                                    name,
                                    Objects.requireNonNullElse(
                                            changing.group(1), changing.group(2))),
                    "write what stays the same, or choose by age with since");
        }
        return refusal.isEmpty();
    }

    /// The foreign keys of copied rows to copied tables, declared or not.
    private List<ForeignKey> keys() {
        var keys = new ArrayList<ForeignKey>();
        for (Table table : database.tables()) {
            if (selection.copiesRows(table.name())) {
                Selection.ownForeignKeys(table, database).stream()
                        .filter(each -> selection.copiesRows(each.referenced()))
                        .forEach(keys::add);
            }
        }
        for (Reference each : config.references()) {
            if (each.kind() == Reference.Kind.FOREIGN_KEY) {
                undeclared(each).filter(key -> !isKnown(key, keys)).ifPresent(keys::add);
            }
        }
        return keys;
    }

    private static boolean isKnown(ForeignKey key, List<ForeignKey> keys) {
        return keys.stream()
                .anyMatch(each ->
                        each.table().equals(key.table())
                                && each.referenced().equals(key.referenced())
                                && each.columns().equals(key.columns())
                                && each.referencedColumns().equals(key.referencedColumns()));
    }

    /// Empty if something of it does not exist, which was reported before, or has no rows here.
    private Optional<ForeignKey> undeclared(Reference reference) {
        TableName from = name(reference.from());
        TableName to = name(reference.to());
        return Optional.of(
                        new ForeignKey(
                                reference.text(),
                                from,
                                reference.from().columns(),
                                to,
                                reference.to().columns(),
                                false))
                .filter(_ -> selection.copiesRows(from) && selection.copiesRows(to))
                .filter(key -> haveAll(key.table(), key.columns()))
                .filter(key -> haveAll(key.referenced(), key.referencedColumns()));
    }

    private boolean haveAll(TableName table, List<String> columns) {
        return columns.stream().allMatch(each -> table(table).column(each).isPresent());
    }

    private TableName name(Reference.End end) {
        return new TableName(
                end.source().orElseGet(() -> config.sources().getFirst().name()),
                end.schema(),
                end.table());
    }

    private void findOrphans(List<ForeignKey> keys) {
        for (ForeignKey key : keys) {
            TableName parent = table(key.referenced()).root();
            boolean masksToNull =
                    key.columns().stream()
                            .flatMap(each -> decider.verdict(key.table(), each).stream())
                            .anyMatch(each -> Decider.masksToNull(each.rule()));
            if (!asked.containsKey(parent) || masksToNull) {
                continue;
            }
            if (!key.table().source().equals(parent.source())) {
                findings.warn(
                        "orphans-of-another-source",
                        Optional.of(Objects.requireNonNull(rules.get(parent)).tables().where()),
                        "%s references %s, some rows of which are left out: no server can tell which of the references lose their row"
                                .formatted(key.table(), parent),
                        "choose rows of both tables alike, or take references without a row");
                continue;
            }
            orphans.add(orphans(key));
        }
    }

    private Orphans orphans(ForeignKey key) {
        List<OrphanRule> found =
                config.rows().orphans().stream()
                        .filter(each -> matches(each, key))
                        .sorted(Comparator.comparingInt(each -> -each.columns().specificity()))
                        .toList();
        if (found.isEmpty()) {
            return new Orphans(key, Fate.REFUSE, Optional.empty());
        }
        OrphanRule first = found.getFirst();
        found.stream()
                .skip(1)
                .filter(each ->
                        each.columns().specificity() == first.columns().specificity()
                                && each.fate() != first.fate())
                .findFirst()
                .ifPresent(rival ->
                        error(
                                "ambiguous-rule",
                                Optional.of(rival.columns().where()),
                                "orphans: the foreign key %s of %s is matched by %s and, in line %d, by %s, which is exactly as specific"
                                        .formatted(
                                                key.name(),
                                                key.table(),
                                                rival.columns().text(),
                                                first.columns().where().line(),
                                                first.columns().text()),
                                "write a rule for %s itself".formatted(path(key).asPattern())));
        return new Orphans(key, first.fate(), Optional.of(first.columns().where()));
    }

    private boolean matches(OrphanRule rule, ForeignKey key) {
        return Stream.of(key.table(), table(key.table()).root())
                .anyMatch(table ->
                        key.columns().stream()
                                .anyMatch(each ->
                                        new ColumnPath(table, each).matches(rule.columns())));
    }

    private void expectKeys(List<ForeignKey> keys) {
        for (OrphanRule each : config.rows().orphans()) {
            boolean isForAll = each.columns().text().equals("*");
            if (!isForAll && keys.stream().noneMatch(key -> matches(each, key))) {
                error(
                        "pattern-matches-nothing",
                        Optional.of(each.columns().where()),
                        "orphans: %s matches no foreign key of copied rows"
                                .formatted(each.columns().text()),
                        Spelling.closest(
                                        each.columns().text(),
                                        keys.stream().flatMap(RowChooser::names).toList())
                                .map("did you mean %s?"::formatted)
                                .orElse("remove it, or correct its name; case counts"));
            }
        }
    }

    /// What a pattern may call the columns of a key, with the schema and without.
    private static Stream<String> names(ForeignKey key) {
        return key.columns().stream()
                .flatMap(each ->
                        Stream.of(key.table() + "." + each, key.table().name() + "." + each));
    }

    private static ColumnPath path(ForeignKey key) {
        return new ColumnPath(key.table(), key.columns().getFirst());
    }

    /// The conditions that a table's rows must meet: those that are asked for, widened by rows that
    /// chosen ones need.
    private List<String> conditions(TableName name) {
        List<String> known = chosen.get(name);
        if (known != null) {
            return known;
        }
        List<String> own = asked.getOrDefault(name, List.of());
        List<Orphans> pulling =
                orphans.stream()
                        .filter(each -> each.fate() == Fate.PULL)
                        .filter(each -> table(each.key().referenced()).root().equals(name))
                        .toList();
        List<String> result = own;
        if (!pulling.isEmpty()) {
            choosing.add(name);
            result = pulled(name, own, pulling);
            choosing.remove(name);
        }
        chosen.put(name, result);
        return result;
    }

    private List<String> pulled(TableName name, List<String> own, List<Orphans> pulling) {
        List<String> key = OrderKeys.of(table(name)).map(Key::columns).orElse(List.of());
        var links = new ArrayList<Link>();
        for (Orphans each : pulling) {
            TableName child = table(each.key().table()).root();
            if (child.equals(name) && key.isEmpty()) {
                error(
                        "pull-without-key",
                        each.where(),
                        "orphans: %s references itself by %s, and without a primary key nobody can follow that"
                                .formatted(name, each.key().name()),
                        "write %s: nullify".formatted(path(each.key()).asPattern()));
                return own;
            }
            if (!child.equals(name) && choosing.contains(child)) {
                refuseCircle(each, child);
                return own;
            }
            links.add(link(each.key(), child.equals(name) ? own : conditions(child), own));
        }
        if (broken) {
            return own;
        }
        String all = sql(name).referenced(rows(table(name), own), key, links);
        sql(name)
                .refusal(name.local(), all)
                .ifPresent(why -> refuseComparison(pulling.getFirst(), why));
        return List.of(all);
    }

    private void refuseCircle(Orphans last, TableName child) {
        String circle =
                Stream.concat(
                                choosing.stream().dropWhile(each -> !each.equals(child)),
                                Stream.of(child))
                        .map(TableName::toString)
                        .collect(Collectors.joining(" needs "));
        error(
                "pull-in-a-circle",
                last.where(),
                "orphans: pull goes round in a circle: %s".formatted(circle),
                "make one of the foreign keys NULL instead, such as %s: nullify"
                        .formatted(path(last.key()).asPattern()));
    }

    private void refuseComparison(Orphans orphans, String why) {
        error(
                "reference-types-differ",
                orphans.where(),
                "orphans: the source cannot tell which rows of %s the key %s of %s references: %s"
                        .formatted(
                                orphans.key().referenced(),
                                orphans.key().name(),
                                orphans.key().table(),
                                why),
                "remove the reference, or the rule for the rows of %s"
                        .formatted(orphans.key().referenced()));
    }

    private static Rows rows(Table table, List<String> conditions) {
        return new Rows(table.name().local(), table.partitioned(), conditions);
    }

    private Link link(ForeignKey key, List<String> from, List<String> to) {
        return new Link(
                rows(table(key.table()), from),
                key.columns(),
                rows(table(key.referenced()), to),
                key.referencedColumns(),
                !key.declared());
    }

    /// Decides about foreign keys that lose their row, now that it is known which do.
    private void settle(Orphans each) {
        if (each.fate() == Fate.PULL) {
            return;
        }
        ForeignKey key = each.key();
        Table child = table(key.table());
        List<String> chosenHere = conditions(child.root());
        Link link = link(key, chosenHere, conditions(table(key.referenced()).root()));
        String leftOut = sql(key.table()).leftOut(link);
        Optional<String> refusal = sql(key.table()).refusal(key.table().local(), leftOut);
        if (refusal.isPresent()) {
            refuseComparison(each, refusal.get());
            return;
        }
        List<String> nullable = nullable(child, key);
        if (each.fate() == Fate.NULLIFY && !nullable.isEmpty()) {
            nullified
                    .computeIfAbsent(key.table(), _ -> new ArrayList<>())
                    .add(new NullifiedKey(key, nullable, leftOut));
            return;
        }
        var orphaned = new ArrayList<>(chosenHere);
        orphaned.add(leftOut);
        long rows = sql(key.table()).count(rows(child, orphaned));
        if (rows > 0) {
            refuse(each, rows, nullable.isEmpty());
        }
    }

    /// The columns of a key that can become NULL without moving the row.
    private List<String> nullable(Table child, ForeignKey key) {
        List<String> dividing =
                source(key.table()).partitionKeys().getOrDefault(child.root(), List.of());
        return key.columns().stream()
                .filter(each -> !dividing.contains(each))
                .filter(each ->
                        child.column(each)
                                .filter(column -> column.nullable() && !column.generated())
                                .isPresent())
                .toList();
    }

    /// A check may want a value of a key that becomes NULL, such as of one of several.
    private void proveChecks(Table table) {
        ChosenRows its = of(table);
        for (Check check : table.checks()) {
            List<ForeignKey> keys =
                    its.nullified().stream()
                            .filter(each -> !Collections.disjoint(each.columns(), check.columns()))
                            .map(NullifiedKey::key)
                            .toList();
            long breaking =
                    keys.isEmpty()
                            ? 0
                            : sql(table.name())
                                    .breaking(rows(table, its.conditions()), check, its.nullIf());
            if (breaking > 0) {
                error(
                        "nullified-key-breaks-check",
                        orphans.stream()
                                .filter(each -> each.key().equals(keys.getFirst()))
                                .findFirst()
                                .flatMap(Orphans::where),
                        "%s of %s would break the check %s, because `rows` leaves out what is referenced and `orphans` makes the key NULL"
                                .formatted(rows(breaking), table.name(), check.name()),
                        "copy what is referenced with orphans: { %s }, or choose rows of %s alike"
                                .formatted(
                                        keys.stream()
                                                .map(each -> path(each).asPattern() + ": pull")
                                                .distinct()
                                                .collect(Collectors.joining(", ")),
                                        table.name()));
            }
        }
    }

    private static String rows(long number) {
        return number == 1 ? "1 row" : "%,d rows".formatted(number);
    }

    private void refuse(Orphans orphans, long rows, boolean required) {
        ForeignKey key = orphans.key();
        String pattern = path(key).asPattern();
        error(
                "rows-left-out",
                orphans.where()
                        .or(() ->
                                Optional.ofNullable(rules.get(table(key.referenced()).root()))
                                        .map(each -> each.tables().where())),
                "%s of %s reference %s that `rows` leaves out, by %s (%s)%s"
                        .formatted(
                                rows(rows),
                                key.table(),
                                "rows of " + key.referenced(),
                                key.name(),
                                String.join(", ", key.columns()),
                                orphans.fate() == Fate.NULLIFY ? ", which cannot become NULL" : ""),
                required
                        ? "copy them all the same with orphans: { %s: pull }, or choose rows of %s alike"
                                .formatted(pattern, key.table())
                        : "copy them all the same with orphans: { %1$s: pull }, or make the key NULL with orphans: { %1$s: nullify }"
                                .formatted(pattern));
    }
}
