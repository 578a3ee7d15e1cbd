package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.ColumnMasker;
import dev.understudy.masking.ColumnValues;
import dev.understudy.masking.MaskedValues;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowShape;
import java.util.List;

/// Masks batches of one table: finds the masked columns' values in the rows, masks column by
/// column, and puts the rows together again, copying everything between two masked values at one
/// go. Bound once per table and worker; one thread.
final class RowMasker {
    private final RowShape target;
    private final int columns;
    private final int[] masked;
    private final ColumnMasker[] maskers;
    private final ColumnValues[] values;
    private final MaskedValues[] results;
    private final SourceKeyColumn sourceKey;
    private final KeptChecksum checksum;
    private long unfit;

    /// @param target what masked rows look like: the source's columns, then the source's key where
    ///   it was asked for
    RowMasker(TableCopy table, RowShape target, SourceKeyColumn sourceKey, MaskingKeys keys) {
        this.target = target;
        this.sourceKey = sourceKey;
        List<Decision> decisions = table.columns();
        columns = decisions.size();
        var kept = new boolean[columns];
        int count = 0;
        for (int i = 0; i < columns; i++) {
            kept[i] = decisions.get(i).kept();
            count += kept[i] ? 0 : 1;
        }
        masked = new int[count];
        maskers = new ColumnMasker[count];
        values = new ColumnValues[count];
        results = new MaskedValues[count];
        int next = 0;
        for (int i = 0; i < columns; i++) {
            if (kept[i]) {
                continue;
            }
            Decision decision = decisions.get(i);
            masked[next] = i;
            maskers[next] =
                    Maskers.named(decision.rule().masker())
                            .orElseThrow(() ->
                                    new Failure(
                                            Failure.Kind.INTERNAL,
                                            "no masker " + decision.rule().masker()))
                            .bind(decision.rule(), decision.profile(), keys);
            values[next] = new ColumnValues();
            results[next] = new MaskedValues();
            next++;
        }
        checksum = new KeptChecksum(kept);
    }

    /// What is summed up over the kept columns; the same on rows before and after masking.
    KeptChecksum checksum() {
        return checksum;
    }

    /// Values that were replaced by their format class, since this masker was made.
    long unfit() {
        return unfit;
    }

    /// Masks the rows of a batch into another one, whose former rows are forgotten. `in` is not
    /// changed.
    ///
    /// @return the sum over the kept columns of `in`, to be compared with that of what is handed on
    long mask(RowBatch in, RowBatch out) {
        out.clear(target);
        long kept = find(in);
        unfit = 0;
        for (int m = 0; m < maskers.length; m++) {
            results[m].reset();
            maskers[m].mask(values[m], results[m]);
            if (results[m].count() != in.rows()) {
                throw new Failure(
                        Failure.Kind.INTERNAL,
                        "%s: the masker of column %d gave %d values for %d rows"
                                .formatted(
                                        in.shape().table(),
                                        masked[m],
                                        results[m].count(),
                                        in.rows()));
            }
            unfit += results[m].unfit();
        }
        splice(in, out);
        return kept;
    }

    private long find(RowBatch in) {
        byte[] bytes = in.bytes();
        for (ColumnValues each : values) {
            each.reset(bytes, in.rows());
        }
        long sum = 0;
        for (int row = 0; row < in.rows(); row++) {
            sum += find(in, bytes, in.rowStart(row), in.rowEnd(row));
        }
        return sum;
    }

    private long find(RowBatch in, byte[] bytes, int start, int end) {
        if ((short) RowBatch.SHORT.get(bytes, start) != columns) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "%s: a row has %d columns but %d were asked for"
                            .formatted(
                                    in.shape().table(),
                                    (short) RowBatch.SHORT.get(bytes, start),
                                    columns));
        }
        long hash = KeptChecksum.SEED;
        int at = start + 2;
        int column = 0;
        for (int m = 0; m < masked.length; m++) {
            int from = at;
            for (; column < masked[m]; column++) {
                at += 4 + Math.max(0, (int) RowBatch.INT.get(bytes, at));
            }
            if (at > from) {
                hash = KeptChecksum.hash(bytes, from, at, hash);
            }
            int length = (int) RowBatch.INT.get(bytes, at);
            values[m].add(at + 4, length);
            at += 4 + Math.max(0, length);
            column++;
        }
        return end > at ? KeptChecksum.hash(bytes, at, end, hash) : hash;
    }

    private void splice(RowBatch in, RowBatch out) {
        byte[] bytes = in.bytes();
        short count = (short) target.columns().size();
        for (int row = 0; row < in.rows(); row++) {
            RowBatch.SHORT.set(out.reserve(2), out.size(), count);
            out.advance(2);
            splice(row, bytes, in.rowStart(row) + 2, in.rowEnd(row), out);
            sourceKey.append(out);
            out.endRow();
        }
    }

    private void splice(int row, byte[] bytes, int start, int end, RowBatch out) {
        int from = start;
        for (int m = 0; m < masked.length; m++) {
            int value = values[m].start(row);
            int length = results[m].length(row);
            int kept = value - 4 - from;
            byte[] to = out.reserve(kept + 4 + Math.max(0, length));
            int at = out.size();
            System.arraycopy(bytes, from, to, at, kept);
            at += kept;
            RowBatch.INT.set(to, at, length);
            if (length > 0) {
                System.arraycopy(results[m].bytes(), results[m].start(row), to, at + 4, length);
            }
            out.advance(kept + 4 + Math.max(0, length));
            from = value + Math.max(0, values[m].length(row));
        }
        out.append(bytes, from, end - from);
    }
}
