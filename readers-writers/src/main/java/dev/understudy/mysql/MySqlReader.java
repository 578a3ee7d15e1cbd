package dev.understudy.mysql;

import com.mysql.cj.exceptions.CJException;
import com.mysql.cj.jdbc.exceptions.SQLExceptionsMapping;
import com.mysql.cj.jdbc.result.ResultSetInternalMethods;
import com.mysql.cj.protocol.ResultsetRows;
import com.mysql.cj.result.Row;
import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowShape;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads rows as the server streams them, in the binary protocol, into batches. Used by one thread;
/// the session is the caller's.
final class MySqlReader implements RowReader {
    private final RowShape shape;
    private final BinaryValue[] values;
    private final int[] flags;
    private final boolean[] isNull;
    private final int mostRows;
    private final int mostBytes;
    private final PreparedStatement statement;
    private final ResultSet result;
    private final ResultsetRows rows;
    private final RowBatch row;
    private boolean pending;
    private boolean ended;

    private MySqlReader(RowQuery query, PreparedStatement statement, int mostRows, int mostBytes)
            throws SQLException {
        shape = query.shape();
        this.statement = statement;
        this.mostRows = mostRows;
        this.mostBytes = mostBytes;
        values = query.columns().stream().map(BinaryValue::of).toArray(BinaryValue[]::new);
        flags = flags(query);
        isNull = new boolean[MySqlQuery.nulls(query).size()];
        row = new RowBatch(shape, 1 << 12);
        result = statement.executeQuery();
        // The driver's own rows: its result set takes a lock for every value.
        rows = result.unwrap(ResultSetInternalMethods.class).getRows();
    }

    /// For every column which of the flags before the columns makes it NULL; -1 for none.
    private static int[] flags(RowQuery query) {
        var flags = new int[query.columns().size()];
        Arrays.fill(flags, -1);
        int next = 0;
        for (int i = 0; i < query.shape().columns().size(); i++) {
            if (query.nullIf().containsKey(query.shape().columns().get(i).name())) {
                flags[i] = next++;
            }
        }
        return flags;
    }

    /// Starts reading in a session that sees the snapshot.
    ///
    /// @param index the index of the query's key
    static MySqlReader open(
            Connection session,
            RowQuery query,
            Optional<String> index,
            int mostRows,
            int mostBytes) {
        try {
            PreparedStatement statement =
                    session.prepareStatement(
                            new MySqlQuery(query, index).sql(),
                            ResultSet.TYPE_FORWARD_ONLY,
                            ResultSet.CONCUR_READ_ONLY);
            try {
                // The driver's word for: row by row, as they come.
                statement.setFetchSize(Integer.MIN_VALUE);
                return new MySqlReader(query, statement, mostRows, mostBytes);
            } catch (SQLException e) {
                statement.close();
                throw e;
            }
        } catch (SQLException e) {
            throw MySqlBlockers.failure(
                    session, Failure.Kind.SOURCE, "reading " + query.shape().table(), e);
        }
    }

    @Override
    public boolean read(RowBatch batch) {
        batch.clear(shape);
        try {
            while (batch.rows() < mostRows) {
                if (!pending && !next()) {
                    break;
                }
                pending = batch.rows() > 0 && batch.size() + row.size() > mostBytes;
                if (pending) {
                    break;
                }
                batch.append(row.bytes(), 0, row.size());
                batch.endRow();
            }
            return batch.rows() > 0;
        } catch (CJException e) {
            throw MySqlFailure.of(
                    Failure.Kind.SOURCE,
                    "reading " + shape.table(),
                    SQLExceptionsMapping.translateException(e));
        }
    }

    /// Takes the next row, if there is one.
    private boolean next() {
        if (ended) {
            return false;
        }
        Row from = rows.next();
        if (from == null) {
            ended = true;
            return false;
        }
        row.clear(shape);
        RowBatch.SHORT.set(row.reserve(2), 0, (short) values.length);
        row.advance(2);
        for (int i = 0; i < isNull.length; i++) {
            isNull[i] = from.getBytes(i) != null;
        }
        for (int i = 0; i < values.length; i++) {
            byte[] value = from.getBytes(isNull.length + i);
            append(flags[i] >= 0 && isNull[flags[i]] ? null : value, values[i]);
        }
        return true;
    }

    private void append(byte @Nullable [] value, BinaryValue form) {
        int length = row.size();
        row.reserve(4);
        row.advance(4);
        if (value != null) {
            form.append(value, row);
        }
        RowBatch.INT.set(row.bytes(), length, value == null ? -1 : row.size() - length - 4);
    }

    @Override
    public boolean isAtEnd() {
        return ended && !pending;
    }

    /// Ends reading. Before the last row, the server is asked to stop, and what it has sent already
    /// is thrown away: the session, and the point in time that it sees, live on.
    @Override
    public void close() {
        try {
            if (!ended) {
                statement.cancel();
            }
            closeQuietly(result);
            closeQuietly(statement);
            if (!ended) {
                // The server may have been ready before it heard: then its next answer is that it
                // was interrupted.
                try (var next = statement.getConnection().createStatement()) {
                    next.execute("DO 0");
                }
            }
        } catch (SQLException e) {
            // Interrupted, or the session is gone, which its owner finds out.
        }
    }

    private static void closeQuietly(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            // That the query was interrupted; the rest is thrown away nevertheless.
        }
    }
}
