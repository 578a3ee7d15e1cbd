package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.SubjectColumn;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.ColumnMasker;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.ColumnValues;
import dev.understudy.masking.MaskedValues;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.MaskerDefinition.Reads;
import dev.understudy.masking.MaskerDefinition.Subject;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.OnMismatch;
import dev.understudy.masking.RowContext;
import dev.understudy.masking.UnfitShape;
import dev.understudy.masking.UnfitShapes;
import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Masks batches of one table: finds the masked columns' values in the rows, masks column by
/// column, and puts the rows together again, copying everything between two masked values at one
/// go. Bound once per table and worker; one thread.
final class RowMasker {
    private final RowShape target;
    private final int columns;

    /// The columns of other tables' rows, which come last and are not written; from here on.
    private final int firstJoined;

    private final Found[] found;

    /// The first of the joined columns; null without.
    private final @Nullable Found joined;

    /// The masked columns of the row itself, and with those that others read.
    private final Masked[] written;

    private final Masked[] masked;
    private final Masked[] inOrder;
    private final SourceKeyColumn sourceKey;
    private final KeptChecksum checksum;
    private long unfit;

    /// A column whose values are looked up in the rows: one that is masked, or that a rule reads.
    private static final class Found {
        private final int column;
        private final boolean kept;
        private final ColumnValues values = new ColumnValues();

        Found(int column, boolean kept) {
            this.column = column;
            this.kept = kept;
        }
    }

    /// A column that is masked.
    private static final class Masked {
        private final Found found;
        private final ColumnMasker masker;
        private final Decision decision;
        private final boolean stops;
        private final MaskedValues results = new MaskedValues();
        private final ColumnValues view = new ColumnValues();
        private final UnfitShapes shapes;
        private final RowContext row;
        private final int[] reads;
        private final boolean[] readsMasked;

        Masked(
                Found found,
                ColumnMasker masker,
                Decision decision,
                boolean stops,
                int[] reads,
                boolean[] readsMasked) {
            this.found = found;
            this.masker = masker;
            this.decision = decision;
            this.stops = stops;
            this.reads = reads;
            this.readsMasked = readsMasked;
            shapes = new UnfitShapes(masker, decision.profile());
            row = new RowContext(reads.length);
        }

        boolean needs(Found other) {
            return IntStream.range(0, reads.length)
                    .anyMatch(i -> readsMasked[i] && reads[i] == other.column);
        }
    }

    /// @param target what masked rows look like: the source's columns, then the source's key where
    ///   it was asked for
    /// @param onMismatch what happens to values that do not fit rules which do not say it
    RowMasker(
            TableCopy table,
            RowShape target,
            SourceKeyColumn sourceKey,
            MaskingKeys keys,
            OnMismatch onMismatch) {
        this.target = target;
        this.sourceKey = sourceKey;
        List<Decision> decisions =
                Stream.concat(
                                table.columns().stream(),
                                table.subjects().stream().map(SubjectColumn::decision))
                        .toList();
        columns = decisions.size();
        firstJoined = table.columns().size();
        var reads = new int[columns][];
        var wanted = new boolean[columns];
        var kept = new boolean[columns];
        for (int i = 0; i < columns; i++) {
            kept[i] = decisions.get(i).kept();
            reads[i] = i < firstJoined ? reads(table, decisions.get(i).rule()) : new int[0];
            wanted[i] |= !kept[i] || i >= firstJoined;
            for (int each : reads[i]) {
                wanted[each] = true;
            }
        }
        var finds = new Found[columns];
        for (int i = 0; i < columns; i++) {
            finds[i] = new Found(i, kept[i] && i < firstJoined);
        }
        found =
                IntStream.range(0, columns)
                        .filter(i -> wanted[i])
                        .mapToObj(i -> finds[i])
                        .toArray(Found[]::new);
        masked =
                IntStream.range(0, columns)
                        .filter(i -> !kept[i])
                        .mapToObj(i -> bind(decisions, finds[i], reads[i], keys, onMismatch))
                        .toArray(Masked[]::new);
        written =
                Arrays.stream(masked)
                        .filter(each -> each.found.column < firstJoined)
                        .toArray(Masked[]::new);
        inOrder = inOrder(masked);
        joined = columns > firstJoined ? finds[firstJoined] : null;
        checksum = new KeptChecksum(Arrays.copyOf(kept, firstJoined));
    }

