package dev.understudy.mysql;

import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.UnrealDate;
import dev.understudy.rows.ValueReader;
import dev.understudy.rows.ValueText;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes values of one column, given in PostgreSQL's binary form, as text that both LOAD DATA and
/// a quoted literal take for the same value. Bound once to a column; used by one thread at a time.
///
/// The text is the value itself, or a number's bits or a binary value's hexadecimal digits, which
/// the server turns back: see {@link Form}.
interface FieldText {
    /// What the server has to do with the text.
    enum Form {
        PLAIN("", ""),
        // Bytes of no character set cannot pass through the connection's.
        HEX("UNHEX(", ")"),
        // A bit column would take the digits' own bytes for its bits.
        BITS("CAST(", " AS UNSIGNED)");

        final String before;
        final String after;

        Form(String before, String after) {
            this.before = before;
            this.after = after;
        }
    }

    /// The places of a number, and those behind its point.
    Pattern DIGITS = Pattern.compile("\\((\\d+),(\\d+)\\)");

    void append(byte[] wire, int start, int length, TextBuffer out);

    static Form form(RowColumn column) {
        ColumnType type = column.type().underlying();
        if (column.asText()) {
            return Form.PLAIN;
        }
        if (type.kind() == Kind.BASE && type.name().equals("bytea")) {
            return Form.HEX;
        }
        return isBits(type) ? Form.BITS : Form.PLAIN;
    }

    // PostgreSQL's longer bit strings are no numbers, and stay text.
    private static boolean isBits(ColumnType type) {
        return switch (type.name()) {
            case "varbit" -> type.sql().startsWith("bit(");
            case "bit" -> type.modifier() <= Long.SIZE;
            default -> false;
        };
    }

    private static boolean isYear(ColumnType type) {
        return type.sql().toLowerCase(Locale.ROOT).startsWith("year");
    }

    static FieldText of(RowColumn column) {
        ColumnType type = column.type().underlying();
        if (column.asText() || type.kind() == Kind.ENUM) {
            return FieldText::text;
        }
        if (type.kind() == Kind.ARRAY) {
            return new JsonArrayText(type);
        }
        return switch (type.kind() == Kind.BASE ? type.name() : "") {
            case "bool" -> (wire, start, length, out) -> out.append((char) ('0' + wire[start]));
            // A year of '0' would be 2000.
            case "int2" ->
                    isYear(type)
                            ? (wire, start, length, out) ->
                                    out.appendDigits((short) RowBatch.SHORT.get(wire, start), 4)
                            : (wire, start, length, out) ->
                                    out.append((short) RowBatch.SHORT.get(wire, start));
            case "int4" ->
                    (wire, start, length, out) -> out.append((int) RowBatch.INT.get(wire, start));
            case "int8" ->
                    (wire, start, length, out) ->
                            out.append((long) ValueReader.LONG.get(wire, start));
            case "oid" ->
                    (wire, start, length, out) ->
                            out.append(Integer.toUnsignedLong((int) RowBatch.INT.get(wire, start)));
            case "float4" -> single(type.sql());
            case "float8" ->
                    (wire, start, length, out) ->
                            number(
                                    Double.longBitsToDouble(
                                            (long) ValueReader.LONG.get(wire, start)),
                                    out);
            case "numeric" -> FieldText::decimal;
            case "text", "varchar", "bpchar", "citext", "name", "json", "xml" -> FieldText::text;
            case "jsonb" ->
                    (wire, start, length, out) -> out.appendEscaped(wire, start + 1, length - 1);
            case "bytea" -> (wire, start, length, out) -> out.appendHex(wire, start, length);
            case "uuid" -> FieldText::uuid;
            case "date" ->
                    (wire, start, length, out) -> date((int) RowBatch.INT.get(wire, start), out);
            case "time" ->
                    (wire, start, length, out) ->
                            out.appendClock((long) ValueReader.LONG.get(wire, start));
            case "timestamp", "timestamptz" ->
                    (wire, start, length, out) ->
                            timestamp((long) ValueReader.LONG.get(wire, start), out);
            case "varbit", "bit" -> isBits(type) ? FieldText::bits : shown(type);
            default -> shown(type);
        };
    }

    private static void text(byte[] wire, int start, int length, TextBuffer out) {
        out.appendEscaped(wire, start, length);
    }

    /// How a value is written where MySQL has no such type: as PostgreSQL shows it, but for money,
    /// whose hundredths (where lc_monetary has two decimal places) are a number as in the lake.
    static ValueText textOf(ColumnType type) {
        return type.underlying().name().equals("money")
                ? (value, out) -> out.append(BigDecimal.valueOf(value.int8(), 2).toPlainString())
                : ValueText.of(type);
    }

    /// The text that PostgreSQL shows.
    private static FieldText shown(ColumnType type) {
        ValueText text = textOf(type);
        var reader = new ValueReader();
        var shown = new StringBuilder();
        return (wire, start, length, out) -> {
            shown.setLength(0);
            text.append(reader.set(wire, start, length), shown);
            byte[] bytes = shown.toString().getBytes(StandardCharsets.UTF_8);
            out.appendEscaped(bytes, 0, bytes.length);
        };
    }

