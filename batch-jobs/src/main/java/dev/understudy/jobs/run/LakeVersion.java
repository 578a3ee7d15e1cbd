package dev.understudy.jobs.run;

import dev.understudy.lake.Manifest;
import java.time.Instant;

/// A published version of a job's lake.
///
/// @param run whose result it is: its number and its token
/// @param files how many Parquet files belong to it
public record LakeVersion(
        long version, String run, Instant published, long rows, long bytes, int files) {
    static LakeVersion of(Manifest manifest) {
        return new LakeVersion(
                manifest.version(),
                manifest.run(),
                manifest.created(),
                manifest.rows(),
                manifest.bytes(),
                manifest.tables().stream().mapToInt(table -> table.parts().size()).sum());
    }
}
