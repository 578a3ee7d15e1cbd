package dev.understudy.mysql;

import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.UnrealDate;
import dev.understudy.rows.ValueReader;
import dev.understudy.schema.ColumnType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;

/// Turns a value of MySQL's binary protocol into PostgreSQL's binary form, and appends it to a row
/// without its length. Bound once to a column.
///
/// Source: MySQL's manual, "Binary Protocol Resultset Row"; PostgreSQL's `numeric_recv`,
/// `varbit_recv` and `uuid_recv`.
interface BinaryValue {
    VarHandle LITTLE_SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    VarHandle LITTLE_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    VarHandle LITTLE_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    void append(byte[] value, RowBatch row);

    static BinaryValue of(RowColumn column) {
        ColumnType type = column.type();
        if (column.asText() || type.kind() == ColumnType.Kind.ENUM) {
            return BinaryValue::same;
        }
        String sql = type.sql().toLowerCase(Locale.ROOT);
        boolean unsigned = sql.contains("unsigned");
        return switch (type.name()) {
            case "int2" -> sql.startsWith("tinyint") ? tiny(unsigned) : BinaryValue::small;
            case "int4" ->
                    sql.startsWith("smallint")
                            ? (value, row) -> int4((short) LITTLE_SHORT.get(value, 0) & 0xffff, row)
                            : (value, row) -> int4((int) LITTLE_INT.get(value, 0), row);
            case "int8" ->
                    sql.startsWith("bigint")
                            ? (value, row) -> int8((long) LITTLE_LONG.get(value, 0), row)
                            : (value, row) ->
                                    int8(
                                            Integer.toUnsignedLong((int) LITTLE_INT.get(value, 0)),
                                            row);
            case "numeric" ->
                    sql.startsWith("bigint")
                            ? (value, row) -> Numerics.append((long) LITTLE_LONG.get(value, 0), row)
                            : Numerics::append;
            case "float4" -> (value, row) -> int4((int) LITTLE_INT.get(value, 0), row);
            case "float8" -> (value, row) -> int8((long) LITTLE_LONG.get(value, 0), row);
            case "varbit" -> bits(type.modifier());
            case "date" -> BinaryValue::date;
            case "timestamp", "timestamptz" -> BinaryValue::timestamp;
            case "time" -> BinaryValue::time;
            case "uuid" -> BinaryValue::uuid;
            default -> BinaryValue::same;
        };
    }

    private static void same(byte[] value, RowBatch row) {
        row.append(value, 0, value.length);
    }

    private static BinaryValue tiny(boolean unsigned) {
        return unsigned
                ? (value, row) -> int2(value[0] & 0xff, row)
                : (value, row) -> int2(value[0], row);
    }

    private static void small(byte[] value, RowBatch row) {
        int2((short) LITTLE_SHORT.get(value, 0), row);
    }

    private static void int2(int number, RowBatch row) {
        RowBatch.SHORT.set(row.reserve(2), row.size(), (short) number);
        row.advance(2);
    }

    private static void int4(int number, RowBatch row) {
        RowBatch.INT.set(row.reserve(4), row.size(), number);
        row.advance(4);
    }

    private static void int8(long number, RowBatch row) {
        ValueReader.LONG.set(row.reserve(8), row.size(), number);
        row.advance(8);
    }

    /// MySQL's bits stand at the right end of their bytes, PostgreSQL's at the left.
    private static BinaryValue bits(int count) {
        int shift = (8 - count % 8) % 8;
        return (value, row) -> {
            int4(count, row);
            int at = row.size();
            byte[] out = row.reserve(value.length);
            for (int i = 0; i < value.length; i++) {
                int next = i + 1 < value.length ? value[i + 1] & 0xff : 0;
                out[at + i] = (byte) (((value[i] & 0xff) << 8 | next) << shift >> 8);
            }
            row.advance(value.length);
        };
    }

    private static void date(byte[] value, RowBatch row) {
        int year = year(value);
        int month = value.length == 0 ? 0 : value[2];
        int day = value.length == 0 ? 0 : value[3];
        int4(
                isReal(year, month, day)
                        ? (int) daysSince2000(year, month, day)
                        : UnrealDate.days(year, month, day),
                row);
    }

    private static void timestamp(byte[] value, RowBatch row) {
        int year = year(value);
        int month = value.length == 0 ? 0 : value[2];
        int day = value.length == 0 ? 0 : value[3];
        long micros = value.length > 4 ? clock(value, 4) : 0;
        int8(
                isReal(year, month, day)
                        ? daysSince2000(year, month, day) * 86_400_000_000L + micros
                        : UnrealDate.micros(year, month, day, micros),
                row);
    }

    private static int year(byte[] value) {
        return value.length == 0 ? 0 : (short) LITTLE_SHORT.get(value, 0);
    }

    private static long clock(byte[] value, int at) {
        int seconds = (value[at] * 60 + value[at + 1]) * 60 + value[at + 2];
        int micros = value.length > at + 3 ? (int) LITTLE_INT.get(value, at + 3) : 0;
        return seconds * 1_000_000L + micros;
    }

    private static void time(byte[] value, RowBatch row) {
        if (value.length == 0) {
            int8(0, row);
            return;
        }
        long days = (int) LITTLE_INT.get(value, 1);
        long micros = days * 86_400_000_000L + clock(value, 5);
        int8(value[0] == 0 ? micros : -micros, row);
    }

    private static boolean isReal(int year, int month, int day) {
        return year > 0 && month > 0 && day > 0 && (day <= 28 || day <= lastDay(year, month));
    }

    private static int lastDay(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static long daysSince2000(int year, int month, int day) {
        int shifted = month > 2 ? year : year - 1;
        int era = shifted / 400;
        int yearOfEra = shifted - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 730_425;
    }

    /// MariaDB sends uuids as text.
    private static void uuid(byte[] value, RowBatch row) {
        byte[] out = row.reserve(16);
        int at = row.size();
        int digits = 0;
        for (byte each : value) {
            if (each != '-') {
                int digit = Character.digit(each, 16);
                int high = digits % 2 == 0 ? 0 : out[at + digits / 2];
                out[at + digits / 2] = (byte) (high << 4 | digit);
                digits++;
            }
        }
        row.advance(16);
    }
}
