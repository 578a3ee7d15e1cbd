package dev.understudy.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.lake.Manifest.ChangeSet;
import dev.understudy.lake.Manifest.LakeColumn;
import dev.understudy.lake.Manifest.LakeTable;
import dev.understudy.schema.TableName;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LakeViewsTest {
    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");

    private static LakeViews views(LakeTable... tables) {
        return new LakeViews(
                new Manifest(
                        Manifest.FORMAT,
                        1,
                        "job",
                        "r",
                        AT,
                        "hash",
                        "key",
                        1,
                        List.of(tables),
                        List.of()),
                key -> "/lake/" + key);
    }

    private static Part part(String name) {
        return new Part(name + ".parquet", 1, 1, "00");
    }

    private static LakeTable table(String source, List<Part> parts, ChangeSet... changes) {
        return new LakeTable(
                source,
                new TableName("shop", "or\"der"),
                List.of(
                        new LakeColumn("region", "text", "optional binary region (STRING)"),
                        new LakeColumn("id", "integer", "optional int32 id")),
                parts,
                List.of("region", "id"),
                List.of(changes));
    }

    /// The text that docs/how-to/read-the-lake.md explains.
    @Test
    void aViewShowsTheBaseWithoutChangedRowsAndTheLastChanges() {
        LakeTable table =
                table(
                        "shop",
                        List.of(part("a"), part("it's")),
                        new ChangeSet("2", AT, List.of(part("u2")), List.of()),
                        new ChangeSet(
                                "3", AT.plusSeconds(1), List.of(part("u3")), List.of(part("d3"))));
        assertThat(views(table).of(table))
                .isEqualTo(
                        """
                        CREATE SCHEMA IF NOT EXISTS "shop";
                        CREATE OR REPLACE VIEW "shop"."or""der" AS
                        WITH changes AS (
                          SELECT * FROM read_parquet([
                          '/lake/u2.parquet',
                          '/lake/u3.parquet',
                          '/lake/d3.parquet'], hive_partitioning = false)
                          QUALIFY row_number() OVER (PARTITION BY "region", "id" ORDER BY _at DESC, _op DESC) = 1
                        )
                        SELECT * FROM read_parquet([
                          '/lake/a.parquet',
                          '/lake/it''s.parquet'], hive_partitioning = false) ANTI JOIN changes USING ("region", "id")
                        UNION ALL
                        SELECT * EXCLUDE (_op, _run, _at) FROM changes WHERE _op = 'u';
                        """);
    }

    @Test
    void severalSourcesHaveSchemasOfTheirOwn() {
        LakeTable crm = table("crm", List.of(part("a")));
        assertThat(views(crm, table("shop", List.of())).of(crm))
                .isEqualTo(
                        """
                        CREATE SCHEMA IF NOT EXISTS "crm:shop";
                        CREATE OR REPLACE VIEW "crm:shop"."or""der" AS
                        SELECT * FROM read_parquet([
                          '/lake/a.parquet'], hive_partitioning = false);
                        """);
    }

    @Test
    void aTableWithoutFilesHasItsColumnsWhateverTheirNamesAre() throws Exception {
        var table =
                new LakeTable(
                        "s",
                        new TableName("public", "t"),
                        List.of(
                                new LakeColumn("int64", "i", "optional int64 int64"),
                                new LakeColumn(
                                        "a;b  {c}",
                                        "s",
                                        "optional int32 a;b {c} (INTEGER(16,true))"),
                                new LakeColumn(
                                        "at", "t", "optional int64 at (TIMESTAMP(MICROS,true))"),
                                new LakeColumn(
                                        "x y",
                                        "p",
                                        "optional group x y { optional binary name (STRING); optional group scores (LIST)"
                                                + " { repeated group list { optional int32 element; } } }"),
                                new LakeColumn(
                                        "odd", "o", "optional group odd { optional int32 a b; }")),
                        List.of(),
                        List.of(),
                        List.of());
        try (var duck = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duck.createStatement()) {
            statement.execute(views(table).of(table));
            try (var rows =
                    statement.executeQuery(
                            "SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE public.t)")) {
                rows.next();
                assertThat(rows.getString(1))
                        .isEqualTo(
                                "int64 BIGINT, a;b  {c} SMALLINT, at TIMESTAMP WITH TIME ZONE,"
                                        + " x y STRUCT(\"name\" VARCHAR, scores INTEGER[]), odd VARCHAR");
            }
        }
    }
}
