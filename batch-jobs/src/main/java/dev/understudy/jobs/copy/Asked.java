package dev.understudy.jobs.copy;

import dev.understudy.config.TablePattern;
import java.util.List;

/// What somebody wants of one run of changes beyond the config.
///
/// @param tables patterns of tables that are loaded in full
/// @param sweep whether rows that are gone are looked for, even where the config does not say so
public record Asked(List<TablePattern> tables, boolean sweep) {
    public static final Asked NOTHING = new Asked(List.of(), false);

    public Asked {
        tables = List.copyOf(tables);
    }

    public boolean nothing() {
        return tables.isEmpty() && !sweep;
    }
}
