package dev.understudy.mysql;

import dev.understudy.lake.LakeTypes;
import dev.understudy.rows.ValueText;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Key;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.PortableTable;
import dev.understudy.schema.PortableTable.Initial;
import dev.understudy.schema.PortableTable.Member;
import dev.understudy.schema.PortableTable.Reference;
import dev.understudy.twin.NotHeld;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/// The columns of a PostgreSQL table as MySQL and MariaDB have them.
///
/// Texts are compared by code points, blanks at their ends included, so that what is unique in the
/// source is so in the twin. A key has no room for unlimited texts: its columns get as many
/// characters as fit, and a longer value is refused when it comes.
final class PortableColumns {
    /// Bytes of all columns of an index. Source: MySQL manual, "InnoDB Limits".
    private static final int KEY_BYTES = 3072;

    /// Bytes of a row without large objects. Source: MySQL manual, "Limits on Table Column Count
    /// and Row Size".
    private static final int ROW_BYTES = 65_535;

    private static final int CHARACTER_BYTES = 4;

    /// As much as a column of no text can take in a key, about.
    private static final int FIXED_BYTES = 40;

    private static final int LONGEST_CHAR = 255;
    private static final int LONGEST_VARCHAR = 16_000;
    private static final int LONGEST_PREFIX = 191;
    private static final int MOST_BITS = 64;
    private static final int DECIMAL_DIGITS = 65;
    private static final int DECIMAL_SCALE = 30;
    private static final int ENUM_LABEL = 255;

    private static final List<String> EXACT =
            List.of("utf8mb4_nopad_bin", "utf8mb4_0900_bin", "utf8mb4_bin");

    /// For citext.
    private static final List<String> FOLDING =
            List.of(
                    "utf8mb4_uca1400_nopad_as_ci",
                    "utf8mb4_0900_as_ci",
                    "utf8mb4_general_nopad_ci",
                    "utf8mb4_general_ci");

    private final PortableTable table;
    private final MySqlTarget target;
    private final Map<String, Form> forms = new HashMap<>();

    /// What a column is made of.
    ///
    /// @param sql the type, with its collation
    /// @param text characters that it holds, 0 if it is no varchar or char
    /// @param large whether it lies beside the row: text, json, bytes
    private record Form(String sql, int text, boolean large) {
        static Form fixed(String sql) {
            return new Form(sql, 0, false);
        }

        static Form large(String sql) {
            return new Form(sql, 0, true);
        }

        static Form varchar(int characters) {
            return new Form("varchar(" + characters + ")", characters, false);
        }

        int rowBytes() {
            return large ? 12 : text > 0 ? text * CHARACTER_BYTES + 2 : FIXED_BYTES;
        }
    }

    /// @param widths of integers, in bytes
    PortableColumns(
            PortableTable table,
            MySqlTarget target,
            ToIntFunction<Column> widths,
            Consumer<NotCarried> report) {
        this.table = table;
        this.target = target;
        Map<String, Integer> room = roomInKeys();
        var limited = new StringJoiner(", ");
        for (Member each : table.columns()) {
            Column column = each.column();
            Integer most = room.get(column.name());
            Form form =
                    isInteger(column)
                            ? Form.fixed(integer(widths.applyAsInt(column)))
                            : form(column.type().underlying());
            if (most != null) {
                Form shorter = inKey(column.type().underlying(), form, most);
                if (!shorter.equals(form) && !isText(form)) {
                    limited.add(column.name() + " (" + most + ")");
                }
                form = shorter;
            }
            forms.put(column.name(), form);
        }
        if (limited.length() > 0) {
            report.accept(
                    new NotCarried(
                            "length of columns",
                            table.table().name() + ": " + limited,
                            "keys have room for so many characters; longer values are refused"));
        }
        fitRow(room.keySet());
    }

    /// Bytes of an integer.
    static int width(Column column) {
        return column.type().underlying().name().charAt(3) - '0';
    }

    private static String integer(int width) {
        return switch (width) {
            case 2 -> "smallint";
            case 4 -> "int";
            default -> "bigint";
        };
    }

    static void check(PortableTable table, List<NotHeld> found) {
        for (Member each : table.columns()) {
            String column = each.column().name();
            String name =
                    "%s.%s (%s)"
                            .formatted(table.table().name(), column, each.column().type().sql());
            if (!isWritten(each.column().type().underlying())) {
                found.add(
                        new NotHeld(
                                table.table().name(),
                                name
                                        + ": MySQL has no such type, and how it is written as text is not known"));
            }
            if (PortableBlueprint.isTooLong(column)) {
                found.add(
                        new NotHeld(
                                table.table().name(),
                                name + ": no column of MySQL can be called so"));
            }
        }
    }

    // Composites whose parts are known one by one only; what is not known at all comes as text.
    private static boolean isWritten(ColumnType type) {
        ColumnType written =
                type.kind() == Kind.ARRAY ? type.element().orElseThrow().underlying() : type;
        return written.kind() != Kind.COMPOSITE
                || !LakeTypes.readable(type)
                || ValueText.supports(written);
    }

