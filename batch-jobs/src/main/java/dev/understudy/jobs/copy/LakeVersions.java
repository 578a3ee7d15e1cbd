package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.lake.LakeCatalog;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.ObjectStore;
import dev.understudy.rows.Failure;
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
        var lake =
                config.lake()
                        .orElseThrow(() ->
                                new Failure(
                                        Failure.Kind.CONFIG,
                                        config.file()
                                                + ": the job "
                                                + config.job()
                                                + " has no lake"));
        return new LakeVersions(ObjectStore.open(LakeOutput.location(lake)), config.job());
    }

    /// The version that readers see, if there is one.
    Optional<Manifest> current() {
        return catalog.current();
    }

    /// Newest first; the first is the current one.
    public List<Manifest> list() {
        return catalog.versions();
    }

    /// Removes versions, never the current one. May be repeated.
    public void remove(List<Manifest> old) {
        catalog.remove(old);
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
