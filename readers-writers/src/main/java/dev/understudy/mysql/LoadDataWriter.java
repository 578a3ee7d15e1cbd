package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.TableName;
import dev.understudy.twin.RowWriter;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Writes batches of one table, each through one `LOAD DATA LOCAL INFILE` that the driver reads
/// from memory while the rows are being written as text: as fast as from a file, with a buffer of a
/// few hundred kilobytes. Where the server refuses that, through INSERTs of many rows.
///
/// The transaction is the caller's, in a session of {@link MySqlSessions#loading}. Nothing is lost
/// in silence: LOAD DATA LOCAL makes warnings of errors and leaves rows out, so any warning and any
/// other number of rows than were sent is a failure. Used by one thread; may be used again after
/// {@link #end}.
public final class LoadDataWriter implements RowWriter {
    private static final int BUFFER = 1 << 18;
    private static final int MOST_IN_INSERT = 1 << 20;

    /// "Data truncated".
    private static final int TRUNCATED = 1265;

    private final Connection session;
    private final TableName table;
    private final List<RowColumn> columns;
    private final FieldText[] fields;
    private final boolean[] mayBeInvalid;
    private final FieldText.Form[] forms;
    private final TextBuffer text = new TextBuffer(BUFFER + (BUFFER >> 1));
    private @Nullable Way way;
    private @Nullable String loadSql;
    private long taken;
    private long invalid;

    /// How rows get to the server.
    ///
    /// @param load whether through LOAD DATA, else through INSERTs
    /// @param packet the largest statement that the server takes, in bytes
    private record Way(boolean load, boolean mariaDb, long packet) {}

    /// @param into the table, in the schema that is being loaded
    /// @param shape of the batches, whose own table name is not used
    public LoadDataWriter(Connection session, TableName into, RowShape shape) {
        this.session = session;
        this.table = into;
        this.columns = shape.columns();
        fields = new FieldText[columns.size()];
        mayBeInvalid = new boolean[columns.size()];
        forms = new FieldText.Form[columns.size()];
        for (int i = 0; i < fields.length; i++) {
            RowColumn column = columns.get(i);
            fields[i] = FieldText.of(column);
            forms[i] = FieldText.form(column);
            mayBeInvalid[i] = mayBeInvalid(column.type().underlying());
        }
    }

    // An enum keeps that a value was invalid when it was stored, as an empty text that is none of
    // its labels. Storing that again is exact, and yet a warning.
    private static boolean mayBeInvalid(ColumnType type) {
        return type.kind() == Kind.ENUM && !type.labels().contains("");
    }

