package dev.understudy.jobs.run;

import dev.understudy.lake.Manifest;
import dev.understudy.lake.Manifest.LakeTable;
import java.time.Instant;

/// A published version of a job's lake.
///
/// @param run whose result it is: its number and its token
/// @param rows in its files, those of changes included
/// @param changedRows of those that are changes of others, or their deletion
/// @param files how many Parquet files belong to it
public record LakeVersion(
        long version,
        String run,
        Instant published,
        long rows,
        long changedRows,
        long bytes,
        int files) {
    static LakeVersion of(Manifest manifest) {
        return new LakeVersion(
                manifest.version(),
                manifest.run(),
                manifest.created(),
                manifest.rows(),
                manifest.tables().stream().mapToLong(LakeTable::changedRows).sum(),
                manifest.bytes(),
                Math.toIntExact(manifest.tables().stream().flatMap(LakeTable::allParts).count()));
    }
}
