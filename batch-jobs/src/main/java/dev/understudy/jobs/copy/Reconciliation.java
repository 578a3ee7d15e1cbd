package dev.understudy.jobs.copy;

import dev.understudy.jobs.plan.ChosenRows.NullifiedKey;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.Stream;

/// Compares what was read, what source and twin count themselves, and what the lake's parts hold.
/// Made when all rows are copied: the source counts while the twin's indexes are built.
final class Reconciliation {
    private final CopyRun run;
    private final Map<TableName, List<Checkpoint>> pieces;
    private final FutureTask<Counts> inSource;

    Reconciliation(CopyRun run) {
        this.run = run;
        pieces = pieces(run);
        List<TableName> ofThisSnapshot =
                pieces.entrySet().stream()
                        .filter(each ->
                                each.getValue().stream()
                                        .allMatch(piece ->
                                                piece.snapshot()
                                                        == run.of(each.getKey()).snapshotNumber()))
                        .map(Map.Entry::getKey)
                        .toList();
        // A run that ends before the count does closes the source's sessions, which ends the count.
        inSource = new FutureTask<>(() -> countSource(ofThisSnapshot));
        Thread.ofPlatform().name("understudy-count").daemon().start(inSource);
    }

    /// What the source counts.
    ///
    /// @param copied rows that are copied
    /// @param asked rows that the config asks for, where more are copied
    /// @param nullified foreign keys that become NULL
    private record Counts(
            Map<TableName, Long> copied,
            Map<TableName, Long> asked,
            Map<TableName, Long> nullified) {}

    private Counts countSource(List<TableName> tables) {
        var counts = new Counts(new HashMap<>(), new HashMap<>(), new HashMap<>());
        for (SourceCopy source : run.sources()) {
            List<TableCopy> own = run.plan().tables(source.config().name());
            try (SourceSession session = source.database().join()) {
                count(
                        session,
                        own.stream().filter(each -> tables.contains(each.name())),
                        each -> run.target(each.name()).conditions(),
                        counts.copied());
                count(
                        session,
                        own.stream().filter(each -> each.rows().pullsRows()),
                        each -> each.rows().asked(),
                        counts.asked());
                for (TableCopy table : own) {
                    for (NullifiedKey key : table.rows().nullified()) {
                        count(
                                session,
                                Stream.of(table),
                                each -> and(run.target(each.name()).conditions(), key.leftOut()),
                                counts.nullified());
                    }
                }
            }
        }
        return counts;
    }

    private static void count(
            SourceSession session,
            Stream<TableCopy> tables,
            Function<TableCopy, List<String>> conditions,
            Map<TableName, Long> counts) {
        var asked = new HashMap<TableName, List<String>>();
        var names = new HashMap<TableName, TableName>();
        tables.forEach(each -> {
            asked.put(each.name().local(), conditions.apply(each));
            names.put(each.name().local(), each.name());
        });
        session.count(asked)
                .forEach((table, rows) ->
                        counts.merge(Objects.requireNonNull(names.get(table)), rows, Long::sum));
    }

    private static List<String> and(List<String> conditions, String another) {
        return Stream.concat(conditions.stream(), Stream.of(another)).toList();
    }

    /// Those tables that are of a source, as it names them.
    private static List<TableName> of(SourceCopy source, Collection<TableName> tables) {
        return tables.stream()
                .filter(each -> each.source().equals(source.config().name()))
                .map(TableName::local)
                .toList();
    }

    private static Map<TableName, Long> in(SourceCopy source, Map<TableName, Long> local) {
        var counts = new HashMap<TableName, Long>();
        local.forEach((table, rows) -> counts.put(table.in(source.config().name()), rows));
        return counts;
    }

    private static Map<TableName, List<Checkpoint>> pieces(CopyRun run) {
        Map<PieceId, Checkpoint> checkpoints = run.durable();
        var pieces = new HashMap<TableName, List<Checkpoint>>();
        for (Split split : run.splits()) {
            for (int i = 0; i < split.pieces().size(); i++) {
                TableName table = split.pieces().get(i).table();
                Checkpoint checkpoint = checkpoints.get(new PieceId(split.number(), i));
                if (checkpoint == null || !checkpoint.done()) {
                    throw new Failure(
                            Failure.Kind.MISMATCH,
                            "%s: split %d (%s) is not complete in the outputs"
                                    .formatted(table, split.number(), split.title()));
                }
                pieces.computeIfAbsent(table, each -> new ArrayList<>()).add(checkpoint);
            }
        }
        return pieces;
    }

