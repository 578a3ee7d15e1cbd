package dev.understudy.jobs.run;

import dev.understudy.lake.LakeExport.Exported;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// What was exported from a lake.
///
/// @param version of the lake
/// @param published when it was
/// @param to the folder
public record ExportReport(
        String job, long version, Instant published, Path to, List<Exported> tables) {
    public ExportReport {
        tables = List.copyOf(tables);
    }
}
