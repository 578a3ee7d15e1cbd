package dev.understudy.jobs.copy;

import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.Maskers;
import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.source.KeyBuckets;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceDatabase;
import dev.understudy.source.SourceSession;
import dev.understudy.twin.RowWriter;
import dev.understudy.twin.StagedTable;
import dev.understudy.twin.StagingTwin;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;

/// Finds the rows of a twin that are gone from the source, which no time of change can tell.
///
/// Both servers count and sum up their keys in buckets, side by side; of the buckets that differ
/// the source's keys are sent over, and what else the twin has in them is gone. A key that is
/// masked cannot be compared so: all of the source's keys are sent over, masked as the rows are.
final class Sweep {
    /// About so many keys share a bucket: enough that a comparison of all buckets costs little, few
    /// enough that one gone key costs little.
    private static final long KEYS_A_BUCKET = 64;

    /// More buckets than these are not worth their memory.
    private static final int MOST_BITS = 22;

    private static final int BLOCK_BYTES = 1 << 18;
    private static final int BLOCK_ROWS = 8192;

    private final CopyRun copy;
    private final SourceConfig config;
    private final SourceDatabase database;
    private final StagingTwin twin;

    Sweep(CopyRun copy, SourceConfig config, SourceDatabase database, StagingTwin twin) {
        this.copy = copy;
        this.config = config;
        this.database = database;
        this.twin = twin;
    }

    /// Whether a table's keys can be sent over without the rest of their rows.
    static boolean canSweep(TableCopy table) {
        return key(table).stream()
                .allMatch(each ->
                        each.kept()
                                || Maskers.named(each.rule().masker())
                                        .map(masker -> masker.reads(each.rule()))
                                        .filter(reads ->
                                                reads.columns().isEmpty()
                                                        && reads.subject().isEmpty())
                                        .isPresent());
    }

    private static List<Decision> key(TableCopy table) {
        List<String> names = table.orderKey().orElseThrow().columns();
        return names.stream()
                .map(name ->
                        table.columns().stream()
                                .filter(each -> each.column().name().equals(name))
                                .findFirst()
                                .orElseThrow())
                .toList();
    }

    /// Notes the keys of a table that are gone.
    ///
    /// @return how many
    long table(StagedTable staged) throws InterruptedException {
        TableTarget target = copy.target(staged.table().in(config.name()));
        TableCopy table = target.table();
        boolean kept = key(table).stream().allMatch(Decision::kept);
        if (!kept) {
            var all = new KeyBuckets(target.keyColumns(), 0);
            return send(staged, target, all, new long[0], List.of(List.of()));
        }
        try (SourceSession source = database.join()) {
            KeyBuckets buckets = buckets(source, target);
            long[] differing = differing(source, staged, target, buckets);
            if (differing.length == 0) {
                return 0;
            }
            List<List<String>> reads =
                    source.inBuckets(buckets, differing).stream().map(List::of).toList();
            return send(staged, target, buckets, differing, reads);
        }
    }

    private KeyBuckets buckets(SourceSession source, TableTarget target) {
        long rows = Math.max(1, target.table().table().estimatedRows());
        long wanted = Math.max(1, rows / KEYS_A_BUCKET);
        int bits = Math.min(MOST_BITS, Long.SIZE - Long.numberOfLeadingZeros(wanted));
        var hashed = new KeyBuckets(target.keyColumns(), bits);
        if (!hashed.whole()) {
            return hashed;
        }
        long span = source.span(target.read().table(), target.keyColumns().getFirst());
        long width = Math.max(KEYS_A_BUCKET, Long.divideUnsigned(span, wanted));
        return new KeyBuckets(
                target.keyColumns(),
                Math.min(62, Long.SIZE - Long.numberOfLeadingZeros(width) - 1));
    }

