package dev.understudy.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One checked map of a config: what stands at each key, defaults included. Prints no values, they
/// may be secrets.
record Settings(Map<String, Object> values, Map<String, Location> places, Location where) {
    <T> T the(String key, Class<T> type) {
        return type.cast(Objects.requireNonNull(values.get(key), key));
    }

    <T> Optional<T> find(String key, Class<T> type) {
        @Nullable Object value = values.get(key);
        return Optional.ofNullable(type.cast(value));
    }

    <T> List<T> list(String key, Class<T> type) {
        @Nullable Object list = values.get(key);
        return list == null ? List.of() : ((List<?>) list).stream().<T>map(type::cast).toList();
    }

    /// What stands at a map of names and texts; empty if it is not given.
    Map<String, String> texts(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (values.get(key) instanceof Map<?, ?> pairs) {
            pairs.forEach((name, text) -> texts.put((String) name, (String) text));
        }
        return texts;
    }

    int whole(String key) {
        return Math.toIntExact(the(key, Long.class));
    }

    /// Where a key stands, or the map if it does not.
    Location place(String key) {
        return places.getOrDefault(key, where);
    }

    @Override
    public String toString() {
        return "Settings" + values.keySet();
    }
}
