package dev.understudy.lake;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a published version of a job's lake consists of. Immutable once committed; stored as JSON,
/// `<job>/manifests/<version>.json`.
///
/// @param format of this document, {@link #FORMAT}
/// @param version from 1, one more with each publication of the job
/// @param job its name
/// @param run whose result it is
/// @param created when
/// @param configHash of the job config
/// @param keyId names the masking key, is not the key
/// @param epoch of the masking key; null in manifests of before it was noted
/// @param tables all tables, those without rows too
/// @param sources what they come from; none in manifests of the first format
public record Manifest(
        int format,
        long version,
        String job,
        String run,
        Instant created,
        String configHash,
        String keyId,
        @Nullable Integer epoch,
        List<LakeTable> tables,
        List<LakeSource> sources) {

    /// The format that this code writes and the newest that it reads.
    public static final int FORMAT = 3;

    public Manifest {
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(configHash, "configHash");
        Objects.requireNonNull(keyId, "keyId");
        if (version < 1) {
            throw new IllegalArgumentException("version must be at least 1 but was " + version);
        }
        tables = List.copyOf(tables);
        sources = List.copyOf(Objects.requireNonNullElse(sources, List.of()));
    }

    /// A source.
    ///
    /// @param name as the tables have it
    /// @param taken the points in time that its rows come from: one, unless a restart had to open
    ///   another
    /// @param structure statements that create the database's structure, in loading order, so that
    ///   the snapshot can be restored; none where no twin was made
    /// @param position from where the next changes are to be read, in words that only the run
    ///   itself understands; null if nothing but everything can be read next
    public record LakeSource(
            String name, List<Instant> taken, List<String> structure, @Nullable String position) {
        public LakeSource {
            taken = List.copyOf(taken);
            structure = List.copyOf(structure);
        }
    }

    /// A table of one source: a base, and what has changed since, set by set. Of the rows with one
    /// key, in the base and in all sets, the one in the last set counts; if that is a deleted one,
    /// there is none.
    ///
    /// @param source its name in the job config, or the database's where it has none
    /// @param name within its source
    /// @param columns in the order of the Parquet files
    /// @param parts the files of the base
    /// @param key columns that tell its rows apart, as they are in the lake; none if that is not
    ///   known, and then there are no changes
    /// @param changes the later ones last; none in manifests of before the third format
    public record LakeTable(
            String source,
            @JsonIgnoreProperties("source") TableName name,
            List<LakeColumn> columns,
            List<Part> parts,
            List<String> key,
            List<ChangeSet> changes) {
        public LakeTable {
            columns = List.copyOf(columns);
            parts = List.copyOf(parts);
            key = List.copyOf(Objects.requireNonNullElse(key, List.of()));
            changes = List.copyOf(Objects.requireNonNullElse(changes, List.of()));
            if (key.isEmpty() && !changes.isEmpty()) {
                throw new IllegalArgumentException(name + " has changes, but no key");
            }
            for (int i = 1; i < changes.size(); i++) {
                if (!changes.get(i).at().isAfter(changes.get(i - 1).at())) {
                    throw new IllegalArgumentException(name + ": changes are not in their order");
                }
            }
        }

        /// A table whose rows had this shape, without changes.
        public static LakeTable of(
                String source,
                RowShape shape,
                PartOptions options,
                List<String> key,
                List<Part> parts) {
            return new LakeTable(
                    source,
                    shape.table(),
                    shape.columns().stream()
                            .map(column ->
                                    LakeColumn.of(
                                            column, options.textColumns().contains(column.name())))
                            .toList(),
                    parts,
                    key,
                    List.of());
        }

        /// Which columns of a shape are text in this table though they have a better type. Empty if
        /// the shape has other columns than the table's files.
        public Optional<Set<String>> textColumns(RowShape shape) {
            if (shape.columns().size() != columns.size()) {
                return Optional.empty();
            }
            var text = new HashSet<String>();
            for (int i = 0; i < columns.size(); i++) {
                RowColumn wanted = shape.columns().get(i);
                if (!columns.get(i).equals(LakeColumn.of(wanted, false))) {
                    if (!columns.get(i).equals(LakeColumn.of(wanted, true))) {
                        return Optional.empty();
                    }
                    text.add(wanted.name());
                }
            }
            return Optional.of(text);
        }

        /// The same base and changes.
        public LakeTable withKey(List<String> next) {
            return new LakeTable(source, name, columns, parts, next, changes);
        }

        /// This base, and its changes followed by others; the same if those have no parts.
        public LakeTable with(ChangeSet next) {
            if (next.parts().findAny().isEmpty()) {
                return this;
            }
            var all = new ArrayList<>(changes);
            all.add(next);
            return new LakeTable(source, name, columns, parts, key, all);
        }

        /// Rows in all files: with changes, more than the table has.
        public long rows() {
            return baseRows() + changedRows();
        }

        public long baseRows() {
            return parts.stream().mapToLong(Part::rows).sum();
        }

        public long changedRows() {
            return changes.stream().mapToLong(ChangeSet::rows).sum();
        }

        /// The files of the base, then those of the changes in their order.
        public Stream<Part> allParts() {
            return Stream.concat(parts.stream(), changes.stream().flatMap(ChangeSet::parts));
        }
    }

    /// What one run has found changed in a table. A key stands in it once at most.
    ///
    /// @param run that found it
    /// @param at the moment that the rows are of, as `_at` says in them; later than that of the set
    ///   before
    /// @param upserted files of rows that were added or changed: `_op` is `u`
    /// @param deleted files of keys whose rows are gone, the other columns being NULL: `_op` is `d`
    public record ChangeSet(String run, Instant at, List<Part> upserted, List<Part> deleted) {
        public ChangeSet {
            Objects.requireNonNull(run, "run");
            at = at.truncatedTo(ChronoUnit.MICROS);
            upserted = List.copyOf(upserted);
            deleted = List.copyOf(deleted);
        }

        public long rows() {
            return parts().mapToLong(Part::rows).sum();
        }

        Stream<Part> parts() {
            return Stream.concat(upserted.stream(), deleted.stream());
        }
    }

    /// A column.
    ///
    /// @param sourceType as the source's SQL
    /// @param lakeType as a Parquet schema: `optional int64 id`
    public record LakeColumn(String name, String sourceType, String lakeType) {
        static LakeColumn of(RowColumn column, boolean storedAsText) {
            return new LakeColumn(
                    column.name(),
                    column.type().sql(),
                    LakeTypes.declaration(column, storedAsText));
        }
    }

    /// Whether tables of different sources may have the same name.
    boolean hasSeveralSources() {
        return tables.stream().map(LakeTable::source).distinct().count() > 1;
    }

    /// Rows in all files of all tables.
    public long rows() {
        return tables.stream().mapToLong(LakeTable::rows).sum();
    }

    /// Bytes of all parts.
    public long bytes() {
        return parts().mapToLong(Part::bytes).sum();
    }

    Stream<Part> parts() {
        return tables.stream().flatMap(LakeTable::allParts);
    }

    Manifest withVersion(long next) {
        return new Manifest(
                format, next, job, run, created, configHash, keyId, epoch, tables, sources);
    }
}
