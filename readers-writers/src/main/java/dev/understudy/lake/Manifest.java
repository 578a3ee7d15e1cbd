package dev.understudy.lake;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
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
    public static final int FORMAT = 2;

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
    public record LakeSource(String name, List<Instant> taken, List<String> structure) {
        public LakeSource {
            taken = List.copyOf(taken);
            structure = List.copyOf(structure);
        }
    }

    /// A table of one source.
    ///
    /// @param source its name in the job config, or the database's where it has none
    /// @param name within its source
    /// @param columns in the order of the Parquet files
    /// @param parts its files
    public record LakeTable(
            String source,
            @JsonIgnoreProperties("source") TableName name,
            List<LakeColumn> columns,
            List<Part> parts) {
        public LakeTable {
            columns = List.copyOf(columns);
            parts = List.copyOf(parts);
        }

        /// A table whose rows had this shape.
        public static LakeTable of(
                String source, RowShape shape, PartOptions options, List<Part> parts) {
            return new LakeTable(
                    source,
                    shape.table(),
                    shape.columns().stream()
                            .map(column ->
                                    LakeColumn.of(
                                            column, options.textColumns().contains(column.name())))
                            .toList(),
                    parts);
        }

        /// Rows of all parts.
        public long rows() {
            return parts.stream().mapToLong(Part::rows).sum();
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

    /// Rows of all tables.
    public long rows() {
        return tables.stream().mapToLong(LakeTable::rows).sum();
    }

    /// Bytes of all parts.
    public long bytes() {
        return parts().mapToLong(Part::bytes).sum();
    }

    Stream<Part> parts() {
        return tables.stream().flatMap(table -> table.parts().stream());
    }

    Manifest withVersion(long next) {
        return new Manifest(
                format, next, job, run, created, configHash, keyId, epoch, tables, sources);
    }
}
