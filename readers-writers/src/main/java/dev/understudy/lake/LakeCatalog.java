package dev.understudy.lake;

import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.format.Util;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Which files of a job's lake are its current version, and how the next one takes their place.
///
///     <root>/<job>/<source>/<schema>.<table>/run=<id>/<split>-<seq>.parquet
///     <root>/<job>/manifests/<version>.json
///     <root>/<job>/current.json
///
/// Readers follow `current.json`, so they see the old or the new version and nothing in between.
/// Whatever stands in names and is not a small letter, a digit, `_` or `-` is percent-encoded.
public final class LakeCatalog {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ObjectStore store;
    private final String job;
    private final String root;

    public LakeCatalog(ObjectStore store, String job) {
        this.store = store;
        this.job = job;
        this.root = encoded(job) + "/";
    }

    /// What `current.json` holds.
    ///
    /// @param manifest its key
    private record Pointer(long version, String run, String manifest) {}

    private record Current(Pointer pointer, String etag) {}

    /// Where a part belongs.
    ///
    /// @param source its name in the job config
    /// @param split number of the split in the table
    /// @param sequence number of the part in the split
    public String partKey(String source, TableName table, String run, int split, int sequence) {
        return root
                + encoded(source)
                + "/"
                + folder(table)
                + "/run="
                + encoded(run)
                + "/%05d-%05d.parquet".formatted(split, sequence);
    }

    /// The published version, if there is one.
    public Optional<Manifest> current() {
        return currentPointer().map(current -> manifest(current.pointer().version()));
    }

    /// A published version, if it is still there.
    public Optional<Manifest> version(long number) {
        return currentPointer()
                .filter(current -> number <= current.pointer().version())
                .flatMap(_ -> read(manifestKey(number)));
    }

    /// A version that was published or is about to be.
    public Manifest manifest(long version) {
        return read(manifestKey(version))
                .orElseThrow(() ->
                        failure("version " + version + " has no manifest " + manifestKey(version)));
    }

    /// Publishes a run's result as the next version, whatever version it says, and returns it as
    /// published.
    ///
    /// May be repeated after a crash at any point: a run is published once. Fails if somebody else
    /// published meanwhile, and then changes nothing that readers see.
    ///
    /// @param base the version that the run started from, 0 if there was none
    public Manifest commit(Manifest manifest, long base) {
        if (!manifest.job().equals(job)) {
            throw new IllegalArgumentException(
                    "a manifest of job " + manifest.job() + " is not one of " + job);
        }
        Optional<Current> before = currentPointer();
        if (before.isPresent() && before.get().pointer().run().equals(manifest.run())) {
            return manifest(before.get().pointer().version());
        }
        long version = before.map(current -> current.pointer().version()).orElse(0L);
        if (version != base) {
            throw lost(manifest.run(), base, "version " + version + " is already published");
        }
        Manifest next = writeManifest(manifest.withVersion(version + 1));
        byte[] pointer =
                JSON.writeValueAsBytes(
                        new Pointer(next.version(), next.run(), manifestKey(next.version())));
        boolean published =
                before.isEmpty()
                        ? store.putIfAbsent(pointerKey(), pointer)
                        : store.replaceIf(pointerKey(), before.get().etag(), pointer);
        // A lost answer looks like a lost race: the pointer itself knows.
        boolean ours =
                published
                        || currentPointer()
                                .filter(now -> now.pointer().run().equals(manifest.run()))
                                .isPresent();
        if (!ours) {
            throw lost(manifest.run(), base, "another run published at the same moment");
        }
        return next;
    }

    /// Writes the manifest under its version, or over the one that the same run left there.
    private Manifest writeManifest(Manifest next) {
        String key = manifestKey(next.version());
        byte[] content = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(next);
        if (store.putIfAbsent(key, content)) {
            return next;
        }
        var present = store.read(key);
        if (present.isPresent()) {
            String run = parse(present.get().bytes(), Manifest.class, key).run();
            if (!run.equals(next.run())) {
                throw lost(
                        next.run(),
                        next.version() - 1,
                        "run "
                                + run
                                + " wrote "
                                + key
                                + "; if it died before it published, restart it or abandon it");
            }
            if (Arrays.equals(present.get().bytes(), content)
                    || store.replaceIf(key, present.get().etag(), content)) {
                return next;
            }
        }
        throw lost(next.run(), next.version() - 1, key + " is being changed by somebody else");
    }

    /// Removes everything that a run wrote and did not publish, its manifest and its ledger too, so
    /// that others can publish. Only for a run that is known to be dead and will not be restarted;
    /// of one that is published after all, the published files stay. May be repeated.
    public void abandon(String run) {
        String next =
                manifestKey(
                        currentPointer().map(current -> current.pointer().version()).orElse(0L)
                                + 1);
        if (read(next).filter(manifest -> manifest.run().equals(run)).isPresent()) {
            store.delete(List.of(next));
        }
        sweep(run);
        try (Stream<ObjectStore.Listed> ledger = store.list(ledgerPrefix(run))) {
            store.delete(ledger.map(ObjectStore.Listed::key).toList());
        }
    }

    /// Removes the parts of a run that no published version names, and what its uploads have left.
    /// Nobody may be writing any.
    public void sweep(String run) {
        String folder = "/run=" + encoded(run) + "/";
        Set<String> named =
                // Of every version: those of later runs have this one's files as their base.
                versions().stream()
                        .flatMap(version -> version.parts().map(Part::key))
                        .collect(Collectors.toSet());
        try (Stream<ObjectStore.Listed> all = store.list(root)) {
            store.delete(
                    all.map(ObjectStore.Listed::key)
                            .filter(key -> key.contains(folder) && !named.contains(key))
                            .toList());
        }
        store.deleteUnfinished(root, key -> key.contains(folder));
    }

