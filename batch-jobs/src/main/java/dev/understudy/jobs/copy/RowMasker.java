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
    void mask(RowBatch in, RowBatch out) {
        out.clear(target);
        find(in);
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
    }

    private void find(RowBatch in) {
        byte[] bytes = in.bytes();
        for (ColumnValues each : values) {
            each.reset(bytes, in.rows());
        }
        for (int row = 0; row < in.rows(); row++) {
            int start = in.rowStart(row);
            if ((short) RowBatch.SHORT.get(bytes, start) != columns) {
                throw new Failure(
                        Failure.Kind.SOURCE,
                        "%s: a row has %d columns but %d were asked for"
                                .formatted(
                                        in.shape().table(),
                                        (short) RowBatch.SHORT.get(bytes, start),
                                        columns));
            }
            int at = start + 2;
            int column = 0;
            for (int m = 0; m < masked.length; m++) {
                for (; column < masked[m]; column++) {
                    at += 4 + Math.max(0, (int) RowBatch.INT.get(bytes, at));
                }
                values[m].add(at + 4, (int) RowBatch.INT.get(bytes, at));
            }
        }
    }

    private void splice(RowBatch in, RowBatch out) {
        byte[] bytes = in.bytes();
        short count = (short) target.columns().size();
        for (int row = 0; row < in.rows(); row++) {
            int from = in.rowStart(row) + 2;
            RowBatch.SHORT.set(out.reserve(2), out.size(), count);
            out.advance(2);
            for (int m = 0; m < masked.length; m++) {
                int start = values[m].start(row);
                out.append(bytes, from, start - 4 - from);
                from = start + Math.max(0, values[m].length(row));
                int length = results[m].length(row);
                RowBatch.INT.set(out.reserve(4), out.size(), length);
                out.advance(4);
                if (length > 0) {
                    out.append(results[m].bytes(), results[m].start(row), length);
                }
            }
            out.append(bytes, from, in.rowEnd(row) - from);
            sourceKey.append(out);
            out.endRow();
        }
    }
}
