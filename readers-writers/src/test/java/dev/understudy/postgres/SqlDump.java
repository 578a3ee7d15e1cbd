package dev.understudy.postgres;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// Loads what `pg_dump` wrote as plain SQL, COPY blocks included, without psql.
public final class SqlDump {
    private static final String COPY_END = "\\.";

    private final InputStream in;
    private final Connection connection;
    private final boolean rows;

    private SqlDump(InputStream in, Connection connection, boolean rows) {
        this.in = in;
        this.connection = connection;
        this.rows = rows;
    }

    /// Runs the whole dump in one transaction. The session keeps the settings that the dump makes.
    ///
    /// @param file plain SQL, compressed if it ends in `.gz`
    public static void load(Path file, Connection connection) throws IOException, SQLException {
        load(file, connection, true);
    }

    private static void load(Path file, Connection connection, boolean rows)
            throws IOException, SQLException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in =
                        file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw) {
            connection.setAutoCommit(false);
            new SqlDump(new BufferedInputStream(in, 1 << 16), connection, rows).load();
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    /// Loads a shared package into an empty database; skips the test where the package is absent.
    public static void load(String sharedPackage, TestDatabase database)
            throws IOException, SQLException {
        Path file = SharedData.dump(sharedPackage);
        try (Connection connection = database.connect()) {
            load(file, connection);
        }
    }

    /// Loads all of a shared package but its rows.
    public static void loadStructure(String sharedPackage, TestDatabase database)
            throws IOException, SQLException {
        Path file = SharedData.dump(sharedPackage);
        try (Connection connection = database.connect()) {
            load(file, connection, false);
        }
    }

    /// Statements before a COPY travel together: the driver splits them as the server would.
    private void load() throws IOException, SQLException {
        var sql = new StringBuilder();
        byte[] bytes;
        while ((bytes = line()) != null) {
            String line = new String(bytes, StandardCharsets.UTF_8);
            if (line.startsWith("COPY ") && line.endsWith(" FROM stdin;\n")) {
                execute(sql);
                copy(line.substring(0, line.length() - 2));
            } else if (!line.startsWith("\\")) {
                sql.append(line);
            }
        }
        execute(sql);
    }

    private void execute(StringBuilder sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql.toString());
        }
        sql.setLength(0);
    }

    private void copy(String command) throws IOException, SQLException {
        CopyIn copy =
                rows ? connection.unwrap(PGConnection.class).getCopyAPI().copyIn(command) : null;
        byte[] line;
        while ((line = line()) != null && !isEnd(line)) {
            if (copy != null) {
                copy.writeToCopy(line, 0, line.length);
            }
        }
        if (copy != null) {
            copy.endCopy();
        }
    }

    private static boolean isEnd(byte[] line) {
        return line.length == 3 && line[0] == COPY_END.charAt(0) && line[1] == COPY_END.charAt(1);
    }

    /// The next line with its end, null after the last.
    private byte @Nullable [] line() throws IOException {
        var line = new ByteArrayOutputStream(256);
        int next;
        while ((next = in.read()) >= 0) {
            line.write(next);
            if (next == '\n') {
                break;
            }
        }
        return line.size() == 0 ? null : line.toByteArray();
    }
}