    /// The buckets that do not have the same keys on both sides.
    private long[] differing(
            SourceSession source, StagedTable staged, TableTarget target, KeyBuckets buckets)
            throws InterruptedException {
        var ofTwin = new FutureTask<>(() -> twin.sums(staged, buckets));
        Thread.ofPlatform().name("understudy-sweep").daemon().start(ofTwin);
        List<KeyBuckets.Sum> ours =
                source.sums(target.read().table(), target.table().conditions(), buckets);
        List<KeyBuckets.Sum> theirs = await(ofTwin);
        var differing = LongStream.builder();
        int at = 0;
        int other = 0;
        while (at < ours.size() || other < theirs.size()) {
            long mine = at < ours.size() ? ours.get(at).bucket() : Long.MAX_VALUE;
            long its = other < theirs.size() ? theirs.get(other).bucket() : Long.MAX_VALUE;
            boolean both = at < ours.size() && other < theirs.size() && mine == its;
            if (!both || !isSame(ours.get(at), theirs.get(other))) {
                differing.add(Math.min(mine, its));
            }
            at += mine <= its && at < ours.size() ? 1 : 0;
            other += its <= mine && other < theirs.size() ? 1 : 0;
        }
        return differing.build().toArray();
    }

    private static boolean isSame(KeyBuckets.Sum one, KeyBuckets.Sum other) {
        return one.keys() == other.keys()
                && new BigDecimal(one.hash()).compareTo(new BigDecimal(other.hash())) == 0;
    }

    private static List<KeyBuckets.Sum> await(FutureTask<List<KeyBuckets.Sum>> task)
            throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure failure) {
                throw failure;
            }
            throw new IllegalStateException("summing up the twin's keys", e.getCause());
        }
    }

    /// Sends the source's keys over and notes what else the twin has.
    ///
    /// @param which buckets; none for all keys
    /// @param reads conditions for one read each
    private long send(
            StagedTable staged,
            TableTarget target,
            KeyBuckets buckets,
            long[] which,
            List<List<String>> reads) {
        TableCopy table = target.table();
        var shape = new RowShape(target.read().table(), target.keyColumns());
        var keys =
                new TableCopy(
                        table.table(),
                        table.lakeTable(),
                        key(table),
                        List.of(),
                        table.watermarks(),
                        table.rows(),
                        table.orderKey(),
                        false);
        var written = new RowShape(twin.keyTable(staged), target.keyColumns());
        RowMasker masker =
                new RowMasker(
                        keys,
                        written,
                        SourceKeyColumn.none(),
                        copy.keys(),
                        copy.config().onMismatch());
        try (SourceSession source = database.join();
                Connection session = twin.session()) {
            session.setAutoCommit(false);
            RowWriter writer = twin.writer(session, written);
            for (List<String> conditions : reads) {
                var all = new ArrayList<>(table.conditions());
                all.addAll(conditions);
                send(
                        source,
                        new RowQuery(
                                shape,
                                List.of(),
                                all,
                                Map.of(),
                                List.<RowColumn>of(),
                                KeyRange.ALL,
                                false),
                        masker,
                        writer,
                        written);
            }
            writer.end();
            long gone = twin.noteGone(session, staged, buckets, which);
            session.commit();
            session.setAutoCommit(true);
            return gone;
            // Otherwise the transaction is rolled back when the session is given back.
        } catch (SQLException e) {
            throw twin.failure("looking for rows of %s that are gone".formatted(staged.table()), e);
        }
    }

    private void send(
            SourceSession source,
            RowQuery query,
            RowMasker masker,
            RowWriter writer,
            RowShape written) {
        var read = new RowBatch(query.shape(), 1 << 12);
        var masked = new RowBatch(written, 1 << 12);
        try (RowReader reader = source.read(query, BLOCK_ROWS, BLOCK_BYTES)) {
            while (!reader.isAtEnd()) {
                if (copy.mustStop()) {
                    throw new Failure(Failure.Kind.INTERRUPTED, "stopped");
                }
                read.clear(query.shape());
                reader.read(read);
                masked.clear(written);
                masker.mask(read, masked);
                if (masked.rows() > 0) {
                    writer.write(masked);
                }
            }
        }
    }
}
