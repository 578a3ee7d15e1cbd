package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.ColumnType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts the twin's type numbers where a value carries the source's: PostgreSQL writes the element's
/// number into every array and each field's number into every composite value, and refuses foreign
/// ones. Numbers have one length, so values are changed in place. Used by one thread.
///
/// Source: array_send, record_send of PostgreSQL.
public final class OidTranslation {
    /// Built-in types have the same numbers in every database. Source: FirstNormalObjectId.
    private static final int FIRST_USER_OID = 16384;

    private final boolean[] wanted;
    private final ColumnType[] types;
    private final Map<Integer, Integer> twinOids;

    private OidTranslation(boolean[] wanted, ColumnType[] types, Map<Integer, Integer> twinOids) {
        this.wanted = wanted;
        this.types = types;
        this.twinOids = twinOids;
    }

    /// What the rows of a shape need; empty if no value carries a number of a user's type.
    ///
    /// @param twin a session on the twin, whose types exist already
    public static Optional<OidTranslation> forShape(RowShape shape, Connection twin) {
        List<RowColumn> columns = shape.columns();
        var wanted = new boolean[columns.size()];
        var types = new ColumnType[columns.size()];
        var carried = new HashMap<Integer, String>();
        boolean any = false;
        for (int i = 0; i < wanted.length; i++) {
            types[i] = columns.get(i).type();
            var found = new HashMap<Integer, String>();
            if (!columns.get(i).asText()) {
                collect(types[i], found);
            }
            wanted[i] = !found.isEmpty();
            any |= wanted[i];
            carried.putAll(found);
        }
        return any
                ? Optional.of(new OidTranslation(wanted, types, lookUp(carried, twin)))
                : Optional.empty();
    }

    private static void collect(ColumnType type, Map<Integer, String> found) {
        switch (type.kind()) {
            case ARRAY -> carry(type.element().orElseThrow(), found);
            case COMPOSITE -> type.attributes().forEach(each -> carry(each.type(), found));
            case DOMAIN, RANGE, MULTIRANGE ->
                    type.element().ifPresent(element -> collect(element, found));
            case BASE, ENUM -> {
                // carry no numbers
            }
        }
    }

    private static void carry(ColumnType type, Map<Integer, String> found) {
        if (type.oid() >= FIRST_USER_OID) {
            found.put(type.oid(), type.sql());
        }
        collect(type, found);
    }

    private static Map<Integer, Integer> lookUp(Map<Integer, String> carried, Connection twin) {
        var oids = new ArrayList<>(carried.keySet());
        var twinOids = new HashMap<Integer, Integer>();
        try (var statement =
                twin.prepareStatement(
                        "SELECT name::pg_catalog.regtype::pg_catalog.oid FROM pg_catalog.unnest(?::text[]) WITH ORDINALITY AS"
                                + " each(name, place) ORDER BY place")) {
            statement.setArray(
                    1, twin.createArrayOf("text", oids.stream().map(carried::get).toArray()));
            try (var result = statement.executeQuery()) {
                for (int oid : oids) {
                    result.next();
                    twinOids.put(oid, (int) result.getLong(1));
                }
            }
            return twinOids;
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, "looking up the twin's types", e);
        }
    }

    void translate(RowBatch batch) {
        byte[] bytes = batch.bytes();
        for (int row = 0; row < batch.rows(); row++) {
            int at = batch.rowStart(row) + 2;
            for (int i = 0; i < wanted.length; i++) {
                int length = (int) RowBatch.INT.get(bytes, at);
                at += 4;
                if (length > 0) {
                    if (wanted[i]) {
                        value(types[i], bytes, at);
                    }
                    at += length;
                }
            }
        }
    }

    private void value(ColumnType type, byte[] bytes, int at) {
        switch (type.kind()) {
            case ARRAY -> array(type.element().orElseThrow(), bytes, at);
            case COMPOSITE -> composite(type, bytes, at);
            case DOMAIN -> value(type.element().orElseThrow(), bytes, at);
            case BASE, ENUM, RANGE, MULTIRANGE -> {
                // A range of composites would need its bounds walked; such a column travels as
                // text.
            }
        }
    }

    private void array(ColumnType element, byte[] bytes, int at) {
        int dimensions = (int) RowBatch.INT.get(bytes, at);
        replace(bytes, at + 8);
        int count = dimensions == 0 ? 0 : 1;
        int position = at + 12;
        for (int i = 0; i < dimensions; i++) {
            count *= (int) RowBatch.INT.get(bytes, position);
            position += 8;
        }
        if (element.kind() == ColumnType.Kind.BASE || element.kind() == ColumnType.Kind.ENUM) {
            return;
        }
        for (int i = 0; i < count; i++) {
            int length = (int) RowBatch.INT.get(bytes, position);
            position += 4;
            if (length >= 0) {
                value(element, bytes, position);
                position += length;
            }
        }
    }

    private void composite(ColumnType type, byte[] bytes, int at) {
        int position = at + 4;
        for (ColumnType.Attribute attribute : type.attributes()) {
            replace(bytes, position);
            int length = (int) RowBatch.INT.get(bytes, position + 4);
            position += 8;
            if (length >= 0) {
                value(attribute.type(), bytes, position);
                position += length;
            }
        }
    }

    private void replace(byte[] bytes, int at) {
        Integer twinOid = twinOids.get((int) RowBatch.INT.get(bytes, at));
        if (twinOid != null) {
            RowBatch.INT.set(bytes, at, (int) twinOid);
        }
    }
}
