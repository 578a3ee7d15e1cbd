package dev.understudy.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How versions of a lake replace one another, on any store.
interface LakeCatalogContract {
    ObjectStore store();

    String POINTER = "%4Eightly%20job%2F1/current.json";
    String MANIFEST_1 = "%4Eightly%20job%2F1/manifests/00000001.json";
    TableName STRANGE = new TableName("Quoted \"x\" . y", "../a/b%é");

    ColumnType INT =
            new ColumnType(
                    23,
                    "integer",
                    "int4",
                    ColumnType.Kind.BASE,
                    -1,
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    true);

    private LakeCatalog catalog() {
        return new LakeCatalog(store(), "Nightly job/1");
    }

    /// One part with the given number of rows.
    private Part part(String run, int sequence, int rows) {
        var shape = new RowShape(STRANGE, List.of(new RowColumn("id", INT, false)));
        String key = catalog().partKey("shop", STRANGE, run, 0, sequence);
        try (var writer = PartWriter.open(store(), key, shape, PartOptions.DEFAULT)) {
            var batch = new RowBatch(shape, 16);
            for (int i = 0; i < rows; i++) {
                batch.append(new byte[] {0, 1, 0, 0, 0, 4, 0, 0, 0, (byte) i}, 0, 10);
                batch.endRow();
            }
            writer.write(batch);
            return writer.finish();
        }
    }

    private static Manifest manifest(String run, List<Part> parts) {
        var shape = new RowShape(STRANGE, List.of(new RowColumn("id", INT, false)));
        return new Manifest(
                Manifest.FORMAT,
                1,
                "Nightly job/1",
                run,
                Instant.parse("2026-11-21T04:00:00Z"),
                "c0ffee",
                "key-1",
                2,
                List.of(
                        Manifest.LakeTable.of(
                                "shop", shape, PartOptions.DEFAULT, List.of("id"), parts)),
                List.of(
                        new Manifest.LakeSource(
                                "shop",
                                List.of(Instant.parse("2026-11-21T03:59:00Z")),
                                List.of("CREATE TABLE t (id int)"),
                                "from here on")));
    }

    /// The version that a run makes of another one by adding what has changed.
    private static Manifest changed(Manifest before, String run, Part upserted, Part deleted) {
        Manifest.LakeTable table = before.tables().getFirst();
        var changes =
                new Manifest.ChangeSet(
                        run,
                        before.created().plusSeconds(before.version()),
                        List.of(upserted),
                        List.of(deleted));
        return new Manifest(
                Manifest.FORMAT,
                1,
                before.job(),
                run,
                before.created(),
                before.configHash(),
                before.keyId(),
                before.epoch(),
                List.of(table.with(changes)),
                before.sources());
    }

    @Test
    default void aPublishedVersionIsReadBackAndVerified() {
        assertThat(catalog().current()).isEmpty();
        var parts = List.of(part("r1", 0, 100), part("r1", 1, 0), part("r1", 2, 7));
        Manifest published = catalog().commit(manifest("r1", parts), 0);
        assertThat(published.version()).isEqualTo(1);
        assertThat(catalog().current()).contains(published);
        assertThat(published.tables().getFirst().columns().getFirst().lakeType())
                .isEqualTo("optional int32 id");
        assertThat(catalog().verify(published))
                .isEqualTo(Map.of(new LakeCatalog.TableOfSource("shop", STRANGE), 107L));
        assertThat(published.rows()).isEqualTo(107);
    }

    @Test
    default void namesThatAreNoPathsStayInTheirPlace() {
        Part part = part("r1", 0, 1);
        assertThat(part.key())
                .startsWith("%4Eightly%20job%2F1/shop/")
                .doesNotContain("..")
                .doesNotContain("\"")
                .endsWith("/run=r1/00000-00000.parquet");
        assertThat(part.key().chars().filter(c -> c == '/')).hasSize(4);
    }

    @Test
    default void aRunPublishesOnceHoweverOftenItTries() {
        var manifest = manifest("r1", List.of(part("r1", 0, 3)));
        Manifest first = catalog().commit(manifest, 0);
        assertThat(catalog().commit(manifest, 0)).isEqualTo(first);
        assertThat(catalog().commit(manifest("r2", List.of()), 1).version()).isEqualTo(2);
        assertThatThrownBy(() -> catalog().commit(manifest("r3", List.of()), 1))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("version 2 is already published");
        assertThat(catalog().current().orElseThrow().run()).isEqualTo("r2");
    }

