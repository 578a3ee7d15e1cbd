package dev.understudy.schema;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// All user tables of a database, by name, in the order of their names.
public final class Database {
    private final Map<TableName, Table> tables;

    public Database(Collection<Table> tables) {
        var byName = new LinkedHashMap<TableName, Table>();
        tables.stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(each -> byName.put(each.name(), each));
        this.tables = Collections.unmodifiableMap(byName);
    }

    public Collection<Table> tables() {
        return tables.values();
    }

    public Optional<Table> table(TableName name) {
        return Optional.ofNullable(tables.get(name));
    }

    @Override
    public String toString() {
        return "Database[" + tables.size() + " tables]";
    }
}
