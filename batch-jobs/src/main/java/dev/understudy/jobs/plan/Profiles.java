package dev.understudy.jobs.plan;

import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.Neutral;
import dev.understudy.masking.ValueForm;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tells the maskers what they must know of a column: the one place that knows both PostgreSQL's
/// types and the forms of values.
final class Profiles {
    /// The first OID that the server gives to what users create.
    private static final int FIRST_USER_OID = 16384;

    private static final Map<String, ValueForm> FORMS =
            Map.ofEntries(
                    Map.entry("text", ValueForm.TEXT),
                    Map.entry("varchar", ValueForm.TEXT),
                    Map.entry("bpchar", ValueForm.TEXT),
                    Map.entry("name", ValueForm.TEXT),
                    Map.entry("int2", ValueForm.INT2),
                    Map.entry("int4", ValueForm.INT4),
                    Map.entry("int8", ValueForm.INT8),
                    Map.entry("float4", ValueForm.FLOAT4),
                    Map.entry("float8", ValueForm.FLOAT8),
                    Map.entry("numeric", ValueForm.NUMERIC),
                    Map.entry("bool", ValueForm.BOOL),
                    Map.entry("date", ValueForm.DATE),
                    Map.entry("time", ValueForm.TIME),
                    Map.entry("timestamp", ValueForm.TIMESTAMP),
                    Map.entry("timestamptz", ValueForm.TIMESTAMPTZ),
                    Map.entry("uuid", ValueForm.UUID),
                    Map.entry("bytea", ValueForm.BYTES),
                    Map.entry("inet", ValueForm.INET),
                    Map.entry("cidr", ValueForm.CIDR),
                    Map.entry("macaddr", ValueForm.MACADDR),
                    Map.entry("macaddr8", ValueForm.MACADDR8),
                    Map.entry("json", ValueForm.JSON),
                    Map.entry("jsonb", ValueForm.JSONB),
                    Map.entry("xml", ValueForm.XML));

    /// MySQL's.
    private static final Pattern BYTES_WITH_LENGTH = Pattern.compile("(?:var)?binary\\((\\d+)\\)");

    private static final Set<ValueForm> NUMBERS =
            Set.of(ValueForm.INT2, ValueForm.INT4, ValueForm.INT8, ValueForm.NUMERIC);
    private static final Set<ValueForm> DAYS =
            Set.of(ValueForm.DATE, ValueForm.TIMESTAMP, ValueForm.TIMESTAMPTZ);

    private static final Set<ValueForm> NETWORKS = Set.of(ValueForm.INET, ValueForm.CIDR);

    /// Forms that hold values of different types.
    private static final Set<ValueForm> NAMED_BY_TYPE =
            Set.of(ValueForm.COMPOSITE, ValueForm.OPAQUE);

    private Profiles() {}

    static ColumnProfile of(Table table, Column column) {
        return of(
                table.name() + "." + column.name(),
                column.type(),
                column.nullable(),
                uniqueAlone(table, column.name()));
    }

    private static ColumnProfile of(
            String path, ColumnType declared, boolean nullable, boolean unique) {
        ColumnType type = declared.underlying();
        boolean array = type.kind() == Kind.ARRAY;
        ColumnType value = array ? type.element().orElseThrow().underlying() : type;
        ValueForm form = declared.binary() ? form(value) : ValueForm.OPAQUE;
        int modifier = array && value.modifier() < 0 ? type.modifier() : value.modifier();
        return new ColumnProfile(
                path,
                declared.sql(),
                form,
                array && form != ValueForm.OPAQUE,
                maxLength(value, modifier),
                nullable,
                unique,
                form == ValueForm.ENUM ? value.labels() : List.of(),
                form == ValueForm.COMPOSITE ? attributes(path, value) : List.of(),
                neutral(type),
                declared.binary());
    }

    private static Optional<Neutral> neutral(ColumnType type) {
        return switch (type.kind()) {
            case RANGE -> Optional.of(Neutral.RANGE);
            case MULTIRANGE -> Optional.of(Neutral.MULTIRANGE);
            case BASE -> isBuiltIn(type) ? neutral(type.name(), type.sql()) : Optional.empty();
            case ARRAY, ENUM, DOMAIN, COMPOSITE -> Optional.empty();
        };
    }

    private static Optional<Neutral> neutral(String builtIn, String sql) {
        return switch (builtIn) {
            case "bytea" -> Neutral.ofGeometry(sql);
            case "interval" -> Optional.of(Neutral.INTERVAL);
            case "tsvector" -> Optional.of(Neutral.TSVECTOR);
            default -> Optional.empty();
        };
    }

    private static List<ColumnProfile.Attribute> attributes(String path, ColumnType composite) {
        return composite.attributes().stream()
                .map(each ->
                        new ColumnProfile.Attribute(
                                each.name(),
                                of(path + "." + each.name(), each.type(), true, false)))
                .toList();
    }