    @Test
    default void aRunThatDiedBetweenManifestAndPointerRollsForward() {
        catalog().commit(manifest("r1", List.of()), 0);
        // What remains of a process that was killed right after the manifest of version 2.
        catalog().commit(manifest("r2", List.of(part("r2", 0, 5))), 1);
        byte[] first =
                new String(
                                store().read(POINTER).orElseThrow().bytes(),
                                java.nio.charset.StandardCharsets.UTF_8)
                        .replace("\"version\":2", "\"version\":1")
                        .replace("r2", "r1")
                        .replace("00000002", "00000001")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        store().replaceIf(POINTER, store().read(POINTER).orElseThrow().etag(), first);
        assertThat(catalog().current().orElseThrow().run()).isEqualTo("r1");

        assertThatThrownBy(() -> catalog().commit(manifest("r3", List.of()), 1))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("run r2 wrote")
                .hasMessageContaining("abandon");
        var again = manifest("r2", List.of(part("r2", 0, 6)));
        assertThat(catalog().commit(again, 1).rows()).isEqualTo(6);
        assertThat(catalog().current().orElseThrow().rows()).isEqualTo(6);
    }

    @Test
    default void anAbandonedManifestMakesRoom() {
        store().putIfAbsent(
                        MANIFEST_1,
                        tools.jackson.databind.json.JsonMapper.builder()
                                .build()
                                .writeValueAsBytes(manifest("dead", List.of())));
        catalog().abandon("other");
        assertThatThrownBy(() -> catalog().commit(manifest("r1", List.of()), 0))
                .isInstanceOf(Failure.class);
        catalog().abandon("dead");
        assertThat(catalog().commit(manifest("r1", List.of()), 0).version()).isEqualTo(1);
    }

    @Test
    default void ofRunsThatPublishAtOnceExactlyOneWins() throws Exception {
        for (int round = 0; round < 5; round++) {
            int base = round;
            int winner =
                    ObjectStoreContract.race(number -> {
                        try {
                            catalog().commit(manifest(base + "-" + number, List.of()), base);
                            return true;
                        } catch (Failure lost) {
                            return false;
                        }
                    });
            Manifest current = catalog().current().orElseThrow();
            assertThat(current.version()).isEqualTo(base + 1);
            assertThat(current.run()).isEqualTo(base + "-" + winner);
        }
    }

    @Test
    default void anAbandonedRunLeavesNothingButWhatItHasPublished() throws Exception {
        Part published = part("r1", 0, 3);
        catalog().commit(manifest("r1", List.of(published)), 0);
        Part orphan = part("r1", 1, 1);
        Part other = part("r2", 0, 1);
        store().putIfAbsent(catalog().ledgerPrefix("r1") + "splits", new byte[1]);
        ObjectUpload unfinished = store().create(orphan.key().replace("00001", "00002"));
        byte[] much = new byte[9 << 20];
        unfinished.write(much, 0, much.length);

        catalog().abandon("r1");
        catalog().abandon("r1");

        assertThat(keys()).containsOnly(POINTER, MANIFEST_1, published.key(), other.key());
        assertThatThrownBy(unfinished::commit).isInstanceOf(Failure.class);
        catalog().abandon("r2");
        assertThat(keys()).containsOnly(POINTER, MANIFEST_1, published.key());
    }

    @Test
    default void removesOldVersionsAndNeverTheCurrentOne() {
        List<Part> all = new ArrayList<>();
        for (int version = 1; version <= 3; version++) {
            all.add(part("r" + version, 0, version));
            catalog().commit(manifest("r" + version, List.of(all.getLast())), version - 1);
        }
        Part working = part("working", 0, 1);
        List<Manifest> versions = catalog().versions();
        assertThat(versions).extracting(Manifest::version).containsExactly(3L, 2L, 1L);
        assertThat(versions.getFirst().bytes()).isEqualTo(all.getLast().bytes());

        catalog().remove(versions.subList(2, 3));
        catalog().remove(versions.subList(2, 3));

        assertThat(catalog().versions()).isEqualTo(versions.subList(0, 2));
        assertThat(keys())
                .doesNotContain(MANIFEST_1, all.getFirst().key())
                .contains(working.key(), all.get(1).key(), all.get(2).key());
        assertThat(catalog().verify(catalog().manifest(2))).isNotEmpty();
        assertThatThrownBy(() -> catalog().remove(versions.subList(0, 1)))
                .hasMessageContaining("version 3");
        assertThat(catalog().verify(catalog().current().orElseThrow())).isNotEmpty();
        catalog().sweep("working");
        assertThat(keys()).doesNotContain(working.key());
    }

