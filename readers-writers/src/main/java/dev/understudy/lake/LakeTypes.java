package dev.understudy.lake;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import dev.understudy.lake.Field.NotHeld;
import dev.understudy.rows.Failure;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.UnrealDate;
import dev.understudy.rows.ValueReader;
import dev.understudy.rows.ValueText;
import dev.understudy.schema.ColumnType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/// Which Parquet type a PostgreSQL type becomes; `docs/reference/lake-types.md` is the table for
/// readers.
public final class LakeTypes {
    private static final int DAYS_1970_TO_2000 = 10_957;
    private static final long MICROS_A_DAY = 86_400_000_000L;
    private static final long MICROS_1970_TO_2000 = 946_684_800_000_000L;
    private static final int MODIFIER_HEADER = 4;

    private LakeTypes() {}

    /// Whether columns of the type can be stored from their binary form; if not, the source has to
    /// send them as text.
    public static boolean readable(ColumnType type) {
        return type.binary() && (isScalar(type) || isNested(type) || ValueText.supports(type));
    }

    /// An SQL condition that is true for rows whose value the column's lake type cannot hold: NaN
    /// in numeric(p, s), times close to PostgreSQL's first and last ones (a shift may move either
    /// beyond the year 294246, the first ones because they wrap), arrays of several dimensions or
    /// that begin at another index than 1. A column with such a row belongs into {@link
    /// PartOptions#textColumns}; without that, writing it fails. Empty if every value can be held.
    ///
    /// @param column as SQL
    public static Optional<String> needsText(String column, ColumnType type) {
        if (!type.binary()) {
            return Optional.empty();
        }
        ColumnType base = withModifier(type);
        if (base.kind() == ColumnType.Kind.ARRAY) {
            String nan = isDecimalColumn(element(base)) ? " OR 'NaN' = ANY (" + column + ")" : "";
            return Optional.of(
                    "(array_ndims(%1$s) > 1 OR array_lower(%1$s, 1) <> 1%2$s)"
                            .formatted(column, nan));
        }
        if (base.name().equals("timestamp") || base.name().equals("timestamptz")) {
            return Optional.of(
                    "((%1$s < '4600-01-01 BC' OR %1$s >= '294000-01-01') AND pg_catalog.isfinite(%1$s))"
                            .formatted(column));
        }
        return isDecimalColumn(base) ? Optional.of(column + " = 'NaN'") : Optional.empty();
    }

    private static boolean isDecimalColumn(ColumnType type) {
        ColumnType base = withModifier(type);
        return base.name().equals("numeric")
                && mapping("", base).type() instanceof PrimitiveType primitive
                && isDecimal(primitive);
    }

    /// Whether values of a type that databases take for equal are always the same in the lake, so
    /// that rows can be told apart by them there; of texts, if their collation tells all apart.
    public static boolean tellsApart(ColumnType type) {
        ColumnType base = withModifier(type);
        return base.kind() == ColumnType.Kind.ENUM
                || (base.kind() == ColumnType.Kind.BASE
                        && switch (base.name()) {
                            case "bool", "int2", "int4", "int8", "uuid", "bytea" -> true;
                            case "date", "timestamp", "timestamptz", "text", "varchar" -> true;
                            // 1.0 equals 1.00, and a blank at the end none, but for a declared
                            // length.
                            case "numeric", "bpchar" -> base.modifier() >= MODIFIER_HEADER;
                            default -> false;
                        });
    }

    /// Whether a column has a better type in the lake than text.
    public static boolean hasBetterType(RowColumn column) {
        return !declaration(column, false).equals(declaration(column, true));
    }

    /// How a column would be declared in the lake: `optional int64 id`.
    static String declaration(RowColumn column, boolean storedAsText) {
        StringBuilder out = new StringBuilder();
        mapping(column, storedAsText).type().writeToStringBuilder(out, "");
        return out.toString().replaceAll("\\s+", " ").strip();
    }