    /// Sends the rows of a batch and waits until the server has taken them.
    @Override
    public void write(RowBatch batch) {
        if (batch.rows() == 0) {
            return;
        }
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            invalid = 0;
            text.clear();
            if (way().load()) {
                var rows = new Lines(batch);
                check(statement, batch.rows(), LocalInfile.execute(statement, loadSql(), rows));
            } else {
                insert(statement, batch, way().packet());
            }
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            text.clear();
            text.trim(4 * BUFFER);
        }
    }

    /// How many rows the server took since the last call.
    @Override
    public long end() {
        long rows = taken;
        taken = 0;
        return rows;
    }

    /// Forgets what was written; the caller rolls back.
    @Override
    public void abort() {
        taken = 0;
    }

    private Failure failed(SQLException e) {
        return MySqlBlockers.failure(session, Failure.Kind.TARGET, "writing " + table, e);
    }

    private Way way() throws SQLException {
        Way known = way;
        if (known == null) {
            known = findWay();
            way = known;
        }
        return known;
    }

    private Way findWay() throws SQLException {
        try (var statement = session.createStatement();
                var row = statement.executeQuery("SELECT @@max_allowed_packet, version()")) {
            row.next();
            return new Way(
                    slowness(session).isEmpty(),
                    MySqlVersion.parse(row.getString(2)).mariaDb(),
                    row.getLong(1));
        }
    }

    /// Why rows get to a session's server through INSERTs; empty if through LOAD DATA.
    static Optional<String> slowness(Connection session) throws SQLException {
        try (var statement = session.createStatement();
                var row = statement.executeQuery("SELECT @@local_infile")) {
            row.next();
            if (!row.getBoolean(1)) {
                return Optional.of(
                        "the twin's server has local_infile off, so rows are loaded through INSERTs; for faster loading: "
                                + MySqlGrants.LOCAL_INFILE);
            }
        }
        return LocalInfile.isNegotiated(session)
                ? Optional.empty()
                : Optional.of(
                        "the connection forbids LOAD DATA LOCAL, so rows are loaded through INSERTs");
    }

    private String loadSql() throws SQLException {
        String known = loadSql;
        if (known == null) {
            known = makeLoadSql();
            loadSql = known;
        }
        return known;
    }

    private String makeLoadSql() throws SQLException {
        boolean converts = Arrays.stream(forms).anyMatch(each -> each != FieldText.Form.PLAIN);
        // MariaDB has no computed column that takes no NULL.
        Peculiar peculiar =
                converts || !way().mariaDb() ? peculiar() : new Peculiar(List.of(), List.of());
        boolean computes = converts || !peculiar.computed().isEmpty();
        var targets = new StringJoiner(", ", " (", ")");
        var set = new StringJoiner(", ", " SET ", "").setEmptyValue("");
        for (int i = 0; i < fields.length; i++) {
            String column = columns.get(i).name();
            String name = MySqlName.quote(column);
            boolean counted = computes && peculiar.numbered().contains(column);
            if (forms[i] == FieldText.Form.PLAIN && !counted) {
                targets.add(name);
            } else {
                targets.add("@v" + i);
                set.add(name + " = " + forms[i].before + "@v" + i + forms[i].after);
            }
        }
        if (fields.length == 0) {
            targets.add("@nothing");
        }
        peculiar.computed().forEach(each -> set.add(MySqlName.quote(each) + " = DEFAULT"));
        return "LOAD DATA LOCAL INFILE 'understudy' INTO TABLE "
                + MySqlName.quoted(table)
                + " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n'"
                + targets
                + set;
    }

    /// Columns that LOAD DATA does not treat as an INSERT does.
    ///
    /// @param numbered by AUTO_INCREMENT: where there is a SET, a 0 stays 0 only if SET gives it
    /// @param computed geometries that take no NULL: MySQL misses a value for them, although it
    ///   computes one
    private record Peculiar(List<String> numbered, List<String> computed) {}

    private Peculiar peculiar() throws SQLException {
        var peculiar = new Peculiar(new ArrayList<>(), new ArrayList<>());
        try (var query =
                session.prepareStatement(
                        "SELECT column_name, generation_expression <> '' FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
                                + " AND (extra LIKE '%auto_increment%' OR generation_expression <> '' AND is_nullable = 'NO'"
                                + " AND data_type REGEXP '^geom|point$|linestring$|polygon$')")) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    (rows.getBoolean(2) ? peculiar.computed() : peculiar.numbered())
                            .add(rows.getString(1));
                }
            }
        }
        return peculiar;
    }

    private void check(Statement statement, long sent, long rows) throws SQLException {
        taken += rows;
        long warnings;
        try (var count = statement.executeQuery("SHOW COUNT(*) WARNINGS")) {
            count.next();
            warnings = count.getLong(1);
        }
        if (warnings == 0 && rows == sent) {
            return;
        }
        try (var shown = statement.executeQuery("SHOW WARNINGS")) {
            while (shown.next()) {
                int code = shown.getInt(2);
                if (code != TRUNCATED || warnings != invalid) {
                    throw MySqlFailure.of(
                            Failure.Kind.TARGET,
                            "writing " + table,
                            new SQLException(shown.getString(3), "HY000", code));
                }
            }
        }
        if (rows != sent) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "writing %s: the server took %d rows of %d and does not say why"
                            .formatted(table, rows, sent));
        }
    }

    /// The lines of a batch, made as far as they are asked for.
    private final class Lines extends InputStream {
        private final RowBatch batch;
        private int row;
        private int at;

        Lines(RowBatch batch) {
            this.batch = batch;
        }

        @Override
        public int read() {
            var single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (at == text.size()) {
                text.clear();
                at = 0;
                while (row < batch.rows() && text.size() < BUFFER) {
                    appendLine(batch, row++);
                }
                if (text.size() == 0) {
                    return -1;
                }
            }
            int part = Math.min(length, text.size() - at);
            System.arraycopy(text.bytes(), at, target, offset, part);
            at += part;
            return part;
        }
    }

    private void appendLine(RowBatch batch, int row) {
        byte[] wire = batch.bytes();
        int at = batch.rowStart(row) + 2;
        for (int i = 0; i < fields.length; i++) {
            if (i > 0) {
                text.append('\t');
            }
            int length = (int) RowBatch.INT.get(wire, at);
            at += 4;
            if (length < 0) {
                text.append("\\N");
            } else {
                append(i, wire, at, length);
                at += length;
            }
        }
        text.append('\n');
    }

    private void append(int column, byte[] wire, int start, int length) {
        if (length == 0 && mayBeInvalid[column]) {
            invalid++;
        }
        fields[column].append(wire, start, length, text);
    }

    // IGNORE as LOAD DATA LOCAL does it: one way of telling what is wrong, and of keeping invalid
    // enum values.
    private void insert(Statement statement, RowBatch batch, long packet) throws SQLException {
        var names = new StringJoiner(", ", " (", ")");
        columns.forEach(each -> names.add(MySqlName.quote(each.name())));
        byte[] head =
                ("INSERT IGNORE INTO " + MySqlName.quoted(table) + names + " VALUES ")
                        .getBytes(StandardCharsets.UTF_8);
        long mostBytes = Math.min(MOST_IN_INSERT, packet / 2);
        int waiting = 0;
        for (int row = 0; row < batch.rows(); row++) {
            // Escaped, a value is twice as long at most.
            long most = 2L * (batch.rowEnd(row) - batch.rowStart(row));
            if (waiting > 0 && text.size() + most > mostBytes) {
                send(statement, waiting, packet);
                waiting = 0;
            }
            if (waiting++ == 0) {
                text.append(head);
            } else {
                text.append(',');
            }
            appendTuple(batch, row);
        }
        send(statement, waiting, packet);
    }

    private void appendTuple(RowBatch batch, int row) {
        byte[] wire = batch.bytes();
        int at = batch.rowStart(row) + 2;
        text.append('(');
        for (int i = 0; i < fields.length; i++) {
            if (i > 0) {
                text.append(',');
            }
            int length = (int) RowBatch.INT.get(wire, at);
            at += 4;
            if (length < 0) {
                text.append("NULL");
            } else {
                text.append(forms[i].before);
                text.append('\'');
                append(i, wire, at, length);
                text.append('\'');
                text.append(forms[i].after);
                at += length;
            }
        }
        text.append(')');
    }

    private void send(Statement statement, int rows, long packet) throws SQLException {
        if (text.size() >= packet) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "writing %s: a row takes %d bytes as INSERT, but the twin's server takes statements of %d; ask for: SET GLOBAL max_allowed_packet = %d, or for local_infile, which has no such limit: SET GLOBAL local_infile = ON"
                            .formatted(table, text.size(), packet, 1L << 30));
        }
        // The driver makes the same bytes of it again: its connection's character set is utf8mb4.
        var sql = new String(text.bytes(), 0, text.size(), StandardCharsets.UTF_8);
        text.clear();
        check(statement, rows, statement.executeLargeUpdate(sql));
        invalid = 0;
    }
}