    @Test
    default void theFilesOfABaseStayWithTheVersionsOfLaterRunsThatStandOnIt() {
        Part base = part("r1", 0, 10);
        Manifest first = catalog().commit(manifest("r1", List.of(base)), 0);
        Part upserted2 = part("r2", 0, 2);
        Part deleted2 = part("r2", 1, 1);
        Manifest second = catalog().commit(changed(first, "r2", upserted2, deleted2), 1);
        Part upserted3 = part("r3", 0, 3);
        Part deleted3 = part("r3", 1, 1);
        Manifest third = catalog().commit(changed(second, "r3", upserted3, deleted3), 2);
        assertThat(catalog().current()).contains(third);
        assertThat(third.sources().getFirst().position()).isEqualTo("from here on");
        assertThat(third.rows()).isEqualTo(17);
        assertThat(third.tables().getFirst().changedRows()).isEqualTo(7);
        assertThat(third.tables().getFirst().changes())
                .extracting(Manifest.ChangeSet::run)
                .containsExactly("r2", "r3");

        catalog().remove(List.of(first));
        catalog().remove(List.of(second));
        for (String run : List.of("r1", "r2", "r3")) {
            catalog().abandon(run);
            catalog().sweep(run);
        }

        assertThat(catalog().versions()).containsExactly(third);
        assertThat(catalog().verify(third)).containsValue(17L);
        Manifest reloaded = manifest("r4", List.of(part("r4", 0, 9)));
        catalog().remove(List.of(catalog().commit(reloaded, 3), third).subList(1, 2));
        assertThat(keys()).doesNotContain(base.key(), upserted2.key(), deleted3.key()).hasSize(3);
    }

    @Test
    default void aChangePartThatWasReplacedIsFound() {
        Manifest first = catalog().commit(manifest("r1", List.of(part("r1", 0, 10))), 0);
        Part deleted = part("r2", 1, 1);
        Manifest second = catalog().commit(changed(first, "r2", part("r2", 0, 2), deleted), 1);
        part("r2", 1, 4);
        assertThatThrownBy(() -> catalog().verify(second))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(deleted.key());
    }

    @Test
    default void manifestsOfBeforeThereWereChangesAreStillRead() {
        catalog().commit(manifest("r1", List.of(part("r1", 0, 3))), 0);
        ObjectStore.Tagged written = store().read(MANIFEST_1).orElseThrow();
        String old =
                new String(written.bytes(), java.nio.charset.StandardCharsets.UTF_8)
                        .replaceAll("\"format\" : \\d", "\"format\" : 2")
                        .replaceAll(",\\s*\"(key|changes)\" : \\[[^]]*]", "")
                        .replaceAll(",\\s*\"position\" : \"[^\"]*\"", "");
        assertThat(old).doesNotContain("changes").doesNotContain("position");
        store().replaceIf(
                        MANIFEST_1,
                        written.etag(),
                        old.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Manifest manifest = catalog().current().orElseThrow();
        assertThat(manifest.tables().getFirst().key()).isEmpty();
        assertThat(manifest.tables().getFirst().changes()).isEmpty();
        assertThat(manifest.sources().getFirst().position()).isNull();
        assertThat(manifest.rows()).isEqualTo(3);
    }

    private List<String> keys() {
        try (var all = store().list("")) {
            return all.map(ObjectStore.Listed::key).toList();
        }
    }

    @Test
    default void aPartThatWasCutOffOrReplacedIsFound() {
        Part whole = part("r1", 0, 10);
        Manifest published = catalog().commit(manifest("r1", List.of(whole)), 0);
        part("r1", 0, 11);
        assertThatThrownBy(() -> catalog().verify(published))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(whole.key());
        store().delete(List.of(whole.key()));
        assertThatThrownBy(() -> catalog().verify(published)).isInstanceOf(Failure.class);
    }
}
