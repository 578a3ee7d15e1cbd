package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.lake.LakeCatalog;
import dev.understudy.lake.LakeExport;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.ObjectStore;
import dev.understudy.rows.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a job has published in its lake, without a run: for looking after it.
public final class LakeVersions implements AutoCloseable {
    private final ObjectStore store;
    private final LakeCatalog catalog;

    private LakeVersions(ObjectStore store, String job) {
        this.store = store;
        this.catalog = new LakeCatalog(store, job);
    }

    /// @throws Failure of kind CONFIG if the job has no lake
    public static LakeVersions open(JobConfig config) {
        var lake = config.lake().orElseThrow(() -> none(config));
        return new LakeVersions(ObjectStore.open(LakeOutput.location(lake)), config.job());
    }

    /// That the job has none.
    public static Failure none(JobConfig config) {
        return new Failure(
                Failure.Kind.CONFIG, config.file() + ": the job " + config.job() + " has no lake");
    }

    /// The version that readers see, if there is one.
    public Optional<Manifest> current() {
        return catalog.current();
    }

    /// A version, if it is still there.
    public Optional<Manifest> version(long number) {
        return catalog.version(number);
    }

    /// Newest first; the first is the current one.
    public List<Manifest> list() {
        return catalog.versions();
    }

    /// Removes versions, never the current one. May be repeated.
    public void remove(List<Manifest> old) {
        catalog.remove(old);
    }

    /// Begins to write tables of a version as plain files into a folder.
    public LakeExport export(Manifest version, Path to) {
        return LakeExport.begin(store, version, to);
    }

    /// Removes what an unfinished run has left: it will not be restarted.
    void abandon(RunId run) {
        catalog.abandon(run.toString());
    }

    @Override
    public void close() {
        store.close();
    }
}
