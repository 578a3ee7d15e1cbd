package dev.understudy.jobs.keys;

import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.masking.MaskingKeys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Which keys a job was run with so far, as far as the runs of this home and the outputs tell.
///
/// @param uses in no order
public record KeyHistory(List<KeyUse> uses) {
    /// Nothing is known.
    public static final KeyHistory NONE = new KeyHistory(List.of());

    /// What a use without an epoch is compared with.
    private static final int MOST_EPOCHS = 1_000;

    public KeyHistory {
        uses = List.copyOf(uses);
    }

    /// How a key that was used relates to the one that a run would use now.
    public enum Relation {
        SAME,
        /// Of the same secret, before the epoch was raised.
        EARLIER_EPOCH,
        /// Of the same secret, but the epoch has gone back since.
        LATER_EPOCH,
        /// Of another secret.
        OTHER_SECRET
    }

    public static Relation relation(KeyUse use, MaskingKeys keys) {
        if (use.keyId().equals(keys.id())) {
            return Relation.SAME;
        }
        OptionalInt epoch = epoch(use, keys);
        if (epoch.isEmpty()) {
            return Relation.OTHER_SECRET;
        }
        return epoch.getAsInt() < keys.epoch() ? Relation.EARLIER_EPOCH : Relation.LATER_EPOCH;
    }

    /// The epoch in which the secret makes the key that was used; empty if it is another secret's.
    public static OptionalInt epoch(KeyUse use, MaskingKeys keys) {
        IntStream candidates =
                use.epoch().isPresent()
                        ? IntStream.of(use.epoch().getAsInt())
                        : IntStream.rangeClosed(0, MOST_EPOCHS);
        return candidates.filter(each -> keys.id(each).equals(use.keyId())).findFirst();
    }

    /// What somebody should know, or must decide, before a run masks with these keys.
    public List<Problem> problems(JobConfig config, MaskingKeys keys) {
        var problems = new ArrayList<Problem>();
        for (KeyUse use : uses) {
            Relation relation = relation(use, keys);
            boolean announced = config.replacesKey().filter(use.keyId()::equals).isPresent();
            if (use.standing() && relation == Relation.OTHER_SECRET && !announced) {
                problems.add(
                        new Problem(
                                "key-changed",
                                Problem.Severity.ERROR,
                                Optional.empty(),
                                "%s was masked with key %s, but the secret from %s makes key %s: no pseudonym would be as before"
                                        .formatted(
                                                use.by(),
                                                use.keyId(),
                                                config.secret().origin(),
                                                keys.id()),
                                "give the secret that it was made with; or, if the secret has changed for good, add to the config: replaces-key: \"%s\""
                                        .formatted(use.keyId())));
            }
            if (use.standing()
                    && (relation == Relation.EARLIER_EPOCH
                            || (relation == Relation.OTHER_SECRET && announced))) {
                problems.add(
                        new Problem(
                                "key-rotated",
                                Problem.Severity.WARNING,
                                Optional.empty(),
                                "%s was masked with key %s, this run masks with key %s: no pseudonym is as before"
                                        .formatted(use.by(), use.keyId(), keys.id()),
                                "whoever joins with older copies needs new ones of those, too"));
            }
        }
        return problems;
    }

    /// The use with the highest epoch of the same secret, if that is behind the present one.
    public Optional<KeyUse> laterEpoch(MaskingKeys keys) {
        return uses.stream()
                .filter(each -> relation(each, keys) == Relation.LATER_EPOCH)
                .max(Comparator.comparingInt(each -> epoch(each, keys).orElseThrow()));
    }
}
