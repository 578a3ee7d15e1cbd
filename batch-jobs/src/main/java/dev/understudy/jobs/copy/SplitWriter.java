package dev.understudy.jobs.copy;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.twin.RowWriter;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Writes a split's rows to the twin and to the lake, which make their checkpoints together: first
/// the lake's part is finished, then the twin's transaction commits the rows and the checkpoint
/// that names the part. A process that dies between the two leaves a part that nothing names, to be
/// overwritten or swept.
///
/// Without a lake there is a checkpoint after every batch; with one, when a part is large enough. A
/// piece that is read without order has a single checkpoint, at its end.
final class SplitWriter implements AutoCloseable {
    private final CopyRun run;
    private final SourceCopy source;
    private final @Nullable Connection twin;
    private @Nullable RowWriter rows;
    private @Nullable LakePartWriter part;
    private @Nullable PieceCopy bound;
    private long rowsInTwin;

    SplitWriter(CopyRun run, Split split) {
        this.run = run;
        source = run.of(split.pieces().getFirst().table());
        twin = source.openTwin();
    }

    void write(PieceCopy piece, RowBatch block) {
        if (block.rows() == 0) {
            return;
        }
        if (run.lake() != null && !source.lakeFollows(piece.piece.table())) {
            part = part != null ? part : run.lake().begin(piece);
            part.write(block);
        }
        if (twin != null) {
            if (rows == null || bound != piece) {
                rows = source.twinSessions().writer(twin, piece.target.written());
                bound = piece;
            }
            rows.write(block); // last: it may put the twin's type numbers into the values
        }
    }

    /// Makes a checkpoint if one is due after so many rows.
    void checkpointIfDue(PieceCopy piece, boolean last) {
        boolean due = piece.piece.ordered() && (part == null || part.isFull() || run.mustStop());
        if (last || due) {
            checkpoint(piece, last);
        }
    }

    private void checkpoint(PieceCopy piece, boolean done) {
        if (part != null) {
            piece.add(part.finish());
            part = null;
        }
        if (rows != null) {
            rowsInTwin += rows.end();
        }
        if (twin != null && rowsInTwin + piece.began().rows() != piece.rows()) {
            throw new Failure(
                    Failure.Kind.MISMATCH,
                    "%s: the twin took %d rows but %d were sent"
                            .formatted(
                                    piece.piece.table(),
                                    rowsInTwin + piece.began().rows(),
                                    piece.rows()));
        }
        source.ledger().record(twin, piece.id, piece.checkpoint(done));
        if (done) {
            rowsInTwin = 0;
            run.pieceDone(piece);
        }
    }

    /// Ends the split: returns when its checkpoints survive the twin's crash.
    void finish() {
        source.ledger().makeDurable(twin);
    }

    @Override
    public void close() {
        try {
            if (part != null) {
                part.close();
            }
        } finally {
            leaveTwin();
        }
    }

    private void leaveTwin() {
        Connection session = twin;
        if (session == null) {
            return;
        }
        if (rows != null) {
            rows.abort();
        }
        try (session) {
            session.rollback();
            session.setAutoCommit(true);
        } catch (SQLException e) {
            // The session is broken and the pool drops it; the server has rolled back what was
            // open.
        }
    }
}
