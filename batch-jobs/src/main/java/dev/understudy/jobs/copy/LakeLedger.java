package dev.understudy.jobs.copy;

import dev.understudy.lake.ObjectStore;
import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyValue;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The ledger of a run that writes a lake and no twin: sealed objects under the run's own prefix,
/// removed once the run is published. The name of each begins with the fence of its writer, so that
/// a process that was overtaken can only write what nobody reads any more: the new owner has taken
/// over what it found, and reads its own objects first.
final class LakeLedger implements Ledger {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ObjectStore store;
    private final String prefix;
    private final long fence;
    private final Sealer sealer;
    private final LedgerJson json;
    private final Map<PieceId, Checkpoint> known = new HashMap<>();

    /// @param prefix of the run's ledger objects, with a slash at its end
    LakeLedger(ObjectStore store, String prefix, long fence, Sealer sealer) {
        this.store = store;
        this.prefix = prefix;
        this.fence = fence;
        this.sealer = sealer;
        this.json = new LedgerJson(sealer);
        readWhatOthersLeft();
    }

    private record PieceJson(
            int index,
            @Nullable List<String> last,
            long rows,
            long bytes,
            long keptChecksum,
            long sentChecksum,
            long unfit,
            List<UnfitCount> unfitCounts,
            List<Checkpoint.LakePart> parts,
            int snapshot,
            long millis,
            boolean done) {}

    private void readWhatOthersLeft() {
        // Of the same split, the object with the highest fence counts.
        var newest = new HashMap<Integer, Long>();
        try (var objects = store.list(prefix + "split-")) {
            objects.forEach(each -> {
                String[] name = each.key().substring((prefix + "split-").length()).split("-", 2);
                int split = Integer.parseInt(name[0]);
                newest.merge(split, Long.parseLong(name[1]), Math::max);
            });
        }
        newest.forEach((split, itsFence) ->
                store.read(key(split, itsFence))
                        .ifPresent(object -> {
                            for (PieceJson each :
                                    JSON.readValue(
                                            sealer.open(object.bytes()),
                                            new TypeReference<List<PieceJson>>() {})) {
                                known.put(new PieceId(split, each.index()), checkpoint(each));
                            }
                        }));
    }

    private String key(int split, long itsFence) {
        return prefix + "split-" + split + "-" + itsFence;
    }

    private static Checkpoint checkpoint(PieceJson piece) {
        return new Checkpoint(
                Optional.ofNullable(piece.last()).map(KeyValue::new),
                piece.rows(),
                piece.bytes(),
                piece.keptChecksum(),
                piece.sentChecksum(),
                piece.unfit(),
                piece.unfitCounts(),
                piece.parts(),
                piece.snapshot(),
                piece.millis(),
                piece.done());
    }

    @Override
    public List<Split> splits() {
        return store.read(prefix + "splits")
                .map(object -> json.splits(object.bytes()))
                .orElse(List.of());
    }

    @Override
    public String fingerprint() {
        return store.read(prefix + "splits")
                .map(object -> json.fingerprint(object.bytes()))
                .orElse("");
    }

    @Override
    public Map<String, Positions.OfTable> positions() {
        return store.read(prefix + "splits")
                .map(object -> json.positions(object.bytes()))
                .orElse(Map.of());
    }

    @Override
    public void begin(
            List<Split> splits, String fingerprint, Map<String, Positions.OfTable> positions) {
        if (!store.putIfAbsent(prefix + "splits", json.outline(splits, fingerprint, positions))) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "another process has begun this run; this one stops writing");
        }
    }

    @Override
    public synchronized Map<PieceId, Checkpoint> checkpoints() {
        return Map.copyOf(known);
    }

    @Override
    public void record(@Nullable Connection twin, PieceId piece, Checkpoint checkpoint) {
        var pieces = new ArrayList<PieceJson>();
        synchronized (this) {
            known.put(piece, checkpoint);
            known.forEach((id, each) -> {
                if (id.split() == piece.split()) {
                    pieces.add(
                            new PieceJson(
                                    id.index(),
                                    each.last().map(KeyValue::texts).orElse(null),
                                    each.rows(),
                                    each.bytes(),
                                    each.keptChecksum(),
                                    each.sentChecksum(),
                                    each.unfit(),
                                    each.unfitCounts(),
                                    each.parts(),
                                    each.snapshot(),
                                    each.millis(),
                                    each.done()));
                }
            });
        }
        byte[] sealed = sealer.seal(JSON.writeValueAsBytes(pieces));
        try (var upload = store.create(key(piece.split(), fence))) {
            upload.write(sealed, 0, sealed.length);
            upload.commit();
        }
    }

    @Override
    public void makeDurable(@Nullable Connection twin) {
        // An object that was committed is durable.
    }

    @Override
    public int nextSnapshot() {
        int number = 1;
        while (!store.putIfAbsent(prefix + "snapshot-" + number, new byte[0])) {
            number++;
        }
        return number;
    }

    /// Removes the ledger of a run that is published.
    static void drop(ObjectStore store, String prefix) {
        try (var objects = store.list(prefix)) {
            store.delete(objects.map(ObjectStore.Listed::key).toList());
        }
    }
}
