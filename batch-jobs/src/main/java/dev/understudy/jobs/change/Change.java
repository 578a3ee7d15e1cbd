package dev.understudy.jobs.change;

import dev.understudy.schema.TableName;
import java.util.Optional;

/// One thing that is not as it was in the run before.
///
/// @param table that it concerns, as its own database knows it; empty for what belongs to none
/// @param what for people, without any row's value: `column phone is new (text)`
public record Change(Optional<TableName> table, Effect effect, String what) {
    /// What becomes of a table by a change, the least first.
    public enum Effect {
        /// Its rows stay; the twin's structure is altered.
        COMPATIBLE,
        /// It is not there any more, or a column of it is not.
        GONE,
        /// It is loaded in full again.
        RELOAD,
        /// Nobody has decided about a column: its values go nowhere.
        RULE
    }

    /// For people: `shop.customer: column phone is new (text)`.
    @Override
    public String toString() {
        return table.map(name -> name + ": ").orElse("") + what;
    }
}
