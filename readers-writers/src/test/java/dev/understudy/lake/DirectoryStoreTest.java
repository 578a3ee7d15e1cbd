package dev.understudy.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.rows.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest implements ObjectStoreContract, LakeCatalogContract, LakeExportContract {
    @TempDir Path folder;
    private ObjectStore store;

    @BeforeEach
    void open() {
        store = ObjectStore.open(StoreLocation.of(folder.resolve("lake").toString()));
    }

    @Override
    public ObjectStore store() {
        return store;
    }

    @Test
    void keysThatLeadOutOfTheDirectoryAreRefused() {
        assertThatThrownBy(() -> store.create("../outside")).isInstanceOf(Failure.class);
        assertThatThrownBy(() -> store.read("a/../..")).isInstanceOf(Failure.class);
        assertThatThrownBy(() -> store.putIfAbsent("", new byte[1])).isInstanceOf(Failure.class);
    }

    @Test
    void whatAKilledWriterLeftIsNeitherListedNorInTheWay() throws Exception {
        var upload = store.create("part");
        upload.write(new byte[10], 0, 10);
        try (var listed = store.list("")) {
            assertThat(listed).isEmpty();
        }
        assertThat(store.putIfAbsent("part", new byte[1])).isTrue();
        upload.close();
        try (var files = Files.list(folder.resolve("lake"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("part", ".understudy-lock");
        }
    }
}