    /// The type that a column of a manifest declares, under its name; empty if names of its
    /// attributes cannot stand in a declaration.
    static Optional<Type> declared(Manifest.LakeColumn column) {
        // Behind `optional int64 ` or `optional group `; it may hold blanks and brackets itself.
        String type = column.lakeType();
        int at = type.indexOf(' ', type.indexOf(' ') + 1) + 1;
        String name = column.name().replaceAll("\\s+", " ").strip();
        String plain = type.substring(0, at) + "c" + type.substring(at + name.length());
        try {
            return Optional.of(
                    named(
                            MessageTypeParser.parseMessageType(
                                            "message m { "
                                                    + plain
                                                    + (plain.endsWith("}") ? " }" : "; }"))
                                    .getType(0),
                            column.name()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Type named(Type type, String name) {
        if (type instanceof PrimitiveType primitive) {
            return Types.primitive(primitive.getPrimitiveTypeName(), type.getRepetition())
                    .length(primitive.getTypeLength())
                    .as(type.getLogicalTypeAnnotation())
                    .named(name);
        }
        return Types.buildGroup(type.getRepetition())
                .as(type.getLogicalTypeAnnotation())
                .addFields(type.asGroupType().getFields().toArray(Type[]::new))
                .named(name);
    }

    /// A column's Parquet type together with what writes it, so that the two cannot disagree.
    sealed interface Mapping {
        Type type();

        /// @param lists how many lists are around it
        Field bind(Frames frames, int lists);
    }

    /// Hands out the leaves' places, in the order of the leaves of {@link Mapping#type}.
    interface Frames {
        Leaf.Frame next();
    }

    record Scalar(Type type, Function<Leaf.Frame, Leaf> leaf) implements Mapping {
        @Override
        public Field bind(Frames frames, int lists) {
            return leaf.apply(frames.next());
        }
    }

    record ListOf(String name, Mapping element) implements Mapping {
        @Override
        public Type type() {
            return Types.optionalList().element(element.type()).named(name);
        }

        @Override
        public Field bind(Frames frames, int lists) {
            return new Field.ListField(element.bind(frames, lists + 1), lists + 1);
        }
    }

    record Struct(String name, List<Mapping> attributes) implements Mapping {
        @Override
        public Type type() {
            return new GroupType(
                    Type.Repetition.OPTIONAL,
                    name,
                    attributes.stream().map(Mapping::type).toList());
        }

        @Override
        public Field bind(Frames frames, int lists) {
            return new Field.StructField(
                    attributes.stream()
                            .map(attribute -> attribute.bind(frames, lists))
                            .toArray(Field[]::new));
        }
    }

    static Mapping mapping(RowColumn column, boolean storedAsText) {
        String name = column.name();
        if (column.asText()) {
            return scalar(name, BINARY, LogicalTypeAnnotation.stringType(), LakeTypes::raw);
        }
        if (!readable(column.type())) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "column "
                            + name
                            + ": the binary form of type "
                            + column.type().sql()
                            + " is not known; have the source send it as text");
        }
        return storedAsText ? text(name, column.type()) : mapping(name, column.type());
    }

    private static Mapping mapping(String name, ColumnType declared) {
        ColumnType type = withModifier(declared);
        if (isScalar(type)) {
            return scalar(name, type);
        }
        if (type.kind() == ColumnType.Kind.ARRAY && readable(element(type))) {
            return new ListOf(name, mapping("element", element(type)));
        }
        if (type.kind() == ColumnType.Kind.COMPOSITE && isNested(type)) {
            return new Struct(
                    name,
                    type.attributes().stream()
                            .map(attribute -> mapping(attribute.name(), attribute.type()))
                            .toList());
        }
        return text(name, type);
    }

    /// A domain's base, with the modifier that stands nearest.
    private static ColumnType withModifier(ColumnType type) {
        ColumnType base = type;
        int modifier = base.modifier();
        while (base.kind() == ColumnType.Kind.DOMAIN) {
            base = base.element().orElseThrow();
            modifier = modifier == -1 ? base.modifier() : modifier;
        }
        return modified(base, modifier);
    }

    /// The element of an array: numeric(9,2)[] has its modifier on the array.
    private static ColumnType element(ColumnType array) {
        ColumnType element = array.element().orElseThrow();
        return element.modifier() == -1 ? modified(element, array.modifier()) : element;
    }

    private static ColumnType modified(ColumnType type, int modifier) {
        return type.modifier() == modifier
                ? type
                : new ColumnType(
                        type.oid(),
                        type.sql(),
                        type.name(),
                        type.kind(),
                        modifier,
                        type.labels(),
                        type.element(),
                        type.attributes(),
                        type.binary());
    }

    private static boolean isNested(ColumnType type) {
        ColumnType base = type.underlying();
        return switch (base.kind()) {
            case ARRAY -> readable(base.element().orElseThrow());
            case COMPOSITE ->
                    !base.attributes().isEmpty()
                            && base.attributes().stream().allMatch(each -> readable(each.type()));
            case BASE, ENUM, DOMAIN, RANGE, MULTIRANGE -> false;
        };
    }

    private static boolean isScalar(ColumnType type) {
        ColumnType base = type.underlying();
        if (base.kind() == ColumnType.Kind.ENUM) {
            return true;
        }
        return base.kind() == ColumnType.Kind.BASE
                && switch (base.name()) {
                    case "bool", "int2", "int4", "int8", "oid", "float4", "float8", "numeric" ->
                            true;
                    case "text", "varchar", "bpchar", "name", "citext", "xml", "json", "jsonb" ->
                            true;
                    case "bytea", "uuid", "date", "time", "timestamp", "timestamptz", "money" ->
                            true;
                    default -> false;
                };
    }

    private static Mapping scalar(String name, ColumnType type) {
        return switch (type.kind() == ColumnType.Kind.ENUM ? "text" : type.name()) {
            case "bool" ->
                    new Scalar(Types.optional(BOOLEAN).named(name), NumberLeaves.BooleanLeaf::new);
            case "int2" -> ints(name, LogicalTypeAnnotation.intType(16, true), ValueReader::int2);
            case "int4" ->
                    new Scalar(
                            Types.optional(INT32).named(name),
                            frame -> new NumberLeaves.IntLeaf(frame, ValueReader::int4));
            case "int8" -> longs(name, ValueReader::int8);
            case "oid" -> longs(name, value -> Integer.toUnsignedLong(value.int4()));
            case "float4" ->
                    new Scalar(Types.optional(FLOAT).named(name), NumberLeaves.FloatLeaf::new);
            case "float8" ->
                    new Scalar(Types.optional(DOUBLE).named(name), NumberLeaves.DoubleLeaf::new);
            case "numeric" -> numeric(name, type);
            case "json" -> scalar(name, BINARY, LogicalTypeAnnotation.jsonType(), LakeTypes::raw);
            case "jsonb" ->
                    scalar(name, BINARY, LogicalTypeAnnotation.jsonType(), LakeTypes::jsonb);
            case "bytea" ->
                    new Scalar(
                            Types.optional(BINARY).named(name),
                            frame -> new BytesLeaf(frame, LakeTypes::raw));
            case "uuid" ->
                    new Scalar(
                            Types.optional(FIXED_LEN_BYTE_ARRAY)
                                    .length(16)
                                    .as(LogicalTypeAnnotation.uuidType())
                                    .named(name),
                            frame -> new BytesLeaf(frame, LakeTypes::raw));
            case "date" -> ints(name, LogicalTypeAnnotation.dateType(), LakeTypes::date);
            case "time" ->
                    longs(name, LogicalTypeAnnotation.timeType(false, MICROS), LakeTypes::time);
            case "timestamp" ->
                    longs(
                            name,
                            LogicalTypeAnnotation.timestampType(false, MICROS),
                            LakeTypes::timestamp);
            case "timestamptz" ->
                    longs(
                            name,
                            LogicalTypeAnnotation.timestampType(true, MICROS),
                            LakeTypes::timestamp);
            case "money" -> fixedDecimal(name, 19, 2, value -> BigInteger.valueOf(value.int8()));
            default -> scalar(name, BINARY, LogicalTypeAnnotation.stringType(), LakeTypes::raw);
        };
    }

    private static Mapping ints(
            String name, LogicalTypeAnnotation logical, Leaf.IntDecoder decoder) {
        return new Scalar(
                Types.optional(INT32).as(logical).named(name),
                frame -> new NumberLeaves.IntLeaf(frame, decoder));
    }

    private static Mapping longs(String name, Leaf.LongDecoder decoder) {
        return new Scalar(
                Types.optional(INT64).named(name),
                frame -> new NumberLeaves.LongLeaf(frame, decoder));
    }

    private static Mapping longs(
            String name, LogicalTypeAnnotation logical, Leaf.LongDecoder decoder) {
        return new Scalar(
                Types.optional(INT64).as(logical).named(name),
                frame -> new NumberLeaves.LongLeaf(frame, decoder));
    }

    private static Mapping scalar(
            String name,
            PrimitiveType.PrimitiveTypeName physical,
            LogicalTypeAnnotation logical,
            Leaf.BytesDecoder decoder) {
        return new Scalar(
                Types.optional(physical).as(logical).named(name),
                frame -> new BytesLeaf(frame, decoder));
    }

    private static Mapping text(String name, ColumnType type) {
        return new Scalar(
                Types.optional(BINARY).as(LogicalTypeAnnotation.stringType()).named(name),
                frame -> new BytesLeaf(frame, new TextDecoder(ValueText.of(type))));
    }

    private static Mapping numeric(String name, ColumnType type) {
        if (type.modifier() < MODIFIER_HEADER) {
            return text(name, type);
        }
        int modifier = type.modifier() - MODIFIER_HEADER;
        int precision = (modifier >> 16) & 0xffff;
        // An eleven-bit number with a sign: numeric(2,-3) and numeric(3,5) are legal.
        int scale = ((modifier & 0x7ff) ^ 0x400) - 0x400;
        if (scale < 0) {
            precision -= scale;
            scale = 0;
        }
        precision = Math.max(precision, scale);
        if (precision > 38) {
            return text(name, type);
        }
        var decimals = new Decimals(precision, scale);
        var logical = LogicalTypeAnnotation.decimalType(scale, precision);
        if (precision <= 9) {
            return ints(name, logical, value -> (int) decimals.unscaled(value));
        }
        if (precision <= 18) {
            return longs(name, logical, decimals::unscaled);
        }
        return fixedDecimal(name, precision, scale, decimals::unscaledWhole);
    }

    private static Mapping fixedDecimal(
            String name, int precision, int scale, Function<ValueReader, BigInteger> unscaled) {
        int length = BigInteger.TEN.pow(precision).bitLength() / 8 + 1;
        return new Scalar(
                Types.optional(FIXED_LEN_BYTE_ARRAY)
                        .length(length)
                        .as(LogicalTypeAnnotation.decimalType(scale, precision))
                        .named(name),
                frame -> new BytesLeaf(frame, new FixedDecoder(length, unscaled)));
    }

    static boolean isDecimal(PrimitiveType type) {
        return type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation;
    }

    private static void raw(ValueReader value, BytesLeaf leaf) {
        int length = value.remaining();
        leaf.put(value.bytes(), value.skip(length), length);
    }

    private static void jsonb(ValueReader value, BytesLeaf leaf) {
        int version = value.int1();
        if (version != 1) {
            throw new ValueReader.CorruptValue("jsonb of unknown version " + version);
        }
        raw(value, leaf);
    }

    /// Infinities become the numbers that DuckDB, too, calls infinity and -infinity; no date of
    /// PostgreSQL has them.
    private static int date(ValueReader value) {
        int days = value.int4();
        if (days == Integer.MAX_VALUE) {
            return Integer.MAX_VALUE;
        }
        if (days == Integer.MIN_VALUE) {
            return -Integer.MAX_VALUE;
        }
        if (UnrealDate.is(days)) {
            throw new NotHeld("a date that no calendar has");
        }
        return Math.addExact(days, DAYS_1970_TO_2000);
    }

    private static long time(ValueReader value) {
        long micros = value.int8();
        if (micros < 0 || micros > MICROS_A_DAY) {
            throw new NotHeld("a time below zero or beyond a day");
        }
        return micros;
    }

    private static long timestamp(ValueReader value) {
        long micros = value.int8();
        if (micros == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        if (micros == Long.MIN_VALUE) {
            return -Long.MAX_VALUE;
        }
        if (UnrealDate.is(micros)) {
            throw new NotHeld("a date that no calendar has");
        }
        if (micros >= Long.MAX_VALUE - MICROS_1970_TO_2000) {
            throw new NotHeld("a time after the year 294246");
        }
        return micros + MICROS_1970_TO_2000;
    }

    private static final class TextDecoder implements Leaf.BytesDecoder {
        private final ValueText text;
        private final StringBuilder builder = new StringBuilder();

        TextDecoder(ValueText text) {
            this.text = text;
        }

        @Override
        public void decode(ValueReader value, BytesLeaf leaf) {
            builder.setLength(0);
            text.append(value, builder);
            byte[] bytes = builder.toString().getBytes(StandardCharsets.UTF_8);
            leaf.put(bytes, 0, bytes.length);
        }
    }

    private static final class FixedDecoder implements Leaf.BytesDecoder {
        private final byte[] bytes;
        private final Function<ValueReader, BigInteger> unscaled;

        FixedDecoder(int length, Function<ValueReader, BigInteger> unscaled) {
            this.bytes = new byte[length];
            this.unscaled = unscaled;
        }

        @Override
        public void decode(ValueReader value, BytesLeaf leaf) {
            byte[] shortest = unscaled.apply(value).toByteArray();
            int padding = bytes.length - shortest.length;
            java.util.Arrays.fill(bytes, 0, padding, (byte) (shortest[0] < 0 ? -1 : 0));
            System.arraycopy(shortest, 0, bytes, padding, shortest.length);
            leaf.put(bytes, 0, bytes.length);
        }
    }
}
