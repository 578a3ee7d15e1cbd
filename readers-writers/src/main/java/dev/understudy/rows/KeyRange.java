package dev.understudy.rows;

import java.util.Optional;

/// The rows whose key lies behind `after` and not behind `upTo`; an empty end is open. A bound over
/// the key's first columns compares those alone.
public record KeyRange(Optional<KeyValue> after, Optional<KeyValue> upTo) {
    /// All rows.
    public static final KeyRange ALL = new KeyRange(Optional.empty(), Optional.empty());

    public boolean isAll() {
        return after.isEmpty() && upTo.isEmpty();
    }

    /// What of this range lies behind a checkpoint.
    public KeyRange resumeAfter(KeyValue last) {
        return new KeyRange(Optional.of(last), upTo);
    }
}
