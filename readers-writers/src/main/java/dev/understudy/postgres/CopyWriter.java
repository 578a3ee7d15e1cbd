package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import dev.understudy.twin.RowWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// Writes batches of one table through binary COPY. One COPY may span many batches; the transaction
/// is the caller's. Used by one thread.
final class CopyWriter implements RowWriter {
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final byte[] TRAILER = {(byte) 0xff, (byte) 0xff};

    /// Large enough to bypass the driver's buffer, small enough that the server starts while we
    /// still send.
    private static final int MESSAGE = 1 << 17;

    private final Connection session;
    private final RowShape shape;
    private final @Nullable OidTranslation oids;
    private @Nullable CopyIn copy;

    /// @param oids puts the twin's type numbers into values that carry the source's; null if none
    ///   does
    CopyWriter(Connection session, RowShape shape, @Nullable OidTranslation oids) {
        this.session = session;
        this.shape = shape;
        this.oids = oids;
    }

    @Override
    public void write(RowBatch batch) {
        try {
            CopyIn in = copy == null ? begin() : copy;
            if (oids != null) {
                oids.translate(batch);
            }
            byte[] bytes = batch.bytes();
            int size = batch.size();
            for (int at = 0; at < size; at += MESSAGE) {
                in.writeToCopy(bytes, at, Math.min(MESSAGE, size - at));
            }
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, "writing " + shape.table(), e);
        }
    }

    @Override
    public long end() {
        CopyIn in = copy;
        if (in == null) {
            return 0;
        }
        copy = null;
        try {
            in.writeToCopy(TRAILER, 0, TRAILER.length);
            long rows = in.endCopy();
            if (hasStaging()) {
                fromStaging();
            }
            return rows;
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, "writing " + shape.table(), e);
        }
    }

    @Override
    public void abort() {
        if (copy != null && copy.isActive()) {
            try {
                copy.cancelCopy();
            } catch (SQLException e) {
                // Cancelling answers with an error by design.
            }
        }
        copy = null;
    }

    private CopyIn begin() throws SQLException {
        String target = shape.table().quoted();
        try (var statement = session.createStatement()) {
            statement.execute(LoadingPostgres.ALL_SCHEMAS);
        }
        if (hasStaging()) {
            createStaging();
            target = staging();
        }
        CopyIn in =
                session.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY " + target + columns() + " FROM STDIN (FORMAT binary)");
        in.writeToCopy(HEADER, 0, HEADER.length);
        copy = in;
        return in;
    }

    // Types without a binary form travel as text and have to be cast by the server: through a
    // temporary table, in the same
    // transaction.
    private boolean hasStaging() {
        return shape.columns().stream().anyMatch(RowColumn::asText);
    }

    private String staging() {
        return "pg_temp."
                + TableName.quote("understudy_" + Integer.toHexString(shape.table().hashCode()));
    }

    private void createStaging() throws SQLException {
        var definition = new StringJoiner(", ");
        for (RowColumn column : shape.columns()) {
            definition.add(
                    TableName.quote(column.name())
                            + " "
                            + (column.asText() ? "pg_catalog.text" : column.type().sql()));
        }
        try (var statement = session.createStatement()) {
            statement.execute(
                    "CREATE TEMPORARY TABLE IF NOT EXISTS "
                            + staging().substring("pg_temp.".length())
                            + " ("
                            + definition
                            + ") ON COMMIT DELETE ROWS");
            statement.execute("TRUNCATE " + staging());
        }
    }

    private void fromStaging() throws SQLException {
        var values = new StringJoiner(", ");
        for (RowColumn column : shape.columns()) {
            values.add(
                    TableName.quote(column.name())
                            + (column.asText() ? "::" + column.type().sql() : ""));
        }
        try (var statement = session.createStatement()) {
            statement.execute(
                    "INSERT INTO "
                            + shape.table().quoted()
                            + columns()
                            + " OVERRIDING SYSTEM VALUE SELECT "
                            + values
                            + " FROM "
                            + staging());
        }
    }

    private String columns() {
        if (shape.columns().isEmpty()) {
            return "";
        }
        var names = new StringJoiner(", ", " (", ")");
        shape.columns().forEach(each -> names.add(TableName.quote(each.name())));
        return names.toString();
    }
}
