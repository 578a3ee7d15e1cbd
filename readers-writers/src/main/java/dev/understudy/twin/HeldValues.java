package dev.understudy.twin;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks at rows on their way to a twin of another engine than the source's, for values that it
/// does not have, before the server would change them or say something unclear. One thread.
public final class HeldValues implements RowWriter {
    private static final int KEPT_MEMORY = 1 << 20;

    private final RowWriter writer;
    private final RowShape shape;
    private final @Nullable Check[] checks;
    private final List<Unheld> unheld;
    private final Unheld wanted;
    private final String engine;

    /// The rows of a batch up to `copied`, made where one of them has to be another; kept for the
    /// next.
    private final RowBatch copy;

    private int copied;

    /// Tells whether the engine has a value.
    public interface Check {
        /// What it does not have, for people, without the value; null if it has it.
        @Nullable String problem(byte[] bytes, int start, int length);
    }

    /// @param checks one for each column, if there is something to check
    /// @param unheld for each column
    /// @param wanted what the config says of all that take NULL
    /// @param engine for people
    public HeldValues(
            RowWriter writer,
            RowShape shape,
            List<Optional<Check>> checks,
            List<Unheld> unheld,
            Unheld wanted,
            String engine) {
        this.writer = writer;
        this.shape = shape;
        this.checks = checks.stream().map(each -> each.orElse(null)).toArray(Check[]::new);
        this.unheld = List.copyOf(unheld);
        this.wanted = wanted;
        this.engine = engine;
        copy = new RowBatch(shape, 1 << 10);
    }

    @Override
    public void write(RowBatch batch) {
        copied = 0;
        for (int row = 0; row < batch.rows(); row++) {
            check(batch, row);
        }
        if (copied == 0) {
            writer.write(batch);
            return;
        }
        copyUpTo(batch, batch.rows());
        writer.write(copy);
        copy.clear(shape);
        copy.trim(KEPT_MEMORY);
    }

    private void check(RowBatch batch, int row) {
        byte[] bytes = batch.bytes();
        int at = batch.rowStart(row) + 2;
        for (int i = 0; i < checks.length; i++) {
            int length = (int) RowBatch.INT.get(bytes, at);
            at += 4;
            if (length < 0) {
                continue;
            }
            Check check = checks[i];
            String problem = check == null ? null : check.problem(bytes, at, length);
            if (problem != null) {
                if (unheld.get(i) == Unheld.REFUSE) {
                    throw refused(shape.columns().get(i), problem);
                }
                copyUpTo(batch, row);
                copyWithNulls(bytes, batch.rowStart(row), batch.rowEnd(row));
                copied = row + 1;
                return;
            }
            at += length;
        }
    }

    private void copyUpTo(RowBatch batch, int row) {
        if (copied == 0) {
            copy.clear(shape);
        }
        for (; copied < row; copied++) {
            int start = batch.rowStart(copied);
            copy.append(batch.bytes(), start, batch.rowEnd(copied) - start);
            copy.endRow();
        }
    }

    private void copyWithNulls(byte[] bytes, int start, int end) {
        copy.append(bytes, start, 2);
        int at = start + 2;
        for (int i = 0; at < end; i++) {
            int length = (int) RowBatch.INT.get(bytes, at);
            Check check = checks[i];
            String problem =
                    length < 0 || check == null ? null : check.problem(bytes, at + 4, length);
            if (problem != null && unheld.get(i) == Unheld.REFUSE) {
                throw refused(shape.columns().get(i), problem);
            }
            if (problem != null) {
                RowBatch.INT.set(copy.reserve(4), copy.size(), -1);
                copy.advance(4);
            } else {
                copy.append(bytes, at, 4 + Math.max(0, length));
            }
            at += 4 + Math.max(0, length);
        }
        copy.endRow();
    }

    private Failure refused(RowColumn column, String problem) {
        return new Failure(
                Failure.Kind.TARGET,
                "%s.%s (%s): a row holds %s, which %s does not have; %s, or exclude the table"
                        .formatted(
                                shape.table(),
                                column.name(),
                                column.type().sql(),
                                problem,
                                engine,
                                wanted == Unheld.NULLIFY
                                        ? "the column takes no NULL, so correct the value in the source, or mask the column by a rule that leaves no such value"
                                        : "write unheld: nullify into the section twin, so that such values become NULL where the column takes NULL, or mask the column by constant or null, which leave no such value"));
    }

    @Override
    public long end() {
        return writer.end();
    }

    @Override
    public void abort() {
        writer.abort();
    }
}
