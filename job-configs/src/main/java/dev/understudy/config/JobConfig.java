package dev.understudy.config;

import dev.understudy.masking.OnMismatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// One job, as its YAML file declares it, with secrets resolved.
///
/// @param job the job's name, of letters, digits, dots, dashes and underscores
/// @param file where it was read from
/// @param hash SHA-256 of the file's text before secrets are put in, and of the words in files that
///   rules name, hex
/// @param secret where that comes from which all masking keys are derived from
/// @param epoch a new number makes new pseudonyms, which cannot be joined with old ones
/// @param replacesKey the id of the key that another secret made before this one, so that a run may
///   replace its twin and follow its lake
/// @param sources in the order of the file, one at least; only one may be without a name
/// @param rows which rows of the tables are copied
/// @param columns the rules, in the order of the file, and then those that its groups stand for
/// @param unlisted what happens to columns that no rule matches
/// @param onMismatch what happens to values that do not fit their column's rule, where it does not
///   say it
/// @param profiles what masking must comply with
/// @param kinds what columns tell of people, where their names do not say it
/// @param acknowledged concerns that somebody accepts
/// @param references undeclared foreign keys
/// @param delta empty if every run reads everything
public record JobConfig(
        String job,
        Path file,
        String hash,
        SecretSource secret,
        int epoch,
        Optional<String> replacesKey,
        List<SourceConfig> sources,
        TableSelection tables,
        RowSelection rows,
        List<ColumnRule> columns,
        Unlisted unlisted,
        OnMismatch onMismatch,
        List<Profile> profiles,
        List<KindRule> kinds,
        List<Acknowledgement> acknowledged,
        List<Reference> references,
        Optional<DeltaConfig> delta,
        Optional<LakeConfig> lake,
        Tuning tuning) {
    public JobConfig {
        sources = List.copyOf(sources);
        columns = List.copyOf(columns);
        profiles = List.copyOf(profiles);
        kinds = List.copyOf(kinds);
        acknowledged = List.copyOf(acknowledged);
        references = List.copyOf(references);
    }

    /// The twins of all sources that have one.
    public List<TwinConfig> twins() {
        return sources.stream().flatMap(each -> each.twin().stream()).toList();
    }

    /// What happens to a column that no rule matches. There is no way to let it pass.
    public enum Unlisted {
        /// The run is refused.
        REFUSE,
        /// It is masked by its type.
        MASK
    }
}
