package dev.understudy.jobs.plan;

import dev.understudy.config.ConfigProblems;
import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfigs;
import dev.understudy.config.Problem;
import dev.understudy.jobs.keys.JobKeys;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.schema.Check;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.Database;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.CheckProbe;
import dev.understudy.source.ColumnStatistics;
import dev.understudy.source.RowConditions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A made-up source, sketched in a few words, and plans of it.
///
/// A column is `name type` and any of `primary`, `unique`, `not-null`, `generated`, `inherited`,
/// `expression` (part of a unique index over expressions) and `-> table.column`.
final class Sketch {
    static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

    private static final Map<String, Integer> OIDS =
            Map.of(
                    "int4",
                    23,
                    "int8",
                    20,
                    "text",
                    25,
                    "varchar",
                    1043,
                    "bpchar",
                    1042,
                    "uuid",
                    2950,
                    "timestamptz",
                    1184,
                    "date",
                    1082,
                    "numeric",
                    1700,
                    "point",
                    600);

    private final Map<TableName, Table> tables = new LinkedHashMap<>();
    private final Map<TableName, List<String>> partitionKeys = new LinkedHashMap<>();

    private final Map<TableName, Map<String, ColumnStatistics>> statistics = new LinkedHashMap<>();

    /// What the database knows of a column's values.
    Sketch statistics(String table, String column, double distinct, double largestShare) {
        statistics
                .computeIfAbsent(name(table), _ -> new LinkedHashMap<>())
                .put(column, new ColumnStatistics(distinct, largestShare));
        return this;
    }

    static TableName name(String table) {
        return new TableName("public", table);
    }

    Sketch table(String table, String... columns) {
        return add(table, false, Optional.empty(), List.of(), columns);
    }

    Sketch partitioned(String table, String key, String... columns) {
        partitionKeys.put(name(table), List.of(key));
        return add(table, true, Optional.empty(), List.of(), columns);
    }

    Sketch partition(String table, String root, String... columns) {
        return add(table, false, Optional.of(name(root)), List.of(name(root)), columns);
    }

    Sketch child(String table, String parent, String... columns) {
        return add(table, false, Optional.empty(), List.of(name(parent)), columns);
    }

    /// Adds a unique key over several columns to a table.
    Sketch key(String table, String... columns) {
        return key(table, Optional.empty(), columns);
    }

    /// A unique index over some of the rows.
    Sketch partialKey(String table, String condition, String... columns) {
        return key(table, Optional.of(condition), columns);
    }

    private Sketch key(String table, Optional<String> condition, String... columns) {
        Table old = tables.get(name(table));
        var keys = new ArrayList<>(old.keys());
        keys.add(new Key(table + "_key" + keys.size(), List.of(columns), false, condition));
        return replace(old, keys, old.foreignKeys(), old.checks());
    }

    Sketch check(String table, String expression, String... columns) {
        Table old = tables.get(name(table));
        var checks = new ArrayList<>(old.checks());
        checks.add(new Check(table + "_check" + checks.size(), List.of(columns), expression));
        return replace(old, old.keys(), old.foreignKeys(), checks);
    }

    Sketch foreignKey(
            String table, List<String> columns, String referenced, List<String> referencedColumns) {
        Table old = tables.get(name(table));
        var keys = new ArrayList<>(old.foreignKeys());
        keys.add(
                new ForeignKey(
                        table + "_fk" + keys.size(),
                        name(table),
                        columns,
                        name(referenced),
                        referencedColumns,
                        true));
        return replace(old, old.keys(), keys, old.checks());
    }

    private Sketch replace(Table old, List<Key> keys, List<ForeignKey> fks, List<Check> checks) {
        tables.put(
                old.name(),
                new Table(
                        old.oid(),
                        old.name(),
                        old.partitioned(),
                        old.partitionRoot(),
                        old.parents(),
                        old.columns(),
                        keys.stream().filter(Key::primary).findFirst(),
                        keys,
                        fks,
                        checks,
                        old.uniqueInExpressions(),
                        old.estimatedRows(),
                        old.bytes(),
                        old.pages()));
        return this;
    }