    /// Writes and removes a small object, so that a lake which cannot be written fails before
    /// anything else is done, and one that would let two runs publish over each other too.
    ///
    /// @param attempt tells this probe from others of the run
    public void probe(String run, long attempt) {
        String key = ledgerPrefix(run) + "probe-" + attempt;
        boolean again;
        try {
            store.putIfAbsent(key, new byte[] {1});
            again = store.putIfAbsent(key, new byte[] {2});
            store.delete(List.of(key));
        } catch (Failure e) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "the lake cannot be written, so nothing was read: "
                            + e.getMessage()
                            + "; check that it exists, the keys, and the right to write, list and delete there",
                    e);
        }
        if (again) {
            throw failure(
                    "the server overwrites objects that it was told to create only (If-None-Match), so two runs could"
                            + " publish over each other; use one that knows conditional writes");
        }
    }

    /// Where the notes of a run that is under way lie; ends with a slash.
    public String ledgerPrefix(String run) {
        return root + "ledgers/" + encoded(run) + "/";
    }

    /// The published versions that are still there, newest first; the first is the current one.
    public List<Manifest> versions() {
        long newest = currentPointer().map(current -> current.pointer().version()).orElse(0L);
        try (Stream<ObjectStore.Listed> all = store.list(root + "manifests/")) {
            return all.map(object -> read(object.key()))
                    .flatMap(Optional::stream)
                    // One that is about to be published is none yet.
                    .filter(manifest -> manifest.version() <= newest)
                    .sorted(Comparator.comparingLong(Manifest::version).reversed())
                    .toList();
        }
    }

    /// Removes published versions, with the parts that no other one names. Readers that are still
    /// at one of them fail. May be repeated.
    public void remove(List<Manifest> old) {
        List<Manifest> versions = versions();
        if (!versions.isEmpty() && old.contains(versions.getFirst())) {
            throw new IllegalArgumentException(
                    "version " + versions.getFirst().version() + " is the current one");
        }
        Set<String> kept =
                versions.stream()
                        .filter(version -> !old.contains(version))
                        .flatMap(version -> version.parts().map(Part::key))
                        .collect(Collectors.toSet());
        for (Manifest version : old) {
            store.delete(
                    version.parts().map(Part::key).filter(key -> !kept.contains(key)).toList());
            // Last, so that a repetition finds what is left.
            store.delete(List.of(manifestKey(version.version())));
        }
    }

    /// Reads the footers of all parts and compares their rows and sizes with the manifest's; fails
    /// at the first part that differs.
    ///
    /// @return rows by source and table, as the files say, those of changes too
    public Map<TableOfSource, Long> verify(Manifest manifest) {
        Map<TableOfSource, Long> rows = new LinkedHashMap<>();
        for (Manifest.LakeTable table : manifest.tables()) {
            verify(table.allParts());
            rows.put(new TableOfSource(table.source(), table.name()), table.rows());
        }
        return rows;
    }

    /// The same for these parts alone.
    public void verify(Stream<Part> parts) {
        parts.forEach(this::verify);
    }

    /// A table and the source that it comes from.
    public record TableOfSource(String source, TableName table) {}

    private void verify(Part part) {
        try {
            long rows = Util.readFileMetaData(PartReader.footer(store, part), true).getNum_rows();
            if (rows != part.rows()) {
                throw PartReader.mismatch(store, part, rows + " rows, not " + part.rows());
            }
        } catch (IOException e) {
            throw PartReader.mismatch(store, part, "a footer that cannot be read");
        }
    }

    private Optional<Current> currentPointer() {
        return store.read(pointerKey())
                .map(object ->
                        new Current(
                                parse(object.bytes(), Pointer.class, pointerKey()), object.etag()));
    }

    private Optional<Manifest> read(String key) {
        Optional<Manifest> manifest =
                store.read(key).map(object -> parse(object.bytes(), Manifest.class, key));
        if (manifest.isPresent() && manifest.get().format() > Manifest.FORMAT) {
            throw failure(
                    key
                            + " has format "
                            + manifest.get().format()
                            + ", newer than "
                            + Manifest.FORMAT
                            + ": update Understudy");
        }
        return manifest;
    }

    private <T> T parse(byte[] json, Class<T> type, String key) {
        try {
            return JSON.readValue(json, type);
        } catch (JacksonException e) {
            throw new Failure(Failure.Kind.TARGET, store + ": " + key + " cannot be understood", e);
        }
    }

    private Failure lost(String run, long base, String why) {
        return failure(
                "run "
                        + run
                        + " of job "
                        + job
                        + " started from version "
                        + base
                        + " and cannot be published: "
                        + why
                        + "; begin anew with --fresh");
    }

    private Failure failure(String message) {
        return new Failure(Failure.Kind.TARGET, store + ": " + message);
    }

    private String pointerKey() {
        return root + "current.json";
    }

    private String manifestKey(long version) {
        return root + "manifests/%08d.json".formatted(version);
    }

    /// The folder of a table in that of its source.
    static String folder(TableName table) {
        return encoded(table.schema()) + "." + encoded(table.name());
    }

    /// Safe in paths, URLs and globs, and never the same for two names, on disks too that do not
    /// tell capital letters.
    static String encoded(String name) {
        var out = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain =
                    (each >= 'a' && each <= 'z')
                            || (each >= '0' && each <= '9')
                            || each == '_'
                            || each == '-';
            if (plain) {
                out.append((char) each);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit((each >> 4) & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(each & 15, 16)));
            }
        }
        return out.toString();
    }
}
