package dev.understudy.masking;

/// What a bound masker promises about its results. Validation, help, docs and property tests all
/// read this.
///
/// @param deterministic the same value gives the same pseudonym everywhere
/// @param injective two different values never become equal, so the masker fits unique columns
/// @param keepsNull a NULL stays a NULL
/// @param mayYieldNull something that was not NULL may become NULL, so NOT NULL columns refuse it
/// @param keepsFormat the result parses as what the input was: an e-mail, a phone number, a date
/// @param keepsLength as many characters as the input
/// @param reveals values or parts of them come through as they are: of `keep`, `clamp`, and
///   `redact` with a pattern
/// @param keepsChecksum a right check digit gives a right one; also where the format has none
public record Guarantees(
        boolean deterministic,
        boolean injective,
        boolean keepsNull,
        boolean mayYieldNull,
        boolean keepsFormat,
        boolean keepsLength,
        boolean reveals,
        boolean keepsChecksum) {

    /// What holds where one of two maskers may be at work.
    public Guarantees and(Guarantees other) {
        return new Guarantees(
                deterministic && other.deterministic,
                injective && other.injective,
                keepsNull && other.keepsNull,
                mayYieldNull || other.mayYieldNull,
                keepsFormat && other.keepsFormat,
                keepsLength && other.keepsLength,
                reveals || other.reveals,
                keepsChecksum && other.keepsChecksum);
    }
}
