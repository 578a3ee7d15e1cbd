package dev.understudy.postgres;

import static dev.understudy.postgres.CatalogSession.literal;
import static dev.understudy.schema.TableName.quote;

import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Key;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.PortableStructure;
import dev.understudy.schema.PortableTable;
import dev.understudy.schema.PortableTable.Initial;
import dev.understudy.schema.PortableTable.Member;
import dev.understudy.schema.PortableTable.Reference;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.FreeNames;
import dev.understudy.twin.NotHeld;
import dev.understudy.twin.StructureStatement;
import dev.understudy.twin.Unheld;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Makes the structure of another engine's database on PostgreSQL. Tables keep their names and
/// their schema's; columns get the type whose binary form their values travel in, so that rows need
/// no translation. docs/reference/cross-engine-types.md lists the types.
final class PortableBlueprint {
    private static final int LONGEST_NAME = 63;
    private static final int MOST_COLUMNS = 1600;
    private static final int LONGEST_VARCHAR = 10_485_760;

    /// Every table has them. Source: PostgreSQL manual, "System Columns".
    private static final Set<String> SYSTEM_COLUMNS =
            Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

    private final PortableStructure structure;
    private final Unheld unheld;
    private final FreeNames names = new FreeNames(LONGEST_NAME);
    private final List<StructureStatement> types = new ArrayList<>();
    private final List<StructureStatement> tables = new ArrayList<>();
    private final Map<TableName, List<StructureStatement>> afterRows = new HashMap<>();
    private final List<StructureStatement> foreignKeys = new ArrayList<>();
    private final List<StructureStatement> rest = new ArrayList<>();
    private final List<NotCarried> notCarried;

    private PortableBlueprint(PortableStructure structure, Unheld unheld) {
        this.structure = structure;
        this.unheld = unheld;
        notCarried = new ArrayList<>(structure.notCarried());
        if (unheld == Unheld.NULLIFY) {
            notCarried.add(
                    new NotCarried("values", "that PostgreSQL does not have", "they become NULL"));
        }
    }

    /// @param structure all of which PostgreSQL holds, as planning found
    static Blueprint of(PortableStructure structure, Unheld unheld) {
        return new PortableBlueprint(structure, unheld).make();
    }

    static List<NotHeld> notHeld(PortableStructure structure) {
        var found = new ArrayList<NotHeld>();
        structure.tables().forEach(each -> check(each, found));
        return found;
    }

    private static void check(PortableTable portable, List<NotHeld> found) {
        TableName name = portable.table().name();
        if (name.schema().startsWith("pg_") || isTooLong(name.schema())) {
            found.add(
                    new NotHeld(
                            name,
                            "%s: no schema of PostgreSQL can be called %s"
                                    .formatted(name, name.schema())));
        }
        if (isTooLong(name.name())) {
            found.add(
                    new NotHeld(
                            name,
                            "%s: its name has more than %d bytes".formatted(name, LONGEST_NAME)));
        }
        if (portable.columns().size() > MOST_COLUMNS) {
            found.add(
                    new NotHeld(
                            name, "%s: it has more than %d columns".formatted(name, MOST_COLUMNS)));
        }
        for (Member each : portable.columns()) {
            String column = each.column().name();
            if (isTooLong(column) || SYSTEM_COLUMNS.contains(column)) {
                found.add(
                        new NotHeld(
                                name,
                                "%s.%s (%s): no column of PostgreSQL can be called so"
                                        .formatted(name, column, each.column().type().sql())));
            }
        }
    }

    private static boolean isTooLong(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME;
    }

    private Blueprint make() {
        var schemas = new TreeSet<String>();
        for (PortableTable each : structure.tables()) {
            schemas.add(each.table().name().schema());
            names.take(each.table().name().name());
        }
        structure.tables().forEach(this::table);
        structure.tables().forEach(this::foreignKeys);
        var before = new ArrayList<StructureStatement>();
        schemas.forEach(each ->
                before.add(
                        statement("schema", each, "CREATE SCHEMA IF NOT EXISTS " + quote(each))));
        before.addAll(types);
        before.addAll(tables);
        var last = new ArrayList<>(foreignKeys);
        last.addAll(rest);
        if (!schemas.isEmpty()) {
            last.add(searchPath(schemas));
        }
        return new Blueprint(
                before,
                afterRows,
                last,
                List.of(),
                structure.tables().stream()
                        .map(each -> each.table().name())
                        .collect(Collectors.toSet()),
                notCarried);
    }

