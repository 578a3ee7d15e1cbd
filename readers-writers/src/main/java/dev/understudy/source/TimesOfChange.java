package dev.understudy.source;

import dev.understudy.preflight.Checkup;
import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.BiFunction;

/// What is the same for every engine where deltas read by columns that hold the time of a row's
/// last change.
public final class TimesOfChange {
    private static final int TABLES_A_QUERY = 100;

    /// By so much, times without a zone go back once a year.
    private static final Duration CLOCK_PUT_BACK = Duration.ofHours(1);

    private static final String OTHERWISE =
            "; or say how long a transaction lasts at most: delta.longest-transaction-seconds";

    /// What was open before the snapshot.
    ///
    /// @param asked when, in microseconds since 1970
    /// @param oldest when the oldest of it had begun, or `asked`
    /// @param blind why others' transactions could not be seen; empty if they could
    public record Open(long asked, long oldest, Optional<Blind> blind) {
        /// The age of the oldest transaction, in microseconds.
        ///
        /// @param longestTransaction stands for it; empty to take what was seen
        public long age(Optional<Duration> longestTransaction) {
            if (blind.isPresent() && longestTransaction.isEmpty()) {
                throw new Failure(
                        Failure.Kind.SOURCE,
                        blind.get().why()
                                + blind.get().ask().map(each -> "; ask for: " + each).orElse("")
                                + OTHERWISE);
            }
            return longestTransaction.map(TimesOfChange::micros).orElse(asked - oldest);
        }

        /// Tells before a run whether deltas can be read without {@link
        /// dev.understudy.source.SourceDatabase#marks a longest transaction}.
        public void examine(Checkup checkup) {
            if (blind.isEmpty()) {
                checkup.ok("deltas", "the age of the source's oldest transaction can be seen");
            } else {
                checkup.add(
                        Finding.Level.FAIL,
                        "deltas",
                        blind.get().why() + OTHERWISE,
                        blind.get().ask().stream().toList());
            }
        }
    }

    /// Why others' transactions cannot be seen.
    ///
    /// @param ask the statement that helps; empty if none does
    public record Blind(String why, Optional<String> ask) {}

    private TimesOfChange() {}

    /// Whether a column of this type can tell when a row has changed.
    public static boolean isTime(ColumnType type) {
        return switch (type.underlying().name()) {
            case "timestamptz", "timestamp", "date" -> true;
            default -> false;
        };
    }

    public static boolean hasZone(Column column) {
        return column.type().underlying().name().equals("timestamptz");
    }

    /// By how much a column's times must overlap, in microseconds.
    public static long overlap(Column column, Duration given) {
        return micros(hasZone(column) ? given : given.plus(CLOCK_PUT_BACK));
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    /// Reads the marks of watermarks.
    ///
    /// @param mark what is selected for a column, and from where: `max(changed) FROM person`
    public static Map<TableName, Map<String, String>> marks(
            Connection session,
            Map<TableName, List<Column>> watermarks,
            BiFunction<TableName, Column, String> mark)
            throws SQLException {
        var marks = new HashMap<TableName, Map<String, String>>();
        var tables = new ArrayList<>(watermarks.entrySet());
        for (int first = 0; first < tables.size(); first += TABLES_A_QUERY) {
            var some = tables.subList(first, Math.min(tables.size(), first + TABLES_A_QUERY));
            var query = new StringJoiner(" UNION ALL ");
            for (int i = 0; i < some.size(); i++) {
                TableName table = some.get(i).getKey();
                List<Column> columns = some.get(i).getValue();
                for (int j = 0; j < columns.size(); j++) {
                    query.add(
                            "SELECT %d, %d, ".formatted(i, j) + mark.apply(table, columns.get(j)));
                }
            }
            try (var statement = session.createStatement()) {
                statement.setEscapeProcessing(false);
                try (var rows = statement.executeQuery(query.toString())) {
                    while (rows.next()) {
                        var table = some.get(rows.getInt(1));
                        marks.computeIfAbsent(table.getKey(), _ -> new LinkedHashMap<>())
                                .put(
                                        table.getValue().get(rows.getInt(2)).name(),
                                        rows.getString(3));
                    }
                }
            }
        }
        return marks;
    }

    /// Watermarks that no index begins with.
    ///
    /// @param query finds an index by schema, table and column
    public static Map<TableName, List<String>> withoutIndex(
            Connection session, Map<TableName, List<Column>> watermarks, String query)
            throws SQLException {
        var without = new HashMap<TableName, List<String>>();
        try (var indexes = session.prepareStatement(query)) {
            for (var table : watermarks.entrySet()) {
                for (Column column : table.getValue()) {
                    indexes.setString(1, table.getKey().schema());
                    indexes.setString(2, table.getKey().name());
                    indexes.setString(3, column.name());
                    try (var row = indexes.executeQuery()) {
                        if (!row.next()) {
                            without.computeIfAbsent(table.getKey(), _ -> new ArrayList<>())
                                    .add(column.name());
                        }
                    }
                }
            }
        }
        return without;
    }
}
