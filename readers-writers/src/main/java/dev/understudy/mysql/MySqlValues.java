package dev.understudy.mysql;

import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.ValueReader;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.twin.HeldValues.Check;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which values of PostgreSQL neither MySQL nor MariaDB has. What a column's length or range
/// forbids, the server itself says clearly.
final class MySqlValues {
    private static final LocalDate ZERO = LocalDate.of(2000, 1, 1);
    private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay() - ZERO.toEpochDay();
    private static final long LAST_DAY =
            LocalDate.of(9999, 12, 31).toEpochDay() - ZERO.toEpochDay();
    private static final long DAY = 86_400_000_000L;
    private static final String NO_DATE =
            "a date before the year 1 or behind 9999, or an infinite one";
    private static final String NO_NUMBER = "NaN or an infinite number";
    private static final int MOST_SCALE = 30;

    private MySqlValues() {}

    static Optional<Check> check(RowColumn column) {
        ColumnType type = column.type().underlying();
        if (column.asText() || type.kind() != Kind.BASE) {
            return Optional.empty();
        }
        return switch (type.name()) {
            case "date" ->
                    Optional.of((bytes, start, _) -> {
                        int days = (int) RowBatch.INT.get(bytes, start);
                        return days < FIRST_DAY || days > LAST_DAY ? NO_DATE : null;
                    });
            case "timestamp", "timestamptz" ->
                    Optional.of((bytes, start, _) -> {
                        long micros = (long) ValueReader.LONG.get(bytes, start);
                        return micros < FIRST_DAY * DAY || micros >= (LAST_DAY + 1) * DAY
                                ? NO_DATE
                                : null;
                    });
            case "float4" ->
                    Optional.of((bytes, start, _) ->
                            Float.isFinite(
                                            Float.intBitsToFloat(
                                                    (int) RowBatch.INT.get(bytes, start)))
                                    ? null
                                    : NO_NUMBER);
            case "float8" ->
                    Optional.of((bytes, start, _) ->
                            Double.isFinite(
                                            Double.longBitsToDouble(
                                                    (long) ValueReader.LONG.get(bytes, start)))
                                    ? null
                                    : NO_NUMBER);
            case "numeric" -> Optional.of(MySqlValues::decimal);
            default -> Optional.empty();
        };
    }

    // Digits behind the thirtieth would be rounded in silence; too many before them are refused by
    // the server.
    private static @Nullable String decimal(byte[] bytes, int start, int length) {
        int sign = (short) RowBatch.SHORT.get(bytes, start + 4) & 0xffff;
        if ((sign & 0xC000) == 0xC000) {
            return NO_NUMBER;
        }
        int groups = (short) RowBatch.SHORT.get(bytes, start);
        int weight = (short) RowBatch.SHORT.get(bytes, start + 2);
        if (groups == 0) {
            return null;
        }
        int last = (short) RowBatch.SHORT.get(bytes, start + 8 + 2 * (groups - 1));
        int scale = 4 * (groups - 1 - weight);
        for (int rest = last; rest != 0 && rest % 10 == 0; rest /= 10) {
            scale--;
        }
        return scale > MOST_SCALE ? "a number with more than 30 digits behind the point" : null;
    }
}
