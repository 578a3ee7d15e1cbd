package dev.understudy.jobs.copy;

import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Splits and checkpoints as bytes, sealed, because keys of the source stand in them.
final class LedgerJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Sealer sealer;

    LedgerJson(Sealer sealer) {
        this.sealer = sealer;
    }

    private record PieceJson(
            String source,
            String schema,
            String table,
            @Nullable List<String> after,
            @Nullable List<String> upTo,
            boolean ordered) {}

    private record SplitJson(int number, String title, List<PieceJson> pieces) {}

    private record OutlineJson(
            String fingerprint,
            List<SplitJson> splits,
            @Nullable Map<String, Positions.OfTable> positions) {}

    byte[] outline(
            List<Split> splits, String fingerprint, Map<String, Positions.OfTable> positions) {
        var list = new ArrayList<SplitJson>();
        for (Split split : splits) {
            var pieces = new ArrayList<PieceJson>();
            for (Piece piece : split.pieces()) {
                pieces.add(
                        new PieceJson(
                                piece.table().source(),
                                piece.table().schema(),
                                piece.table().name(),
                                piece.range().after().map(KeyValue::texts).orElse(null),
                                piece.range().upTo().map(KeyValue::texts).orElse(null),
                                piece.ordered()));
            }
            list.add(new SplitJson(split.number(), split.title(), pieces));
        }
        return sealer.seal(JSON.writeValueAsBytes(new OutlineJson(fingerprint, list, positions)));
    }

    String fingerprint(byte[] sealed) {
        return open(sealed).fingerprint();
    }

    private OutlineJson open(byte[] sealed) {
        return JSON.readValue(sealer.open(sealed), OutlineJson.class);
    }

    /// None in a ledger of an earlier version: then the next run takes whole tables.
    Map<String, Positions.OfTable> positions(byte[] sealed) {
        return Objects.requireNonNullElse(open(sealed).positions(), Map.of());
    }

    List<Split> splits(byte[] sealed) {
        var splits = new ArrayList<Split>();
        for (SplitJson split : open(sealed).splits()) {
            var pieces = new ArrayList<Piece>();
            for (PieceJson piece : split.pieces()) {
                pieces.add(
                        new Piece(
                                new TableName(piece.source(), piece.schema(), piece.table()),
                                new KeyRange(
                                        Optional.ofNullable(piece.after()).map(KeyValue::new),
                                        Optional.ofNullable(piece.upTo()).map(KeyValue::new)),
                                piece.ordered()));
            }
            splits.add(new Split(split.number(), split.title(), pieces));
        }
        return splits;
    }

    byte[] key(KeyValue key) {
        return sealer.seal(JSON.writeValueAsBytes(key.texts()));
    }

    KeyValue key(byte[] sealed) {
        return new KeyValue(
                JSON.readValue(sealer.open(sealed), new TypeReference<List<String>>() {}));
    }

    /// What of a checkpoint is a list.
    record Lists(List<Checkpoint.LakePart> parts, List<UnfitCount> unfitCounts) {}

    static String lists(Checkpoint checkpoint) {
        return JSON.writeValueAsString(new Lists(checkpoint.parts(), checkpoint.unfitCounts()));
    }

    static Lists lists(String json) {
        return JSON.readValue(json, Lists.class);
    }
}
