package dev.understudy.schema;

import java.util.List;
import java.util.Optional;

/// What any engine can have of a database's structure, so that a twin can be made on another engine
/// than its source's. Where both are of one engine, nobody asks for it.
///
/// @param tables in the order of their names, without partitions
/// @param notCarried what is written in the words of the database's own engine
public record PortableStructure(List<PortableTable> tables, List<NotCarried> notCarried) {
    public PortableStructure {
        tables = List.copyOf(tables);
        notCarried = List.copyOf(notCarried);
    }

    public Optional<PortableTable> table(TableName name) {
        return tables.stream().filter(each -> each.table().name().equals(name)).findFirst();
    }
}