    List<TableOutcome> outcomes() throws InterruptedException {
        var inTwin = new HashMap<TableName, Long>();
        for (SourceCopy source : run.sources()) {
            inTwin.putAll(in(source, countTwin(source)));
        }
        Counts counted = inSource();
        var sent = new HashMap<TableName, Long>();
        pieces.forEach((table, each) -> sent.merge(into(table), rows(each), Long::sum));
        var outcomes = new ArrayList<TableOutcome>();
        for (TableCopy table : run.plan().tables()) {
            List<Checkpoint> own = pieces.getOrDefault(table.name(), List.of());
            TableName into = into(table.name());
            Long count = inTwin.get(into);
            // A foreign twin counts all of a table's partitions together.
            boolean whole = count != null && count.equals(sent.get(into));
            outcomes.add(
                    outcome(
                            table,
                            own,
                            counted,
                            whole ? Optional.of(rows(own)) : Optional.ofNullable(count)));
        }
        return outcomes;
    }

    private Map<TableName, Long> countTwin(SourceCopy source) {
        Connection twin = source.openTwin();
        if (twin == null) {
            return Map.of();
        }
        try (twin) {
            List<TableName> tables = pieces.keySet().stream().map(this::into).distinct().toList();
            var counts = new HashMap<>(source.twinSessions().count(twin, of(source, tables)));
            counts.replaceAll((table, rows) -> rows - source.missed(table));
            twin.rollback();
            twin.setAutoCommit(true);
            return counts;
        } catch (SQLException e) {
            throw source.twinSessions().failure("counting the twin's rows", e);
        }
    }

    /// The twin's table that has a table's rows.
    private TableName into(TableName table) {
        return run.target(table).written().table().in(table.source());
    }

    private static long rows(List<Checkpoint> pieces) {
        return pieces.stream().mapToLong(Checkpoint::rows).sum();
    }

    private Counts inSource() throws InterruptedException {
        try {
            return inSource.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure failure) {
                throw failure;
            }
            throw new IllegalStateException("counting the source's rows", e.getCause());
        }
    }

    private TableOutcome outcome(
            TableCopy table, List<Checkpoint> pieces, Counts counted, Optional<Long> inTwin) {
        long rows = rows(pieces);
        Optional<Long> inSource =
                run.of(table.name()).reads(table.name())
                        ? Optional.ofNullable(counted.copied().get(table.name()))
                        : Optional.of(0L);
        long kept = pieces.stream().mapToLong(Checkpoint::keptChecksum).sum();
        long sent = pieces.stream().mapToLong(Checkpoint::sentChecksum).sum();
        // The parts of partitions lie together; each footer was compared with its part, so the
        // parts' rows are the files'.
        Optional<Long> lakeRows =
                run.lake() == null
                                || table.structureOnly()
                                || run.of(table.name()).lakeFollows(table.name())
                        ? Optional.empty()
                        : Optional.of(
                                pieces.stream()
                                        .flatMap(piece -> piece.parts().stream())
                                        .mapToLong(Checkpoint.LakePart::rows)
                                        .sum());
        boolean agrees =
                kept == sent
                        && inSource.map(count -> count == rows).orElse(true)
                        && inTwin.map(count -> count == rows).orElse(true)
                        && lakeRows.map(count -> count == rows).orElse(true);
        return new TableOutcome(
                table.name().toString(),
                rows,
                inSource,
                isMixed(pieces),
                inTwin,
                lakeRows,
                pieces.stream().mapToLong(Checkpoint::bytes).sum(),
                (int) table.maskedColumns(),
                table.columns().size() - (int) table.maskedColumns(),
                pieces.stream().mapToLong(Checkpoint::unfit).sum(),
                UnfitCount.together(pieces.stream().flatMap(each -> each.unfitCounts().stream())),
                Math.max(0, rows - counted.asked().getOrDefault(table.name(), rows)),
                counted.nullified().getOrDefault(table.name(), 0L),
                HexFormat.of().toHexDigits(kept),
                agrees,
                table.structureOnly(),
                pieces.stream().mapToLong(Checkpoint::millis).sum());
    }

    private static boolean isMixed(List<Checkpoint> pieces) {
        return pieces.stream().mapToInt(Checkpoint::snapshot).distinct().count() > 1
                || pieces.stream().anyMatch(each -> each.snapshot() == Checkpoint.SEVERAL);
    }

    /// What does not agree, as a failure; empty if everything does.
    static Optional<Failure> mismatch(List<TableOutcome> outcomes) {
        List<TableOutcome> wrong = outcomes.stream().filter(each -> !each.agrees()).toList();
        if (wrong.isEmpty()) {
            return Optional.empty();
        }
        var text = new StringJoiner("; ");
        for (TableOutcome each : wrong) {
            text.add(each.difference());
        }
        return Optional.of(
                new Failure(
                        Failure.Kind.MISMATCH,
                        "source and outputs do not agree, so nothing is published: "
                                + text
                                + "; somebody may have written to the twin while it was loaded: begin anew with --fresh, and if they differ again, keep the report"));
    }
}
