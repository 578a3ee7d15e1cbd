package dev.understudy.config;

import dev.understudy.config.JobReader.Entry;
import dev.understudy.config.OrphanRule.Fate;
import dev.understudy.config.RowRule.CalendarDay;
import dev.understudy.config.RowRule.Condition;
import dev.understudy.config.RowRule.Window;
import dev.understudy.config.Shape.Choice;
import dev.understudy.config.Shape.Orphans;
import dev.understudy.config.Shape.Rows;
import dev.understudy.config.Shape.TextKind;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads which rows come, and what becomes of foreign keys to the others.
final class RowRuleReader {
    private final JobReader reader;
    private final List<Problem> problems;

    RowRuleReader(JobReader reader, List<Problem> problems) {
        this.reader = reader;
        this.problems = problems;
    }

    /// A list of {@link RowRule}, or null.
    @Nullable Object rows(Node node, Rows rows, Location where) {
        if (!(node instanceof MappingNode map && JobReader.is(node, Tag.MAP))) {
            return reader.wrongType(
                    where,
                    "a map of table patterns and the rows that come",
                    node,
                    "write `schema.table: { since: { column: created_at, within: P400D } }`");
        }
        List<Object> rules = new ArrayList<>();
        for (Entry entry : reader.entries(map, where)) {
            @Nullable Object tables = reader.key(entry, TextKind.TABLE_PATTERN);
            @Nullable Object keys = reader.read(entry.value(), rows.keys(), entry.where());
            if (tables instanceof TablePattern pattern && keys instanceof Settings settings) {
                rules.add(rule(pattern, settings));
            }
        }
        return rules;
    }

    private RowRule rule(TablePattern tables, Settings rule) {
        if (rule.values().containsKey("keep") && !rule.places().containsKey("since")) {
            problems.add(
                    Problem.error(
                            "misplaced-key",
                            rule.place("keep"),
                            "`%s.keep` saves rows from a window, but there is none"
                                    .formatted(rule.where().path()),
                            "add since: { column: created_at, within: P400D }, or remove keep"));
        }
        rule.find("since", Settings.class)
                .filter(each ->
                        each.values().get("column") instanceof List<?> list && list.isEmpty())
                .ifPresent(each ->
                        problems.add(
                                Problem.error(
                                        "missing-key",
                                        each.place("column"),
                                        "`%s.column` names no column"
                                                .formatted(each.where().path()),
                                        "name the column with the date: column: created_at")));
        return new RowRule(
                tables,
                rule.find("since", Settings.class)
                        .filter(each ->
                                each.values().keySet().containsAll(List.of("column", "within")))
                        .map(each -> window(each, rule)),
                rule.find("where", String.class)
                        .map(sql -> new Condition(sql, rule.place("where"))));
    }

    private static Window window(Settings since, Settings rule) {
        return new Window(
                since.list("column", String.class),
                since.the("within", Period.class),
                Stream.of(CalendarDay.values())
                        .filter(each -> rule.list("keep", String.class).contains(each.word()))
                        .collect(Collectors.toSet()),
                since.place("column"));
    }

    /// A list of {@link OrphanRule}, or null.
    @Nullable Object orphans(Node node, Orphans orphans, Location where) {
        var words = new Choice(orphans.words());
        if (!(node instanceof MappingNode map && JobReader.is(node, Tag.MAP))) {
            if (!(node instanceof ScalarNode)) {
                return reader.wrongType(
                        where,
                        "a word, or a map of column patterns and words",
                        node,
                        "write orphans: pull, or orphans: { schema.table.column: nullify }");
            }
            return reader.read(node, words, where) instanceof String word
                    ? List.of(rule(new ColumnPattern("*", where), word))
                    : null;
        }
        List<Object> rules = new ArrayList<>();
        for (Entry entry : reader.entries(map, where)) {
            @Nullable Object columns = reader.key(entry, TextKind.COLUMN_PATTERN);
            @Nullable Object word = reader.read(entry.value(), words, entry.where());
            if (columns instanceof ColumnPattern pattern && word instanceof String fate) {
                rules.add(rule(pattern, fate));
            }
        }
        return rules;
    }

    private static OrphanRule rule(ColumnPattern columns, String word) {
        return new OrphanRule(columns, Fate.valueOf(word.toUpperCase(Locale.ROOT)));
    }
}
