package dev.understudy.jobs.plan;

import dev.understudy.config.ColumnPattern;
import dev.understudy.config.DeltaConfig;
import dev.understudy.config.TablePattern;
import dev.understudy.schema.Column;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.TimesOfChange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which columns tell that a row has changed, table by table.
final class Watermarks {
    private final Optional<DeltaConfig> delta;
    private final Findings findings;
    private final Set<ColumnPattern> matched = new LinkedHashSet<>();
    private final Set<TablePattern> compared = new LinkedHashSet<>();

    Watermarks(Optional<DeltaConfig> delta, Findings findings) {
        this.delta = delta;
        this.findings = findings;
    }

    /// The watermarks of a table whose rows are copied; a partition has those of its root, too.
    List<Column> of(Table table) {
        if (delta.isEmpty()) {
            return List.of();
        }
        List<TablePattern> whole =
                delta.get().compare().stream().filter(each -> matches(each, table)).toList();
        compared.addAll(whole);
        var columns = new ArrayList<Column>();
        for (Column column : table.copiedColumns()) {
            List<ColumnPattern> patterns =
                    delta.get().watermarks().stream()
                            .filter(each -> matches(each, table, column))
                            .toList();
            if (patterns.isEmpty()) {
                continue;
            }
            matched.addAll(patterns);
            if (TimesOfChange.isTime(column.type())) {
                columns.add(column);
            } else {
                findings.error(
                        "not-a-watermark",
                        Optional.of(patterns.getFirst().where()),
                        "%s.%s (%s) is named as a watermark, but is no date or time that deltas can read by"
                                .formatted(table.name(), column.name(), column.type().sql()),
                        "name a column with the time of a row's last change, or leave the table to be compared whole");
            }
        }
        return whole.isEmpty() ? columns : List.of();
    }

    private static boolean matches(TablePattern pattern, Table table) {
        return matches(pattern, table.name())
                || table.partitionRoot().filter(root -> matches(pattern, root)).isPresent();
    }

    private static boolean matches(TablePattern pattern, TableName name) {
        return pattern.matches(name.source(), name.schema(), name.name());
    }

    private static boolean matches(ColumnPattern pattern, Table table, Column column) {
        return new ColumnPath(table.name(), column.name()).matches(pattern)
                || table.partitionRoot()
                        .filter(root -> new ColumnPath(root, column.name()).matches(pattern))
                        .isPresent();
    }

    /// Refuses patterns that have matched nothing, once all tables were asked for.
    void refuseUnmatched() {
        if (delta.isEmpty()) {
            return;
        }
        for (ColumnPattern each : delta.get().watermarks()) {
            if (!matched.contains(each)) {
                findings.error(
                        "pattern-matches-nothing",
                        Optional.of(each.where()),
                        "watermarks: %s matches no column that is copied".formatted(each.text()),
                        "remove it, or correct its name; case counts");
            }
        }
        for (TablePattern each : delta.get().compare()) {
            if (!compared.contains(each)) {
                findings.error(
                        "pattern-matches-nothing",
                        Optional.of(each.where()),
                        "compare: %s matches no table that is copied".formatted(each.text()),
                        "remove it, or correct its name; case counts");
            }
        }
    }
}