    // As in the source, names need no schema.
    private static StructureStatement searchPath(Set<String> schemas) {
        String path = schemas.stream().map(TableName::quote).collect(Collectors.joining(", "));
        return statement(
                "setting",
                "search_path",
                "DO $do$ BEGIN EXECUTE pg_catalog.format('ALTER DATABASE %%I SET search_path = %%s', pg_catalog.current_database(), %s); END $do$"
                        .formatted(literal(path + ", public")));
    }

    private static StructureStatement statement(String kind, String object, String sql) {
        return new StructureStatement(kind, object, Optional.empty(), false, sql);
    }

    private static StructureStatement of(
            PortableTable table, String kind, String name, String sql) {
        TableName of = table.table().name();
        return new StructureStatement(
                kind, name.isEmpty() ? of.toString() : of + "." + name, Optional.of(of), true, sql);
    }

    private void report(String kind, TableName table, String name, String reason) {
        notCarried.add(new NotCarried(kind, table + "." + name, reason));
    }

    private void table(PortableTable portable) {
        TableName name = portable.table().name();
        var columns = new ArrayList<String>();
        for (Member each : portable.columns()) {
            boolean nullable = isNullable(portable, each.column(), unheld);
            if (nullable && !each.column().nullable()) {
                report(
                        "not null of column",
                        name,
                        each.column().name(),
                        "dates that no calendar has become NULL");
            }
            columns.add(
                    quote(each.column().name())
                            + " "
                            + type(name, each)
                            + initial(name, each)
                            + (nullable ? "" : " NOT NULL"));
            comment(portable, " COLUMN ", each.column().name(), each.comment());
        }
        comment(portable, " TABLE ", "", portable.comment());
        tables.add(
                of(
                        portable,
                        "table",
                        "",
                        "CREATE TABLE %s (%s)"
                                .formatted(name.quoted(), String.join(", ", columns))));
        var later = new ArrayList<StructureStatement>();
        for (Key key : portable.keys()) {
            String given =
                    key.primary()
                            ? names.first(name.name() + "_pkey")
                            : names.first(key.name(), name.name() + "_" + key.name());
            later.add(
                    of(
                            portable,
                            "constraint",
                            given,
                            "ALTER TABLE ONLY %s ADD CONSTRAINT %s %s (%s)"
                                    .formatted(
                                            name.quoted(),
                                            quote(given),
                                            key.primary() ? "PRIMARY KEY" : "UNIQUE",
                                            list(key.columns()))));
        }
        for (PortableTable.Index index : portable.indexes()) {
            String given = names.first(index.name(), name.name() + "_" + index.name());
            later.add(
                    of(
                            portable,
                            "index",
                            given,
                            "CREATE INDEX %s ON ONLY %s (%s)"
                                    .formatted(
                                            quote(given), name.quoted(), list(index.columns()))));
        }
        afterRows.put(name, later);
    }

    /// Whether a column takes NULL in the twin. Where dates are not nullable, MySQL's users write
    /// 0000-00-00.
    static boolean isNullable(PortableTable portable, Column column, Unheld unheld) {
        return column.nullable()
                || (unheld == Unheld.NULLIFY
                        && Set.of("date", "timestamp", "timestamptz")
                                .contains(column.type().underlying().name())
                        && portable.keys().stream()
                                .filter(Key::primary)
                                .noneMatch(key -> key.columns().contains(column.name())));
    }

    private static String list(List<String> columns) {
        return columns.stream().map(TableName::quote).collect(Collectors.joining(", "));
    }

    private void comment(PortableTable table, String what, String column, String comment) {
        if (!comment.isEmpty()) {
            String object =
                    table.table().name().quoted() + (column.isEmpty() ? "" : "." + quote(column));
            rest.add(
                    of(
                            table,
                            "comment",
                            column,
                            "COMMENT ON" + what + object + " IS " + literal(comment)));
        }
    }

