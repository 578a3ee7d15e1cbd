package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.TwinConfig;
import dev.understudy.jobs.keys.KeyUse;
import dev.understudy.rows.Failure;
import dev.understudy.twin.TwinDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The keys that a job's outputs were masked with, as they stand there.
///
/// @param place which output
/// @param use empty if nothing is published there, or it does not say
/// @param unreachable why it could not be asked
public record OutputKeys(String place, Optional<KeyUse> use, Optional<String> unreachable) {
    private static final Pattern STAMPED =
            Pattern.compile("masking key ([0-9a-f]{8})(?:, epoch ([0-9]{1,9}))?,");

    /// What a stamp says of the key, for {@link #ofStamp}.
    static String stamp(String keyId, int epoch) {
        return "masking key %s, epoch %d".formatted(keyId, epoch);
    }

    /// Asks the twin's server and the lake.
    public static List<OutputKeys> of(JobConfig config) {
        var outputs = new ArrayList<OutputKeys>();
        config.twins().forEach(each -> outputs.add(twin(each)));
        if (config.lake().isPresent()) {
            outputs.add(lake(config));
        }
        return outputs;
    }

    private static OutputKeys twin(TwinConfig config) {
        String place = "the twin " + config.database().place();
        try {
            TwinDatabase database = Engines.twin(config.database(), RunId.NONE);
            return new OutputKeys(
                    place,
                    database.receipt().flatMap(stamp -> ofStamp(place, stamp)),
                    Optional.empty());
        } catch (Failure e) {
            return new OutputKeys(place, Optional.empty(), Optional.ofNullable(e.getMessage()));
        }
    }

    private static Optional<KeyUse> ofStamp(String place, String stamp) {
        Matcher matcher = STAMPED.matcher(stamp);
        if (!matcher.find()) {
            return Optional.empty();
        }
        OptionalInt epoch =
                matcher.group(2) == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(Integer.parseInt(matcher.group(2)));
        return Optional.of(new KeyUse(place, matcher.group(1), epoch, true));
    }

    private static OutputKeys lake(JobConfig config) {
        String place = "the lake " + config.lake().orElseThrow().uri();
        try (var lake = LakeVersions.open(config)) {
            return new OutputKeys(
                    place,
                    lake.current()
                            .map(each ->
                                    new KeyUse(
                                            place,
                                            each.keyId(),
                                            each.epoch() == null
                                                    ? OptionalInt.empty()
                                                    : OptionalInt.of(each.epoch()),
                                            true)),
                    Optional.empty());
        } catch (Failure e) {
            return new OutputKeys(place, Optional.empty(), Optional.ofNullable(e.getMessage()));
        }
    }
}
