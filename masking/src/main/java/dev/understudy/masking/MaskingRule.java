package dev.understudy.masking;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a config asks for a column: a masker by name, with its parameters.
///
/// @param masker its name in the catalogue: `email`
/// @param parameters what the config gave beside the name: strings, numbers, booleans, nulls, and
///   lists and maps of them
/// @param domain the named set of columns whose equal values mask to equal values; empty for the
///   masker's own
/// @param reason why, where somebody should read it in a review
public record MaskingRule(
        String masker,
        Map<String, @Nullable Object> parameters,
        Optional<String> domain,
        Optional<String> reason) {

    public MaskingRule {
        Objects.requireNonNull(masker, "masker");
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    public static MaskingRule of(String masker) {
        return new MaskingRule(masker, Map.of(), Optional.empty(), Optional.empty());
    }

    /// Whether two columns under these rules mask equal values to equal values.
    public boolean agreesWith(MaskingRule other) {
        return masker.equals(other.masker)
                && parameters.equals(other.parameters)
                && domain.equals(other.domain);
    }

    @Override
    public String toString() {
        return masker; // parameters may hold a constant that is nobody's business
    }
}
