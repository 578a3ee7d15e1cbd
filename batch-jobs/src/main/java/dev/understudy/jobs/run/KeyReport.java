package dev.understudy.jobs.run;

import dev.understudy.jobs.keys.KeyHistory.Relation;
import dev.understudy.jobs.keys.KeyUse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What is known of a job's key. Holds the secret nowhere.
///
/// @param keyId names the key
/// @param origin where the secret comes from, for people
/// @param nextEpoch the first epoch that nothing has used, above the present one
/// @param nextKeyId names the key of that epoch
/// @param runs of this home, latest first
/// @param outputs the twin and the lake, as far as the job has them
public record KeyReport(
        String job,
        String keyId,
        int epoch,
        String origin,
        int nextEpoch,
        String nextKeyId,
        List<Run> runs,
        List<Output> outputs) {
    public KeyReport {
        runs = List.copyOf(runs);
        outputs = List.copyOf(outputs);
    }

    /// Whether everything that stands in an output was masked with this key.
    public boolean agrees() {
        return outputs.stream()
                .allMatch(each ->
                        each.unreachable().isEmpty()
                                && each.relation().orElse(Relation.SAME) == Relation.SAME);
    }

    /// A run, and the key that it used.
    ///
    /// @param unfinished whether it could still be restarted, with its key alone
    public record Run(
            long run,
            RunStatus status,
            String keyId,
            OptionalInt epoch,
            Relation relation,
            boolean unfinished) {}

    /// An output, and the key that its rows were masked with.
    ///
    /// @param use empty if nothing is published there
    /// @param relation empty together with `use`
    /// @param unreachable why it could not be asked
    public record Output(
            String place,
            Optional<KeyUse> use,
            Optional<Relation> relation,
            Optional<String> unreachable) {}
}
