package dev.understudy.rows;

import java.util.List;

/// A value of a key, or of its first columns, as PostgreSQL's text forms.
///
/// A class and not a record, because a key may be personal (an e-mail, a national number): toString
/// shows shape only.
public final class KeyValue {
    private final List<String> texts;

    public KeyValue(List<String> texts) {
        this.texts = List.copyOf(texts);
    }

    /// One text for each of the key's first columns; at least one, at most as many as the key has.
    public List<String> texts() {
        return texts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyValue that && texts.equals(that.texts);
    }

    @Override
    public int hashCode() {
        return texts.hashCode();
    }

    @Override
    public String toString() {
        return "KeyValue[" + texts.size() + " columns]";
    }
}
