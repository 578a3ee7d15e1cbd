package dev.understudy.schema;

/// Something of the source that its structure elsewhere will not have.
///
/// @param kind `publication`, `view`
/// @param object its name, or how many there are
/// @param reason why not
public record NotCarried(String kind, String object, String reason) {
    /// For people: `view public.v: it needs table public.t, which is left out`.
    @Override
    public String toString() {
        return kind + " " + object + ": " + reason;
    }
}