    /// Whether two different values of the column must never become equal, whatever the others
    /// hold.
    static boolean uniqueAlone(Table table, String column) {
        return table.uniqueInExpressions().contains(column)
                || table.keys().stream().anyMatch(key -> key.columns().equals(List.of(column)));
    }

    /// Whether a key over several columns, none of which is unique alone, needs its values apart.
    static boolean inCompositeKey(Table table, String column) {
        return table.keys().stream()
                .anyMatch(key -> key.columns().contains(column) && isComposite(table, key));
    }

    static boolean isComposite(Table table, Key key) {
        return key.columns().size() > 1
                && key.columns().stream().noneMatch(each -> uniqueAlone(table, each));
    }

    /// Whether a column holds single dates or timestamps.
    static boolean isDay(ColumnProfile profile) {
        return DAYS.contains(profile.form()) && !profile.array();
    }

    /// The same column, but under what it shares with the columns that must agree with it.
    static ColumnProfile with(ColumnProfile profile, boolean unique, OptionalInt maxLength) {
        return new ColumnProfile(
                profile.path(),
                profile.sqlType(),
                profile.form(),
                profile.array(),
                maxLength,
                profile.nullable(),
                unique,
                profile.labels(),
                profile.attributes(),
                profile.neutral(),
                profile.binary());
    }

    /// Whether equal values of these columns can be recognised as equal, their types apart.
    static boolean comparable(ColumnProfile a, ColumnProfile b) {
        if (a.form() == b.form() && a.array() == b.array()) {
            return !NAMED_BY_TYPE.contains(a.form()) || a.sqlType().equals(b.sqlType());
        }
        if (a.array() || b.array()) {
            return false;
        }
        // Sixteen bytes may be a UUID, which other columns hold as text.
        return (comparesAsText(a.form()) && b.form() == ValueForm.TEXT)
                || (comparesAsText(b.form()) && a.form() == ValueForm.TEXT)
                || (NUMBERS.contains(a.form()) && NUMBERS.contains(b.form()))
                || (NETWORKS.contains(a.form()) && NETWORKS.contains(b.form()))
                || (a.form() == ValueForm.UUID && b.form() == ValueForm.BYTES)
                || (b.form() == ValueForm.UUID && a.form() == ValueForm.BYTES)
                || (DAYS.contains(a.form()) && DAYS.contains(b.form()));
    }

    private static boolean comparesAsText(ValueForm form) {
        return NUMBERS.contains(form)
                || NETWORKS.contains(form)
                || form == ValueForm.MACADDR
                || form == ValueForm.MACADDR8
                || form == ValueForm.UUID
                || form == ValueForm.BYTES
                || form == ValueForm.ENUM;
    }

    private static ValueForm form(ColumnType type) {
        return switch (type.kind()) {
            case ENUM -> ValueForm.ENUM;
            case BASE -> baseForm(type);
            case COMPOSITE -> ValueForm.COMPOSITE;
            case ARRAY, DOMAIN, RANGE, MULTIRANGE -> ValueForm.OPAQUE;
        };
    }

    private static ValueForm baseForm(ColumnType type) {
        if (type.name().equals("citext")) {
            return ValueForm.TEXT;
        }
        if (type.name().equals("hstore")) {
            return ValueForm.HSTORE;
        }
        return isBuiltIn(type) && !isLaidOut(type)
                ? FORMS.getOrDefault(type.name(), ValueForm.OPAQUE)
                : ValueForm.OPAQUE;
    }

    /// Bytes of which a server of MySQL's kind takes only those with a meaning.
    private static boolean isLaidOut(ColumnType type) {
        return type.name().equals("bytea")
                && (Neutral.ofGeometry(type.sql()).isPresent() || type.sql().startsWith("vector"));
    }

    /// A user's own type may be called as one of the server's.
    private static boolean isBuiltIn(ColumnType type) {
        return Integer.compareUnsigned(type.oid(), FIRST_USER_OID) < 0;
    }

    /// Source: PostgreSQL's varchar.c (length + 4) and numeric.c (precision << 16 | scale, + 4).
    private static OptionalInt maxLength(ColumnType type, int modifier) {
        return switch (type.name()) {
            case "name" -> OptionalInt.of(63);
            case "varchar", "bpchar" ->
                    modifier < 4 ? OptionalInt.empty() : OptionalInt.of(modifier - 4);
            case "numeric" ->
                    modifier < 4 ? OptionalInt.empty() : OptionalInt.of((modifier - 4) >> 16);
            case "bytea" -> {
                Matcher declared = BYTES_WITH_LENGTH.matcher(type.sql());
                yield declared.matches()
                        ? OptionalInt.of(Integer.parseInt(declared.group(1)))
                        : OptionalInt.empty();
            }
            default -> OptionalInt.empty();
        };
    }
}
