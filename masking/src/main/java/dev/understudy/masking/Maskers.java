package dev.understudy.masking;

import java.util.List;
import java.util.Optional;

/// The catalogue of all maskers. Immutable; any thread may read it.
public final class Maskers {
    private static final List<MaskerDefinition> ALL = List.of();

    private Maskers() {}

    /// Every masker, in the order in which the docs show them.
    public static List<MaskerDefinition> all() {
        return ALL;
    }

    public static Optional<MaskerDefinition> named(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// The rule that `unlisted: mask` gives to a column of this shape: by its type, never `keep`.
    public static MaskingRule byType(ColumnProfile column) {
        throw new MaskingRefused(column.path() + ": no masker fits");
    }
}