    private static void uuid(byte[] wire, int start, int length, TextBuffer out) {
        out.appendHex(wire, start, 4);
        for (int at = start + 4; at < start + 10; at += 2) {
            out.append('-');
            out.appendHex(wire, at, 2);
        }
        out.append('-');
        out.appendHex(wire, start + 10, 6);
    }

    private static void bits(byte[] wire, int start, int length, TextBuffer out) {
        int count = (int) RowBatch.INT.get(wire, start);
        long number = 0;
        for (int at = start + 4; at < start + length; at++) {
            number = number << 8 | (wire[at] & 0xff);
        }
        number >>>= (8 - count % 8) % 8; // the last byte is filled up with zeros
        if (number < 0) {
            out.append(Long.toUnsignedString(number));
        } else {
            out.append(number);
        }
    }

    private static void date(int days, TextBuffer out) {
        if (UnrealDate.is(days)) {
            unreal(UnrealDate.packed(days), out);
        } else {
            out.appendDate(days);
        }
    }

    private static void timestamp(long micros, TextBuffer out) {
        if (UnrealDate.is(micros)) {
            unreal(UnrealDate.packed(micros), out);
            out.append(' ');
            out.appendClock(UnrealDate.microsOfDay(micros));
            return;
        }
        out.appendDate(Math.floorDiv(micros, 86_400_000_000L));
        out.append(' ');
        out.appendClock(Math.floorMod(micros, 86_400_000_000L));
    }

    private static void unreal(int packed, TextBuffer out) {
        out.appendDigits(packed >> 9, 4);
        out.append('-');
        out.appendDigits(packed >> 5 & 15, 2);
        out.append('-');
        out.appendDigits(packed & 31, 2);
    }

    private static void decimal(byte[] wire, int start, int length, TextBuffer out) {
        int groups = (short) RowBatch.SHORT.get(wire, start);
        int weight = (short) RowBatch.SHORT.get(wire, start + 2);
        int sign = (short) RowBatch.SHORT.get(wire, start + 4) & 0xffff;
        int scale = (short) RowBatch.SHORT.get(wire, start + 6);
        if ((sign & 0xC000) == 0xC000) {
            out.append("NaN"); // or infinite: the server will refuse it
            return;
        }
        if (sign != 0) {
            out.append('-');
        }
        int digits = start + 8;
        if (weight < 0) {
            out.append('0');
        }
        for (int i = 0; i <= weight; i++) {
            int group = i < groups ? (short) RowBatch.SHORT.get(wire, digits + 2 * i) : 0;
            if (i == 0) {
                out.append(group);
            } else {
                out.appendDigits(group, 4);
            }
        }
        if (scale == 0) {
            return;
        }
        out.append('.');
        int end = out.size() + scale;
        for (int i = weight + 1; out.size() < end; i++) {
            boolean shown = i >= 0 && i < groups;
            out.appendDigits(shown ? (short) RowBatch.SHORT.get(wire, digits + 2 * i) : 0, 4);
        }
        out.setSize(end);
    }

    // The greatest number of a float(9,2) is nearer to 10000000 than to any other float, which is
    // what is stored, but 10000000 is refused.
    private static FieldText single(String sql) {
        Matcher digits = DIGITS.matcher(sql);
        BigDecimal greatest =
                digits.find()
                        ? BigDecimal.TEN
                                .pow(Integer.parseInt(digits.group(1)))
                                .subtract(BigDecimal.ONE)
                                .movePointLeft(Integer.parseInt(digits.group(2)))
                        : new BigDecimal(Float.MAX_VALUE);
        float limit = greatest.floatValue();
        return (wire, start, length, out) -> {
            float value = Float.intBitsToFloat((int) RowBatch.INT.get(wire, start));
            if (Math.abs(value) == limit) {
                out.append(value < 0 ? "-" : "");
                out.append(greatest.toPlainString());
            } else {
                single(value, out);
            }
        };
    }

    // The server reads every number as a double, and makes a float of that: what it reads must lie
    // so near that both steps end at the same float.
    private static void single(float value, TextBuffer out) {
        if (shortDecimal(value, true, out)) {
            return;
        }
        String text = Float.toString(value);
        boolean same = (float) Double.parseDouble(text) == value;
        out.append(same ? text : Double.toString(value));
    }

    private static void number(double value, TextBuffer out) {
        if (!shortDecimal(value, false, out)) {
            out.append(Double.toString(value));
        }
    }

    /// Writes amounts and counts, which most numbers are, without a string: an integer divided by a
    /// power of ten is the double nearest to the decimal, so the decimal reads back as it.
    private static boolean shortDecimal(double value, boolean single, TextBuffer out) {
        for (int scale = 0, power = 1; scale <= 4; scale += 2, power *= 100) {
            double scaled = Math.rint(value * power);
            if (Math.abs(scaled) >= 1L << 53) {
                return false;
            }
            double read = scaled / power;
            if (single ? (float) read == (float) value : read == value) {
                if (1 / value < 0) {
                    out.append('-'); // also of -0
                }
                long size = (long) Math.abs(scaled);
                out.append(size / power);
                if (scale > 0) {
                    out.append('.');
                    out.appendDigits(size % power, scale);
                }
                return true;
            }
        }
        return false;
    }
}
