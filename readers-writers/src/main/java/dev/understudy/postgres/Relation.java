package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import dev.understudy.twin.StructurePart;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A table, view or materialised view, as the catalog describes it.
final class Relation {
    /// A check that is made with its table.
    record TableCheck(String name, String definition, StructureNode node) {}

    final int oid;
    final TableName name;
    final String kind;
    final boolean unlogged;
    final @Nullable String options;
    final @Nullable String toastOptions;
    final @Nullable String method;
    final boolean partition;
    final @Nullable String ofType;
    final @Nullable String partitionKey;
    final @Nullable String bound;
    final String definition;
    final List<Relation> parents = new ArrayList<>();
    final Map<String, TableColumn> columns = new LinkedHashMap<>();
    final List<TableCheck> checks = new ArrayList<>();
    final List<StructurePart> settings = new ArrayList<>();

    /// Constraints that hold for new rows only, and those that hold for all but come from a parent.
    final Set<String> unproven = new HashSet<>();

    final Set<String> inherited = new TreeSet<>();
    @Nullable StructureNode node;
    @Nullable StructureNode refresh;

    Relation(ResultSet row) throws SQLException {
        oid = CatalogSession.oid(row, 1);
        name = new TableName(row.getString(2), row.getString(3));
        kind = row.getString(4);
        unlogged = row.getBoolean(5);
        options = row.getString(6);
        toastOptions = row.getString(7);
        method = row.getString(8);
        partition = row.getBoolean(9);
        ofType = row.getString(10);
        partitionKey = row.getString(11);
        bound = row.getString(12);
        definition = row.getString(17) == null ? "" : row.getString(17);
    }

    /// Whether its columns are not where inheritance puts them: first the parents', then its own.
    boolean reordered() {
        var order = new LinkedHashSet<String>();
        parents.forEach(parent -> order.addAll(parent.columns.keySet()));
        order.addAll(columns.keySet());
        return !partition && !List.copyOf(order).equals(List.copyOf(columns.keySet()));
    }

    /// Whether it was made on its own and got its parents later.
    boolean adopted() {
        return reordered() && columns.values().stream().allMatch(column -> column.local);
    }

    /// Adds what is said about the table or a column after it is made, and changes no row.
    void set(String setting, String sql, String undo) {
        settings.add(new StructurePart(StructurePart.Kind.SETTING, setting, sql, undo));
    }

    StructureNode node() {
        return Objects.requireNonNull(node);
    }

    String options() {
        String all =
                Stream.of(options, toastOptions)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(", "));
        return all.isEmpty() ? "" : " WITH (" + all + ")";
    }
}