    /// The places of the columns that a rule reads.
    private static int[] reads(TableCopy table, MaskingRule rule) {
        Reads reads = definition(rule).reads(rule);
        IntStream own = reads.columns().stream().mapToInt(each -> indexOf(table.columns(), each));
        IntStream joined =
                reads.subject().stream()
                        .flatMapToInt(subject ->
                                subject.columns().stream()
                                        .mapToInt(each -> indexOf(table, subject, each)));
        return IntStream.concat(own, joined).toArray();
    }

    /// Those first whose results others read.
    private static Masked[] inOrder(Masked[] masked) {
        var waiting = new ArrayList<>(List.of(masked));
        var ordered = new ArrayList<Masked>();
        while (!waiting.isEmpty()) {
            List<Masked> ready =
                    waiting.stream()
                            .filter(each ->
                                    waiting.stream().noneMatch(other -> each.needs(other.found)))
                            .toList();
            if (ready.isEmpty()) {
                throw new Failure(Failure.Kind.INTERNAL, "rules that read each other's results");
            }
            ordered.addAll(ready);
            waiting.removeAll(ready);
        }
        return ordered.toArray(Masked[]::new);
    }

    private static MaskerDefinition definition(MaskingRule rule) {
        return Maskers.named(rule.masker())
                .orElseThrow(
                        () -> new Failure(Failure.Kind.INTERNAL, "no masker " + rule.masker()));
    }

    private static int indexOf(List<Decision> decisions, String column) {
        for (int i = 0; i < decisions.size(); i++) {
            if (decisions.get(i).column().name().equals(column)) {
                return i;
            }
        }
        throw new Failure(Failure.Kind.INTERNAL, "a rule reads a column that is not copied");
    }

    private static int indexOf(TableCopy table, Subject subject, String column) {
        for (int i = 0; i < table.subjects().size(); i++) {
            if (table.subjects().get(i).is(subject, column)) {
                return table.columns().size() + i;
            }
        }
        throw new Failure(Failure.Kind.INTERNAL, "a rule reads a subject that is not joined");
    }

    private static Masked bind(
            List<Decision> decisions,
            Found found,
            int[] read,
            MaskingKeys keys,
            OnMismatch byDefault) {
        Decision decision = decisions.get(found.column);
        ColumnMasker masker =
                definition(decision.rule())
                        .bind(
                                decision.rule(),
                                decision.profile(),
                                Arrays.stream(read)
                                        .mapToObj(i -> decisions.get(i).profile())
                                        .toList(),
                                keys);
        Reads reads = definition(decision.rule()).reads(decision.rule());
        var readsMasked = new boolean[read.length];
        for (int i = 0; i < read.length; i++) {
            boolean joined = i >= reads.columns().size();
            readsMasked[i] = joined || reads.masked().contains(reads.columns().get(i));
        }
        boolean stops = decision.rule().onMismatch().orElse(byDefault) == OnMismatch.STOP;
        return new Masked(found, masker, decision, stops, read, readsMasked);
    }

    /// What is summed up over the kept columns; the same on rows before and after masking.
    KeptChecksum checksum() {
        return checksum;
    }

    /// Values that were replaced by their format class, since this masker was made.
    long unfit() {
        return unfit;
    }

    /// The same by columns and shapes, since they were taken last.
    List<UnfitCount> takeUnfitCounts() {
        var counts = new ArrayList<UnfitCount>();
        for (Masked each : masked) {
            each.shapes
                    .take()
                    .forEach((shape, values) ->
                            counts.add(
                                    new UnfitCount(each.decision.column().name(), shape, values)));
        }
        return counts;
    }

    /// Masks the rows of a batch into another one, whose former rows are forgotten. `in` is not
    /// changed.
    ///
    /// @return the sum over the kept columns of `in`, to be compared with that of what is handed on
    long mask(RowBatch in, RowBatch out) {
        out.clear(target);
        long kept = find(in);
        unfit = 0;
        for (Masked each : inOrder) {
            mask(in, each);
        }
        splice(in, out);
        return kept;
    }