    private String type(TableName table, Member member) {
        ColumnType type = member.column().type().underlying();
        if (type.kind() == Kind.ENUM) {
            return choice(table, member, type);
        }
        int modifier = type.modifier();
        return switch (type.name()) {
            case "int2" -> "smallint";
            case "int4" -> "integer";
            case "int8" -> "bigint";
            case "float4" -> "real";
            case "float8" -> "double precision";
            case "numeric" ->
                    "numeric(%d, %d)".formatted((modifier - 4) >> 16, (modifier - 4) & 0xffff);
            case "varchar" ->
                    modifier <= 4 || modifier - 4 > LONGEST_VARCHAR
                            ? "text"
                            : "varchar(" + (modifier - 4) + ")";
            case "varbit" -> "bit(" + modifier + ")";
            case "time", "timestamp", "timestamptz" -> type.name() + "(" + modifier + ")";
            case "text", "json", "uuid", "date", "bytea" -> type.name();
            default -> throw new IllegalArgumentException("no engine has " + type.name());
        };
    }

    private String choice(TableName table, Member member, ColumnType type) {
        String column = member.column().name();
        if (type.labels().stream().anyMatch(PortableBlueprint::isTooLong)) {
            report("labels of column", table, column, "one has more than 63 bytes; it is text");
            return "text";
        }
        String name = names.first(table.name() + "_" + column);
        String qualified = new TableName(table.schema(), name).quoted();
        types.add(
                statement(
                        "type",
                        name,
                        "CREATE TYPE %s AS ENUM (%s)"
                                .formatted(
                                        qualified,
                                        type.labels().stream()
                                                .map(CatalogSession::literal)
                                                .collect(Collectors.joining(", ")))));
        return qualified;
    }

    private String initial(TableName table, Member member) {
        String column = member.column().name();
        if (member.numbering().isPresent()) {
            return numbering(table, member, member.numbering().get().next());
        }
        if (member.initial().isEmpty()) {
            return "";
        }
        ColumnType type = member.column().type().underlying();
        Optional<String> sql =
                switch (member.initial().get()) {
                    case Initial.Now() ->
                            Set.of("timestamp", "timestamptz").contains(type.name())
                                    ? Optional.of("CURRENT_TIMESTAMP")
                                    : Optional.empty();
                    case Initial.Value(String text) -> value(type, text);
                };
        if (sql.isEmpty()) {
            report("default of column", table, column, "PostgreSQL does not have the value");
        }
        return sql.map(each -> " DEFAULT " + each).orElse("");
    }

    private static Optional<String> value(ColumnType type, String text) {
        if (type.kind() == Kind.ENUM) {
            return Optional.of(literal(text)).filter(_ -> type.labels().contains(text));
        }
        return switch (type.name()) {
            case "int2", "int4", "int8", "numeric", "float4", "float8" ->
                    Optional.of(literal(text)).filter(_ -> text.matches("-?\\d[\\d.eE+-]*"));
            case "varchar", "text", "json" ->
                    Optional.of(literal(text)).filter(_ -> text.indexOf('\0') < 0);
            case "varbit" ->
                    Optional.of("B'" + "0".repeat(type.modifier() - text.length()) + text + "'");
            case "date" -> time(text, LocalDate::parse);
            case "time" -> time(text, LocalTime::parse);
            case "timestamp" -> time(text, each -> LocalDateTime.parse(each.replace(' ', 'T')));
            case "timestamptz" ->
                    time(text, each -> LocalDateTime.parse(each.replace(' ', 'T')))
                            .map(each -> literal(text + "+00"));
            default -> Optional.empty();
        };
    }

