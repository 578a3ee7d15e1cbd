package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowShape;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.jdbc.PgConnection;

/// Reads rows through binary COPY into batches. Used by one thread; the session is the caller's.
final class CopyReader implements RowReader {
    /// `PGCOPY\n\377\r\n\0`, flags, and the length of an extension that nobody uses yet.
    private static final int SIGNATURE = 11;

    private final Connection session;
    private final RowShape shape;
    private final int mostRows;
    private final int mostBytes;
    private final CopyOut copy;
    private boolean started;
    private boolean ended;
    private byte @Nullable [] pending;

    private CopyReader(
            Connection session, RowShape shape, CopyOut copy, int mostRows, int mostBytes) {
        this.session = session;
        this.shape = shape;
        this.copy = copy;
        this.mostRows = mostRows;
        this.mostBytes = mostBytes;
    }

    /// Starts reading in a session that has joined a snapshot.
    static CopyReader open(Connection session, RowQuery query, int mostRows, int mostBytes)
            throws SQLException {
        if (query.ordered()) {
            readByIndex(session);
        }
        CopyOut copy =
                session.unwrap(PGConnection.class).getCopyAPI().copyOut(new CopyQuery(query).sql());
        return new CopyReader(session, query.shape(), copy, mostRows, mostBytes);
    }

    // In order means through the index: a sort would spill the whole range to the source's disk
    // first. For the rest of the transaction, which reads nothing else.
    private static void readByIndex(Connection session) throws SQLException {
        try (var statement = session.createStatement()) {
            statement.execute(
                    "SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL"
                            + " enable_bitmapscan = off");
        }
    }

    @Override
    public boolean read(RowBatch batch) {
        batch.clear(shape);
        try {
            while (batch.rows() < mostRows) {
                byte[] message = pending != null ? pending : copy.readFromCopy();
                pending = null;
                if (message == null) {
                    ended = true;
                    break;
                }
                int start = started ? 0 : headerLength(message);
                started = true;
                int length = message.length - start;
                if (length < 2 || (short) RowBatch.SHORT.get(message, start) == -1) {
                    continue; // the header alone, or the trailer
                }
                if (batch.rows() > 0 && batch.size() + length > mostBytes) {
                    // A header only ever leads the first row, and that one fits an empty batch.
                    pending = message;
                    break;
                }
                batch.append(message, start, length);
                batch.endRow();
            }
            return batch.rows() > 0;
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.SOURCE, "reading " + shape.table(), e);
        }
    }

    @Override
    public boolean isAtEnd() {
        return ended;
    }

    private int headerLength(byte[] message) {
        if (message.length < SIGNATURE + 8 || message[0] != 'P' || message[5] != 'Y') {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "reading " + shape.table() + ": the server sent no binary COPY header");
        }
        return SIGNATURE + 8 + (int) RowBatch.INT.get(message, SIGNATURE + 4);
    }

    /// Ends reading. After the last row the session is as good as before; before it, the session is
    /// given up, because what the server has sent already would be taken for the answer to the next
    /// statement.
    @Override
    public void close() {
        if (copy.isActive()) {
            try {
                session.unwrap(PgConnection.class).abort(Runnable::run);
            } catch (SQLException e) {
                // It is gone already.
            }
        }
    }
}
