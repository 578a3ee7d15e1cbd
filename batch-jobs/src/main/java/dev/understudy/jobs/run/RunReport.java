package dev.understudy.jobs.run;

import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.copy.RunMode;
import dev.understudy.jobs.copy.UnfitCount;
import dev.understudy.rows.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What a run did: the same for the terminal, JSON and HTML. Holds no row's value.
///
/// @param durationMillis from the run's first query to its end, over all its executions
/// @param phaseMillis how long each phase took in the last execution, overlaps counted to the
///   earlier phase
/// @param snapshots how many points in time the rows come from: 1 unless a restart had to open
///   another
/// @param keyId names the masking keys without revealing them
/// @param epoch of the keys
/// @param sources in the order of the config; none in reports of earlier versions
/// @param lake where it is: the URI of the published manifest; empty without a lake
/// @param scope what was copied: everything, or what had changed
/// @param failure why it did not end well
public record RunReport(
        long run,
        String job,
        String configFile,
        String configHash,
        RunStatus status,
        Instant started,
        Optional<Instant> ended,
        long durationMillis,
        Map<Phase, Long> phaseMillis,
        int executions,
        int snapshots,
        String keyId,
        int epoch,
        List<SourceReport> sources,
        Optional<String> lake,
        List<TableReport> tables,
        List<String> notCarried,
        List<Problem> warnings,
        Scope scope,
        Optional<RunFailure> failure) {
    public RunReport {
        sources = List.copyOf(Objects.requireNonNullElse(sources, List.of()));
        tables = List.copyOf(tables);
        notCarried = List.copyOf(notCarried);
        warnings = List.copyOf(warnings);
        scope =
                Objects.requireNonNullElse(
                        scope,
                        new Scope(
                                RunMode.WHOLE, Optional.empty(), List.of(), List.of(), List.of()));
    }

    public long rows() {
        return tables.stream().mapToLong(TableReport::sourceRows).sum();
    }

    public long bytes() {
        return tables.stream().mapToLong(TableReport::bytes).sum();
    }

    /// One source of a run.
    ///
    /// @param name in the config; empty for the only one
    /// @param place a JDBC URL
    /// @param twin where its twin is: a JDBC URL; empty without one
    /// @param taken when it was as the rows are: one point in time, unless a restart had to open
    ///   another
    public record SourceReport(
            String name, String place, Optional<String> twin, List<Instant> taken) {
        public SourceReport {
            taken = List.copyOf(taken);
        }

        /// What is said of it, with its name if it has one: `crm: jdbc:mysql://...`.
        public String named(String text) {
            return name.isEmpty() ? text : name + ": " + text;
        }
    }

    /// One table of a run.
    ///
    /// @param table for people: `public.customer`
    /// @param sourceRows read
    /// @param countedAsSent whether the outputs' rows were compared with those read, and the source
    ///   could not count its own: the snapshot that they came from ended with an earlier execution
    /// @param mixed whether a restart made the rows come from several snapshots
    /// @param twinRows counted in the twin; empty without a twin, or not counted yet
    /// @param lakeRows counted in the parts of the lake; empty without a lake, or not counted yet
    /// @param bytes that travelled
    /// @param maskedColumns how many columns are masked
    /// @param keptColumns how many are kept
    /// @param unfitValues values that a masker could not handle as asked and replaced by their
    ///   format class
    /// @param unfitCounts the same by columns and shapes
    /// @param pulledRows rows that came although the config does not ask for them, because others
    ///   reference them
    /// @param nullifiedKeys foreign keys that became NULL, because their row is left out
    /// @param keptChecksum of the kept columns, as read, hex
    /// @param agrees whether rows and checksums agree everywhere; empty if not checked yet
    /// @param millis from the table's first row to its last
    public record TableReport(
            String table,
            long sourceRows,
            boolean countedAsSent,
            boolean mixed,
            Optional<Long> twinRows,
            Optional<Long> lakeRows,
            long bytes,
            int maskedColumns,
            int keptColumns,
            long unfitValues,
            List<UnfitCount> unfitCounts,
            long pulledRows,
            long nullifiedKeys,
            String keptChecksum,
            Optional<Boolean> agrees,
            boolean structureOnly,
            long millis) {
        public TableReport {
            unfitCounts = List.copyOf(Objects.requireNonNullElse(unfitCounts, List.of()));
        }
    }

    /// What was copied.
    ///
    /// @param why everything, where changes alone were expected
    /// @param changes what was done to tables that were changed in their place, in the order of
    ///   their doing; none if an earlier execution has done it
    /// @param reloads tables that were loaded in full where changes were copied of others
    /// @param left tables that stayed as they were in twin and lake, because some of them have
    ///   columns that no rule decides about
    public record Scope(
            RunMode mode,
            Optional<String> why,
            List<Change> changes,
            List<TableAndWhy> reloads,
            List<TableAndWhy> left) {
        public Scope {
            changes = List.copyOf(changes);
            // Reports of earlier versions have none.
            reloads = List.copyOf(Objects.requireNonNullElse(reloads, List.of()));
            left = List.copyOf(Objects.requireNonNullElse(left, List.of()));
        }
    }

    /// A table, and why it was treated apart from others.
    public record TableAndWhy(String table, String why) {}

    /// What was done to the rows of a table.
    public record Change(String table, long updated, long inserted, long deleted) {}

    /// Why a run did not end well.
    public record RunFailure(Failure.Kind kind, String message) {}
}