    static String exactCollation(MySqlTarget target) {
        return first(EXACT, target);
    }

    private static String first(List<String> collations, MySqlTarget target) {
        return collations.stream()
                .filter(target.collations()::contains)
                .findFirst()
                .orElseGet(collations::getLast);
    }

    static boolean isInteger(Column column) {
        return Set.of("int2", "int4", "int8").contains(column.type().underlying().name());
    }

    private static boolean isText(Form form) {
        return form.text() > 0;
    }

    /// How long a column of variable length may be, by its name, where it is part of keys.
    private Map<String, Integer> roomInKeys() {
        var lists = new ArrayList<List<String>>();
        table.keys().stream().map(Key::columns).forEach(lists::add);
        // A foreign key gets an index, too.
        table.references().stream()
                .map(Reference::key)
                .map(ForeignKey::columns)
                .filter(table::hasAll)
                .forEach(lists::add);
        var room = new HashMap<String, Integer>();
        for (List<String> key : lists) {
            int most = room(key);
            key.forEach(column -> room.merge(column, most, Math::min));
        }
        return room;
    }

    private int room(List<String> key) {
        List<ColumnType> types =
                key.stream()
                        .map(each -> table.table().column(each).orElseThrow().type().underlying())
                        .toList();
        long variable =
                types.stream().map(this::form).filter(each -> each.large() || isText(each)).count();
        long fixed = types.size() - variable;
        return variable == 0
                ? 0
                : (int) ((KEY_BYTES - fixed * FIXED_BYTES) / CHARACTER_BYTES / variable);
    }

    private Form inKey(ColumnType type, Form form, int most) {
        if (form.sql().startsWith("longblob")) {
            return Form.fixed("varbinary(" + most + ")");
        }
        if (form.large() || form.text() > most) {
            return new Form("varchar(" + most + ")" + folding(type), most, false);
        }
        return form;
    }

    private String folding(ColumnType type) {
        return type.name().equals("citext")
                ? " CHARACTER SET utf8mb4 COLLATE " + first(FOLDING, target)
                : "";
    }

    private Form form(ColumnType type) {
        return switch (type.kind()) {
            case ENUM -> choice(type);
            case ARRAY -> Form.large("json");
            case DOMAIN, COMPOSITE, RANGE, MULTIRANGE -> Form.large("longtext");
            case BASE -> base(type);
        };
    }

    private static Form choice(ColumnType type) {
        boolean fits =
                type.labels().stream()
                        .allMatch(each ->
                                each.codePointCount(0, each.length()) <= ENUM_LABEL
                                        && !each.endsWith(" "));
        return fits && !type.labels().isEmpty()
                ? Form.fixed(
                        type.labels().stream()
                                .map(PortableColumns::string)
                                .collect(Collectors.joining(",", "enum(", ")")))
                : Form.varchar(63);
    }

    private Form base(ColumnType type) {
        int modifier = type.modifier();
        return switch (type.name()) {
            case "bool" -> Form.fixed("tinyint(1)");
            case "int2", "int4", "int8" -> Form.fixed("bigint");
            case "oid" -> Form.fixed("int unsigned");
            case "float4" -> Form.fixed("float");
            case "float8" -> Form.fixed("double");
            case "numeric" -> Form.fixed(decimal(modifier));
            case "varchar" ->
                    modifier > 4 && modifier - 4 <= LONGEST_VARCHAR
                            ? Form.varchar(modifier - 4)
                            : Form.large("longtext");
            case "bpchar" ->
                    modifier - 4 <= LONGEST_CHAR && modifier > 4
                            ? new Form("char(" + (modifier - 4) + ")", modifier - 4, false)
                            : Form.large("longtext");
            case "citext" -> Form.large("longtext" + folding(type));
            case "bytea" -> Form.large("longblob");
            case "uuid" -> Form.fixed("char(36) CHARACTER SET ascii COLLATE ascii_bin");
            case "date" -> Form.fixed("date");
            case "time" -> Form.fixed("time(" + fraction(modifier) + ")");
            case "timestamp", "timestamptz" -> Form.fixed("datetime(" + fraction(modifier) + ")");
            case "json", "jsonb" -> Form.large("json");
            case "bit" ->
                    modifier <= MOST_BITS
                            ? Form.fixed("bit(" + modifier + ")")
                            : Form.large("longtext");
            case "name" -> Form.varchar(63);
            case "char" -> Form.varchar(4);
            case "money" -> Form.fixed("decimal(19,2)");
            case "timetz", "pg_lsn", "tid", "xid", "cid", "xid8" -> Form.varchar(40);
            case "inet", "cidr", "macaddr", "macaddr8" -> Form.varchar(50);
            case "interval" -> Form.varchar(120);
            default -> Form.large("longtext");
        };
    }