    private void mask(RowBatch in, Masked column) {
        MaskedValues results = column.results;
        results.reset();
        long before = results.unfit();
        if (column.reads.length == 0) {
            column.masker.mask(column.found.values, results);
        } else {
            for (int i = 0; i < column.reads.length; i++) {
                ColumnValues original = originalOf(column.reads[i]);
                column.row.set(
                        i, original, column.readsMasked[i] ? resultOf(column.reads[i]) : original);
            }
            column.masker.mask(column.found.values, column.row, results);
        }
        if (results.count() != in.rows()) {
            throw new Failure(
                    Failure.Kind.INTERNAL,
                    "%s: the masker of column %d gave %d values for %d rows"
                            .formatted(
                                    in.shape().table(),
                                    column.found.column,
                                    results.count(),
                                    in.rows()));
        }
        unfit += results.unfit();
        if (column.stops && results.unfit() > 0) {
            throw mismatch(column);
        }
        if (results.unfit() > before) {
            column.shapes.count(column.found.values, column.row, results.unfit() - before);
        }
    }

    private static Failure mismatch(Masked column) {
        ColumnProfile profile = column.decision.profile();
        String masker = column.decision.rule().masker();
        long unfit = column.results.unfit();
        return new Failure(
                Failure.Kind.SOURCE,
                "%s: %,d %s so far %s not fit the rule %s, the first of the shape %s, and on-mismatch is stop; correct them in the source, give the column another rule, or set on-mismatch: pseudonym"
                        .formatted(
                                profile.path(),
                                unfit,
                                unfit == 1 ? "value" : "values",
                                unfit == 1 ? "does" : "do",
                                masker,
                                UnfitShape.first(
                                        column.masker, column.found.values, column.row, profile)));
    }

    private ColumnValues originalOf(int column) {
        for (Found each : found) {
            if (each.column == column) {
                return each.values;
            }
        }
        throw new IllegalStateException("a column that a rule reads was not looked up");
    }

    private ColumnValues resultOf(int column) {
        for (Masked each : masked) {
            if (each.found.column == column) {
                return each.results.view(each.view);
            }
        }
        return originalOf(column);
    }

    private long find(RowBatch in) {
        byte[] bytes = in.bytes();
        for (Found each : found) {
            each.values.reset(bytes, in.rows());
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
        int from = at;
        int column = 0;
        for (Found each : found) {
            for (; column < each.column; column++) {
                at += 4 + Math.max(0, (int) RowBatch.INT.get(bytes, at));
            }
            int length = (int) RowBatch.INT.get(bytes, at);
            each.values.add(at + 4, length);
            if (!each.kept) {
                if (at > from) {
                    hash = KeptChecksum.hash(bytes, from, at, hash);
                }
                from = at + 4 + Math.max(0, length);
            }
            at += 4 + Math.max(0, length);
            column++;
        }
        return end > from ? KeptChecksum.hash(bytes, from, end, hash) : hash;
    }

    private void splice(RowBatch in, RowBatch out) {
        byte[] bytes = in.bytes();
        short count = (short) target.columns().size();
        for (int row = 0; row < in.rows(); row++) {
            RowBatch.SHORT.set(out.reserve(2), out.size(), count);
            out.advance(2);
            splice(row, bytes, in.rowStart(row) + 2, ownEnd(in, row), out);
            sourceKey.append(out);
            out.endRow();
        }
    }

    /// Where the joined columns begin, or the row ends.
    private int ownEnd(RowBatch in, int row) {
        return joined == null ? in.rowEnd(row) : joined.values.start(row) - 4;
    }

    private void splice(int row, byte[] bytes, int start, int end, RowBatch out) {
        int from = start;
        for (Masked each : written) {
            int value = each.found.values.start(row);
            int length = each.results.length(row);
            int kept = value - 4 - from;
            byte[] to = out.reserve(kept + 4 + Math.max(0, length));
            int at = out.size();
            System.arraycopy(bytes, from, to, at, kept);
            at += kept;
            RowBatch.INT.set(to, at, length);
            if (length > 0) {
                System.arraycopy(each.results.bytes(), each.results.start(row), to, at + 4, length);
            }
            out.advance(kept + 4 + Math.max(0, length));
            from = value + Math.max(0, each.found.values.length(row));
        }
        out.append(bytes, from, end - from);
    }
}
