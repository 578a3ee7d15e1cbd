package dev.understudy.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.lake.Manifest.ChangeSet;
import dev.understudy.lake.Manifest.LakeTable;
import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exports have the rows that a table has after all changes, from any store.
interface LakeExportContract {
    ObjectStore store();

    RowShape ORDERS =
            new RowShape(
                    new TableName("shop", "orders"),
                    List.of(
                            new RowColumn("region", type("text"), false),
                            new RowColumn("id", type("int8"), false),
                            new RowColumn("note", type("text"), false)));
    Instant AT = Instant.parse("2026-11-21T12:00:00Z");

    /// A row's key.
    record Id(String region, long number) implements Comparable<Id> {
        @Override
        public int compareTo(Id other) {
            int byRegion = region.compareTo(other.region);
            return byRegion != 0 ? byRegion : Long.compare(number, other.number);
        }

        @Override
        public String toString() {
            return region + number;
        }
    }

    private static ColumnType type(String name) {
        return new ColumnType(
                0,
                name,
                name,
                ColumnType.Kind.BASE,
                -1,
                List.of(),
                Optional.empty(),
                List.of(),
                true);
    }

    /// @param rows note by key
    private List<Part> parts(String run, Map<Id, String> rows, Optional<Change> change) {
        var parts = new ArrayList<Part>();
        var options = PartOptions.DEFAULT.withRowGroupBytes(1 << 16);
        options = change.map(options::withChange).orElse(options);
        var left = new ArrayList<>(rows.entrySet());
        while (!left.isEmpty()) {
            var some = left.subList(0, Math.min(left.size(), 3_000));
            String key =
                    "shop/" + run + "-" + change.map(each -> each.op().letter()) + parts.size();
            try (var writer = PartWriter.open(store(), key, ORDERS, options)) {
                var batch = new RowBatch(ORDERS, 1024);
                some.forEach(each -> row(batch, each.getKey(), each.getValue()));
                writer.write(batch);
                parts.add(writer.finish());
            }
            some.clear();
        }
        return parts;
    }

    private static void row(RowBatch batch, Id id, String note) {
        batch.append(new byte[] {0, 3}, 0, 2);
        text(batch, id.region());
        byte[] number = new byte[12];
        RowBatch.INT.set(number, 0, 8);
        dev.understudy.rows.ValueReader.LONG.set(number, 4, id.number());
        batch.append(number, 0, 12);
        text(batch, note);
        batch.endRow();
    }

    private static void text(RowBatch batch, String text) {
        byte[] value = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        byte[] length = new byte[4];
        RowBatch.INT.set(length, 0, text == null ? -1 : value.length);
        batch.append(length, 0, 4);
        batch.append(value, 0, value.length);
    }

    private static Manifest manifest(LakeTable table) {
        return new Manifest(
                Manifest.FORMAT,
                1,
                "job",
                "r9",
                AT,
                "c0ffee",
                "key",
                1,
                List.of(table),
                List.of(new Manifest.LakeSource("shop", List.of(AT), List.of(), null)));
    }

    private static LakeTable table(List<Part> base) {
        return LakeTable.of("shop", ORDERS, PartOptions.DEFAULT, List.of("id", "region"), base);
    }

    private LakeExport.Exported export(LakeTable table, Path target) {
        try (var export = LakeExport.begin(store(), manifest(table), target)) {
            var seen = new ArrayList<Object>();
            LakeExport.Exported exported =
                    export.write(
                            table,
                            new LakeExport.Watcher() {
                                @Override
                                public void writing(LakeTable of, int part, int parts) {
                                    assertThat(of).isEqualTo(table);
                                    assertThat(part).isEqualTo(seen.size() + 1);
                                    seen.add(parts);
                                }

                                @Override
                                public void done(LakeExport.Exported of) {
                                    assertThat(seen).allMatch(each -> each.equals(seen.size()));
                                    seen.add(of);
                                }
                            });
            assertThat(seen.getLast()).isEqualTo(exported);
            assertThat(target.resolve("shop.orders")).doesNotExist();
            export.publish();
            return exported;
        }
    }

    private static List<String> exported(Path target) throws SQLException {
        var rows = new ArrayList<String>();
        try (var duck = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duck.createStatement();
                var result =
                        statement.executeQuery(
                                "SELECT region || id || ' ' || coalesce(note, 'null') FROM '"
                                        + target
                                        + "/shop.orders/*.parquet' ORDER BY region, id")) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    private static Map<Id, String> some(Random random, int count, String note) {
        var rows = new TreeMap<Id, String>();
        for (int i = 0; i < count; i++) {
            rows.put(
                    new Id(List.of("a", "b", "é").get(random.nextInt(3)), random.nextInt(4_000)),
                    random.nextInt(10) == 0 ? null : note + random.nextInt());
        }
        return rows;
    }

    @Test
    default void anExportHasWhatIsLeftAfterAnyChangesInTheirOrder(@TempDir Path folder)
            throws Exception {
        for (int seed = 1; seed <= 4; seed++) {
            var random = new Random(seed);
            Map<Id, String> model = some(random, 8_000, "base ");
            LakeTable table = table(parts("r" + seed + "-0", model, Optional.empty()));
            int sets = random.nextInt(6);
            for (int set = 1; set <= sets; set++) {
                String run = "r" + seed + "-" + set;
                Instant at = AT.plusSeconds(set);
                Map<Id, String> changed = some(random, random.nextInt(1_000), "set " + set + " ");
                Map<Id, String> gone = some(random, random.nextInt(500), null);
                gone.replaceAll((_, _) -> null);
                gone.keySet().removeAll(changed.keySet());
                model.putAll(changed);
                model.keySet().removeAll(gone.keySet());
                table =
                        table.with(
                                new ChangeSet(
                                        run,
                                        at,
                                        parts(
                                                run,
                                                changed,
                                                Optional.of(new Change(Change.Op.UPSERT, run, at))),
                                        parts(
                                                run,
                                                gone,
                                                Optional.of(
                                                        new Change(Change.Op.DELETE, run, at)))));
            }
            Path target = folder.resolve("of " + seed);

            LakeExport.Exported exported = export(table, target);

            assertThat(exported(target))
                    .as("seed %d", seed)
                    .isEqualTo(
                            model.entrySet().stream()
                                    .map(each -> each.getKey() + " " + each.getValue())
                                    .toList());
            assertThat(exported.rows()).isEqualTo(model.size());
            assertThat(names(target)).containsExactly("shop.orders");
            assertThat(names(target.resolve("shop.orders"))).hasSize(exported.files());
            assertThat(names(folder)).noneMatch(each -> each.startsWith("."));
        }
    }

    private static Collection<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }

    @Test
    default void filesThatNoChangeConcernsAreCopiedAsTheyAre(@TempDir Path folder)
            throws Exception {
        var base = new TreeMap<Id, String>();
        for (int i = 0; i < 9_000; i++) {
            base.put(new Id("a", i), "note " + i);
        }
        LakeTable table = table(parts("r1", base, Optional.empty()));
        var gone = new Change(Change.Op.DELETE, "r2", AT);
        var deleted = new TreeMap<Id, String>();
        deleted.put(new Id("a", 4_000), null);
        table =
                table.with(
                        new ChangeSet(
                                "r2", AT, List.of(), parts("r2", deleted, Optional.of(gone))));

        LakeExport.Exported exported = export(table, folder.resolve("out"));

        assertThat(exported.rows()).isEqualTo(8_999);
        Path written = folder.resolve("out/shop.orders");
        List<byte[]> files = new ArrayList<>();
        for (Part part : table.parts()) {
            files.add(store().readRange(part.key(), 0, (int) part.bytes()));
        }
        assertThat(Files.readAllBytes(written.resolve("00000.parquet"))).isEqualTo(files.get(0));
        assertThat(Files.readAllBytes(written.resolve("00001.parquet"))).isNotEqualTo(files.get(1));
        assertThat(Files.readAllBytes(written.resolve("00002.parquet"))).isEqualTo(files.get(2));
    }

    @Test
    default void aTableWithoutRowsIsAFileWithItsColumns(@TempDir Path folder) throws Exception {
        assertThat(export(table(List.of()), folder.resolve("out")).rows()).isZero();
        assertThat(exported(folder.resolve("out"))).isEmpty();
    }

    @Test
    default void nothingIsExportedOfAFileThatIsNotWhatTheManifestSays(@TempDir Path folder)
            throws Exception {
        var rows = new TreeMap<Id, String>();
        rows.put(new Id("a", 1), "one");
        LakeTable table = table(parts("r1", rows, Optional.empty()));
        Part part = table.parts().getFirst();
        byte[] bytes = store().readRange(part.key(), 0, (int) part.bytes());
        bytes[20]++;
        try (ObjectUpload upload = store().create(part.key())) {
            upload.write(bytes, 0, bytes.length);
            upload.commit();
        }
        Path target = folder.resolve("out");
        assertThatThrownBy(() -> export(table, target))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("checksum");
        assertThat(names(folder)).isEmpty();
        var change = new Change(Change.Op.DELETE, "r2", AT);
        LakeTable changed =
                table.with(
                        new ChangeSet("r2", AT, List.of(), parts("r2", rows, Optional.of(change))));
        assertThatThrownBy(() -> export(changed, target)).isInstanceOf(Failure.class);
        assertThat(names(folder)).isEmpty();
    }

    @Test
    default void afterAKillTheNextExportRemovesWhatIsLeft(@TempDir Path folder) throws Exception {
        var rows = new TreeMap<Id, String>();
        rows.put(new Id("a", 1), "one");
        LakeTable table = table(parts("r1", rows, Optional.empty()));
        Path target = folder.resolve("out");
        Files.createDirectories(target);
        Path left = Files.createDirectories(folder.resolve(".out.exporting/shop.orders"));
        Files.writeString(left.resolve("00007.parquet"), "half a file");

        assertThat(export(table, target).rows()).isEqualTo(1);

        assertThat(names(folder)).containsExactly("out");
        assertThat(exported(target)).containsExactly("a1 one");
    }

    @Test
    default void aFolderThatIsNotEmptyOrIsBeingWrittenIsRefused(@TempDir Path folder)
            throws Exception {
        Path target = folder.resolve("out");
        Manifest manifest = manifest(table(List.of()));
        try (var first = LakeExport.begin(store(), manifest, target)) {
            assertThatThrownBy(() -> LakeExport.begin(store(), manifest, target))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("another process");
            first.publish();
        }
        assertThat(target).isEmptyDirectory();
        Path file = Files.writeString(target.resolve("mine.txt"), "mine");
        for (Path full : List.of(target, file)) {
            assertThatThrownBy(() -> LakeExport.begin(store(), manifest, full))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("name a folder that is not there yet");
        }
        assertThat(file).hasContent("mine");
    }
}
