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
/// @param onMismatch what happens to a value that does not fit; empty for what the job says
/// @param ignoreCase whether texts that differ in case alone are one value, as in a column under a
///   collation that ignores case
public record MaskingRule(
        String masker,
        Map<String, @Nullable Object> parameters,
        Optional<String> domain,
        Optional<String> reason,
        Optional<OnMismatch> onMismatch,
        boolean ignoreCase) {

    public MaskingRule {
        Objects.requireNonNull(masker, "masker");
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /// A rule that leaves it to the job what happens to a value that does not fit.
    public MaskingRule(
            String masker,
            Map<String, @Nullable Object> parameters,
            Optional<String> domain,
            Optional<String> reason) {
        this(masker, parameters, domain, reason, Optional.empty(), false);
    }

    public static MaskingRule of(String masker) {
        return new MaskingRule(masker, Map.of(), Optional.empty(), Optional.empty());
    }

    /// The same rule with another value of a parameter.
    public MaskingRule with(String parameter, Object value) {
        var changed = new LinkedHashMap<>(parameters);
        changed.put(parameter, value);
        return new MaskingRule(masker, changed, domain, reason, onMismatch, ignoreCase);
    }

    /// Reads a rule that stands in a parameter: a masker's name, or a map of `mask` and what else
    /// the rule has.
    ///
    /// @throws IllegalArgumentException if it is neither
    static MaskingRule read(@Nullable Object given) {
        if (given instanceof String name) {
            return of(name);
        }
        if (given instanceof Map<?, ?> map && map.get("mask") instanceof String name) {
            Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
            map.forEach((key, value) -> parameters.put(String.valueOf(key), value));
            parameters.remove("mask");
            Object domain = parameters.remove("domain");
            Object reason = parameters.remove("reason");
            Object ignoreCase = parameters.remove("ignore-case");
            return new MaskingRule(
                    name,
                    parameters,
                    Optional.ofNullable(domain).map(Object::toString),
                    Optional.ofNullable(reason).map(Object::toString),
                    Optional.empty(),
                    Boolean.TRUE.equals(ignoreCase));
        }
        throw new IllegalArgumentException("a rule is a masker's name or a map with `mask`");
    }

    /// Whether two columns under these rules mask equal values to equal values.
    public boolean agreesWith(MaskingRule other) {
        return masker.equals(other.masker)
                && parameters.equals(other.parameters)
                && domain.equals(other.domain)
                && ignoreCase == other.ignoreCase;
    }

    @Override
    public String toString() {
        return masker; // parameters may hold a constant that is nobody's business
    }
}