    private static Optional<String> time(
            String text, java.util.function.Function<String, Object> parse) {
        try {
            return Optional.of(parse.apply(text)).map(_ -> literal(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private String numbering(TableName table, Member member, long next) {
        String column = member.column().name();
        String type = member.column().type().underlying().name();
        boolean identity = Set.of("int2", "int4", "int8").contains(type);
        String sequence =
                "pg_catalog.pg_get_serial_sequence(%s, %s)"
                        .formatted(literal(table.quoted()), literal(column));
        String initial = " GENERATED BY DEFAULT AS IDENTITY";
        if (!identity) {
            // Unsigned bigint is numeric, which no identity can be.
            String name = names.first(table.name() + "_" + column + "_seq");
            String qualified = new TableName(table.schema(), name).quoted();
            types.add(statement("sequence", name, "CREATE SEQUENCE " + qualified));
            rest.add(
                    statement(
                            "owned sequence",
                            name,
                            "ALTER SEQUENCE %s OWNED BY %s.%s"
                                    .formatted(qualified, table.quoted(), quote(column))));
            sequence = literal(qualified);
            initial =
                    " DEFAULT pg_catalog.nextval(%s::pg_catalog.regclass)"
                            .formatted(literal(qualified));
        }
        long most =
                switch (type) {
                    case "int2" -> Short.MAX_VALUE;
                    case "int4" -> Integer.MAX_VALUE;
                    default -> Long.MAX_VALUE;
                };
        // Where the greatest number is taken, MySQL names the one behind it.
        rest.add(
                statement(
                        StructureStatement.NEXT_NUMBER,
                        table + "." + column,
                        "SELECT pg_catalog.setval(%s, %d, %s)"
                                .formatted(sequence, Math.min(next, most), next > most)));
        return initial;
    }

    private void foreignKeys(PortableTable portable) {
        TableName name = portable.table().name();
        var taken = new FreeNames(LONGEST_NAME);
        for (Reference each : portable.references()) {
            ForeignKey key = each.key();
            Optional<String> problem = problem(portable, key);
            if (problem.isPresent()) {
                report("foreign key", name, key.name(), problem.get());
                continue;
            }
            String given = taken.first(key.name());
            foreignKeys.add(
                    new StructureStatement(
                            "foreign key",
                            name + "." + given,
                            Optional.of(name),
                            false,
                            orUnproven(
                                    "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s) ON DELETE %s ON UPDATE %s"
                                            .formatted(
                                                    name.quoted(),
                                                    quote(given),
                                                    list(key.columns()),
                                                    key.referenced().quoted(),
                                                    list(key.referencedColumns()),
                                                    each.onDelete().sql(),
                                                    each.onUpdate().sql()))));
        }
    }

    // Rows that reference nothing are common where keys can be switched off, and texts that differ
    // in case are equal there. The key holds for new rows; LoadingTwin.unmet says so.
    private static String orUnproven(String sql) {
        return "DO $do$ BEGIN EXECUTE %s; EXCEPTION WHEN foreign_key_violation THEN EXECUTE %s; END $do$"
                .formatted(literal(sql), literal(sql + " NOT VALID"));
    }

    private Optional<String> problem(PortableTable portable, ForeignKey key) {
        PortableTable referenced = structure.table(key.referenced()).orElseThrow();
        if (!portable.hasAll(key.columns()) || !referenced.hasAll(key.referencedColumns())) {
            return Optional.of("a column is computed");
        }
        var columns = new HashSet<>(key.referencedColumns());
        if (referenced.keys().stream()
                .noneMatch(each -> columns.equals(new HashSet<>(each.columns())))) {
            return Optional.of("what it references is not unique");
        }
        for (int i = 0; i < key.columns().size(); i++) {
            String own = family(portable, key.columns().get(i));
            if (own.isEmpty() || !own.equals(family(referenced, key.referencedColumns().get(i)))) {
                return Optional.of("PostgreSQL does not compare the columns' types");
            }
        }
        return Optional.empty();
    }

    /// Types that are compared with each other; none for an enum, which is a type of its own.
    private static String family(PortableTable table, String column) {
        ColumnType type = table.table().column(column).orElseThrow().type().underlying();
        if (type.kind() == Kind.ENUM) {
            return "";
        }
        return switch (type.name()) {
            case "int2", "int4", "int8", "numeric" -> "number";
            case "varchar", "text" -> "text";
            default -> type.name();
        };
    }
}