    // As many digits as there can be where PostgreSQL sets no limit, or one that is too high.
    private static String decimal(int modifier) {
        if (modifier < 0) {
            return "decimal(%d,%d)".formatted(DECIMAL_DIGITS, DECIMAL_SCALE);
        }
        int precision = ((modifier - 4) >> 16) & 0xffff;
        // A scale has eleven bits, with its sign.
        int scale = ((modifier - 4 & 0x7ff) ^ 1024) - 1024;
        int digits = Math.max(precision, Math.max(scale, 0)) + Math.max(0, -scale);
        int behind = Math.clamp(scale, 0, DECIMAL_SCALE);
        return "decimal(%d,%d)".formatted(Math.clamp(digits, 1, DECIMAL_DIGITS), behind);
    }

    private static int fraction(int modifier) {
        return modifier < 0 ? 6 : modifier;
    }

    /// Moves the longest texts beside the row until the rest fits into it.
    private void fitRow(Set<String> inKeys) {
        List<String> movable =
                forms.entrySet().stream()
                        .filter(each -> isText(each.getValue()) && !inKeys.contains(each.getKey()))
                        .sorted(
                                Comparator.<Map.Entry<String, Form>>comparingInt(
                                                each -> -each.getValue().text())
                                        .thenComparing(Map.Entry::getKey))
                        .map(Map.Entry::getKey)
                        .toList();
        for (String column : movable) {
            if (forms.values().stream().mapToInt(Form::rowBytes).sum() <= ROW_BYTES) {
                return;
            }
            forms.put(column, Form.large("longtext"));
        }
    }

    private Form of(String column) {
        return java.util.Objects.requireNonNull(forms.get(column), column);
    }

    String type(String column) {
        return of(column).sql();
    }

    /// What two columns must have in common to be compared by a foreign key.
    String compared(String column) {
        Form form = of(column);
        return isText(form) ? "text" + form.sql().replaceFirst("^\\w+\\(\\d+\\)", "") : form.sql();
    }

    /// The columns of an index, with as much of long values as fits; empty if one has a type that
    /// cannot be indexed.
    Optional<String> indexed(List<String> columns) {
        if (columns.stream().anyMatch(each -> type(each).equals("json"))) {
            return Optional.empty();
        }
        int room = Math.min(LONGEST_PREFIX, room(columns));
        return Optional.of(
                columns.stream()
                        .map(each -> {
                            Form form = of(each);
                            boolean cut = form.large() || form.text() > room;
                            return MySqlName.quote(each) + (cut ? "(" + room + ")" : "");
                        })
                        .collect(Collectors.joining(", ", "(", ")")));
    }

    /// A default as SQL; empty if the column's type does not have the value.
    Optional<String> initial(Column column, Initial initial) {
        ColumnType type = column.type().underlying();
        Form form = of(column.name());
        return switch (initial) {
            case Initial.Now() ->
                    form.sql().startsWith("datetime(")
                            ? Optional.of(
                                    "CURRENT_TIMESTAMP" + form.sql().substring("datetime".length()))
                            : Optional.empty();
            case Initial.Value(String text) ->
                    value(type, text)
                            // A value that lies beside the row must be computed.
                            .map(each -> form.large() ? "(" + each + ")" : each);
        };
    }

    private static Optional<String> value(ColumnType type, String text) {
        if (type.kind() == Kind.ENUM) {
            return Optional.of(string(text)).filter(_ -> type.labels().contains(text));
        }
        if (type.kind() == Kind.ARRAY) {
            return text.equals("{}") ? Optional.of("'[]'") : Optional.empty();
        }
        return switch (type.kind() == Kind.BASE ? type.name() : "") {
            case "bool" ->
                    switch (text) {
                        case "true", "t" -> Optional.of("1");
                        case "false", "f" -> Optional.of("0");
                        default -> Optional.empty();
                    };
            case "int2", "int4", "int8", "numeric", "float4", "float8" ->
                    Optional.of(text).filter(_ -> text.matches("-?\\d[\\d.eE+-]*"));
            case "varchar", "bpchar", "text", "citext", "json", "jsonb", "uuid", "inet", "name" ->
                    Optional.of(string(text));
            case "date" -> time(text, LocalDate::parse);
            case "time" -> time(text, LocalTime::parse);
            case "timestamp" -> time(text, each -> LocalDateTime.parse(each.replace(' ', 'T')));
            case "timestamptz" ->
                    text.endsWith("+00")
                            ? time(
                                    text.substring(0, text.length() - 3),
                                    each -> LocalDateTime.parse(each.replace(' ', 'T')))
                            : Optional.empty();
            case "bit" -> Optional.of("b'" + text + "'").filter(_ -> text.matches("[01]+"));
            default -> Optional.empty();
        };
    }

    private static Optional<String> time(String text, Function<String, Object> parse) {
        try {
            return Optional.of(parse.apply(text)).map(_ -> string(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// A string where nothing but a string may stand, in a session of {@link
    /// MySqlSessions#loading}, to which a backslash means something.
    static String string(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("\0", "\\0") + "'";
    }
}
