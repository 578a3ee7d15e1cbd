package dev.understudy.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A key of a map.
///
/// @param byDefault what stands for it where it is missing, null where code decides
/// @param shownDefault the default in words, empty for none
record Key(
        String name,
        Shape shape,
        boolean required,
        @Nullable Object byDefault,
        String shownDefault,
        String summary) {
    static Key required(String name, Shape shape, String summary) {
        return new Key(name, shape, true, null, "", summary);
    }

    static Key optional(String name, Shape shape, String summary) {
        return new Key(name, shape, false, null, "", summary);
    }

    Key byDefault(Object value) {
        String shown =
                value instanceof List<?> list
                        ? "`[\"%s\"]`".formatted(list.getFirst())
                        : "`%s`".formatted(value);
        return new Key(name, shape, false, value, shown, summary);
    }

    Key byDefaultInWords(String words) {
        return new Key(name, shape, false, null, words, summary);
    }
}