    private Sketch add(
            String table,
            boolean partitioned,
            Optional<TableName> root,
            List<TableName> parents,
            String... words) {
        var columns = new ArrayList<Column>();
        var keys = new ArrayList<Key>();
        var foreignKeys = new ArrayList<ForeignKey>();
        var expressions = new ArrayList<String>();
        for (String each : words) {
            List<String> parts = List.of(each.split(" +"));
            String column = parts.get(0);
            boolean primary = parts.contains("primary");
            columns.add(
                    new Column(
                            column,
                            columns.size() + 1,
                            type(parts.get(1)),
                            !primary && !parts.contains("not-null"),
                            parts.contains("generated"),
                            parts.contains("inherited")));
            if (primary || parts.contains("unique")) {
                keys.add(
                        new Key(
                                table + (primary ? "_pkey" : "_" + column + "_key"),
                                List.of(column),
                                primary,
                                Optional.empty()));
            }
            if (parts.contains("expression")) {
                expressions.add(column);
            }
            int arrow = parts.indexOf("->");
            if (arrow > 0) {
                String[] to = parts.get(arrow + 1).split("\\.");
                foreignKeys.add(
                        new ForeignKey(
                                table + "_" + column + "_fkey",
                                name(table),
                                List.of(column),
                                name(to[0]),
                                List.of(to[1]),
                                true));
            }
        }
        tables.put(
                name(table),
                new Table(
                        50_000 + tables.size(),
                        name(table),
                        partitioned,
                        root,
                        parents,
                        columns,
                        keys.stream().filter(Key::primary).findFirst(),
                        keys,
                        foreignKeys,
                        List.of(),
                        expressions,
                        10,
                        8192L * (tables.size() + 1),
                        1));
        return this;
    }

    /// `int4`, `varchar(20)`, `text[]`.
    static ColumnType type(String word) {
        String name = word.replaceAll("[\\[(].*", "");
        int length =
                word.contains("(") ? Integer.parseInt(word.replaceAll(".*\\(|\\).*", "")) + 4 : -1;
        var base =
                new ColumnType(
                        OIDS.getOrDefault(name, 90_000),
                        word.replace("[]", ""),
                        name,
                        Kind.BASE,
                        length,
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        true);
        return word.endsWith("[]")
                ? new ColumnType(
                        1009,
                        word,
                        "_" + name,
                        Kind.ARRAY,
                        length,
                        List.of(),
                        Optional.of(base),
                        List.of(),
                        true)
                : base;
    }

    Database database() {
        return new Database(tables.values());
    }

    /// Plans with the rest of a config, which begins in line 4.
    Plan plan(String rest) {
        return plan(rest, _ -> Optional.empty());
    }

    Plan plan(String rest, CheckProbe probe) {
        JobConfig config = config(rest);
        return plan(config, JobKeys.open(config), KeyHistory.NONE, probe);
    }

    Plan plan(JobConfig config, MaskingKeys keys, KeyHistory history) {
        return plan(config, keys, history, _ -> Optional.empty());
    }

    private Plan plan(JobConfig config, MaskingKeys keys, KeyHistory history, CheckProbe probe) {
        return Planner.plan(
                config,
                keys,
                history,
                TODAY,
                List.of(
                        new KnownSource(
                                "",
                                database().tables(),
                                partitionKeys,
                                "18",
                                Optional.empty(),
                                statistics,
                                probe,
                                TODAY,
                                Sketch::noConditions)));
    }

    /// What stands for conditions where no rule for rows is sketched.
    static RowConditions noConditions() {
        throw new AssertionError("no rule for rows is sketched");
    }

    /// The problems of a plan, as `id:line`, errors before warnings.
    List<String> problems(String rest) {
        return found(rest).stream().map(Sketch::brief).toList();
    }

    List<Problem> found(String rest) {
        try {
            return plan(rest).warnings();
        } catch (ConfigProblems e) {
            return e.problems();
        }
    }

    static String brief(Problem problem) {
        return problem.id() + problem.where().map(where -> ":" + where.line()).orElse("");
    }

    static JobConfig config(String rest) {
        try {
            Path file = Files.createTempFile("plan", ".yaml");
            try {
                Files.writeString(
                        file,
                        """
                        job: sketch
                        secret: "a secret of more than sixteen characters"
                        source: { url: "jdbc:postgresql://localhost/sketch", user: reader, password: x }
                        """
                                + rest
                                + "\nlake: { uri: lake }\n");
                return JobConfigs.read(file, _ -> null);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
