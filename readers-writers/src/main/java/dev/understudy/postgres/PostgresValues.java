package dev.understudy.postgres;

import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.UnrealDate;
import dev.understudy.rows.ValueReader;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.twin.HeldValues.Check;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which values of other engines PostgreSQL does not have.
final class PostgresValues {
    private static final long DAY = 86_400_000_000L;
    private static final String NO_DATE = "a date that no calendar has, such as 0000-00-00";

    private PostgresValues() {}

    static Optional<Check> check(RowColumn column) {
        ColumnType type = column.type().underlying();
        if (type.kind() == Kind.ENUM) {
            return type.labels().contains("")
                    ? Optional.empty()
                    : Optional.of(PostgresValues::label);
        }
        return switch (type.name()) {
            case "text", "varchar", "json" -> Optional.of(PostgresValues::text);
            case "date" ->
                    Optional.of((bytes, start, _) ->
                            UnrealDate.is((int) RowBatch.INT.get(bytes, start)) ? NO_DATE : null);
            case "timestamp", "timestamptz" ->
                    Optional.of((bytes, start, _) ->
                            UnrealDate.is((long) ValueReader.LONG.get(bytes, start))
                                    ? NO_DATE
                                    : null);
            case "time" ->
                    Optional.of((bytes, start, _) -> {
                        long micros = (long) ValueReader.LONG.get(bytes, start);
                        return micros < 0 || micros > DAY ? "a time outside of a day" : null;
                    });
            default -> Optional.empty();
        };
    }

    private static @Nullable String text(byte[] bytes, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (bytes[i] == 0) {
                return "a text with a character of code 0";
            }
        }
        return null;
    }

    // MySQL keeps that a value was invalid when it was stored, as an empty text.
    private static @Nullable String label(byte[] bytes, int start, int length) {
        return length == 0 ? "a value that is none of the enum's labels" : null;
    }
}
