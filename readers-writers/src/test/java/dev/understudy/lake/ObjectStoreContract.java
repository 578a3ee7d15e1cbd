package dev.understudy.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.rows.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// What a directory and a bucket promise alike.
interface ObjectStoreContract {
    ObjectStore store();

    @Test
    default void aLargeObjectComesBackAsWritten() {
        byte[] content = new byte[(20 << 20) + 17];
        new Random(1).nextBytes(content);
        try (ObjectUpload upload = store().create("a/large")) {
            for (int at = 0; at < content.length; at += 1_000_003) {
                upload.write(content, at, Math.min(1_000_003, content.length - at));
            }
            assertThat(store().size("a/large")).isEmpty();
            upload.commit();
        }
        assertThat(store().size("a/large")).hasValue(content.length);
        assertThat(store().read("a/large").orElseThrow().bytes()).isEqualTo(content);
        var tail = store().readTail("a/large", 1000);
        assertThat(tail.objectSize()).isEqualTo(content.length);
        assertThat(tail.bytes())
                .isEqualTo(Arrays.copyOfRange(content, content.length - 1000, content.length));
        assertThat(store().readRange("a/large", 9_000_000, 10))
                .isEqualTo(Arrays.copyOfRange(content, 9_000_000, 9_000_010));
    }

    @Test
    default void theTailOfASmallObjectIsAllOfIt() {
        write("small", "12345");
        var tail = store().readTail("small", 1000);
        assertThat(tail.bytes()).asString(UTF_8).isEqualTo("12345");
        assertThat(tail.objectSize()).isEqualTo(5);
    }

    @Test
    default void anObjectThatIsGivenUpLeavesNothing() {
        byte[] block = new byte[9 << 20];
        try (ObjectUpload upload = store().create("gone/part")) {
            upload.write(block, 0, block.length);
            upload.write(block, 0, block.length);
        }
        assertThat(store().size("gone/part")).isEmpty();
        assertThat(keys("")).isEmpty();
    }

    @Test
    default void aNewObjectTakesTheOldOnesPlace() {
        write("twice", "first");
        write("twice", "second");
        assertThat(text("twice")).isEqualTo("second");
    }

    @Test
    default void anAbsentObjectIsAbsentAndItsTailAnError() {
        assertThat(store().read("no/such")).isEmpty();
        assertThat(store().size("no/such")).isEmpty();
        store().delete(List.of("no/such"));
        assertThatThrownBy(() -> store().readTail("no/such", 10))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no/such");
    }

    @Test
    default void listsAndDeletesByPrefix() {
        for (String key : List.of("x/a", "x/b/c", "x-y", "z/run=1/00000-00000.parquet")) {
            write(key, key);
        }
        assertThat(keys("x/")).containsExactlyInAnyOrder("x/a", "x/b/c");
        assertThat(keys("")).hasSize(4);
        assertThat(keys("none/at/all")).isEmpty();
        store().delete(List.of("x/a", "x/b/c"));
        assertThat(keys("")).containsExactlyInAnyOrder("x-y", "z/run=1/00000-00000.parquet");
    }

    @Test
    default void deletesMoreThanOneRequestHolds() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            keys.add("many/" + i);
        }
        write(keys.getFirst(), "in the first request");
        write(keys.getLast(), "in the last");
        store().delete(keys);
        assertThat(keys("")).isEmpty();
    }

    @Test
    default void createsOnce() {
        assertThat(store().putIfAbsent("once", bytes("1"))).isTrue();
        assertThat(store().putIfAbsent("once", bytes("2"))).isFalse();
        assertThat(text("once")).isEqualTo("1");
    }

    @Test
    default void replacesOnlyWhatItHasSeen() {
        assertThat(store().replaceIf("swap", "\"0\"", bytes("x"))).isFalse();
        store().putIfAbsent("swap", bytes("1"));
        String seen = store().read("swap").orElseThrow().etag();
        // False can also mean that the answer to a first try was lost: the object itself tells.
        boolean replaced = store().replaceIf("swap", seen, bytes("2"));
        assertThat(replaced || text("swap").equals("2")).isTrue();
        assertThat(store().replaceIf("swap", seen, bytes("3"))).isFalse();
        assertThat(text("swap")).isEqualTo("2");
    }

    @Test
    default void ofManyWhoCreateAtOnceExactlyOneWins() throws Exception {
        for (int round = 0; round < 10; round++) {
            String key = "race/create-" + round;
            int winner = race(number -> store().putIfAbsent(key, bytes("by " + number)));
            assertThat(text(key)).isEqualTo("by " + winner);
        }
    }

    @Test
    default void ofManyWhoReplaceAtOnceExactlyOneWins() throws Exception {
        store().putIfAbsent("race/replace", bytes("start"));
        for (int round = 0; round < 10; round++) {
            String seen = store().read("race/replace").orElseThrow().etag();
            String content = "round " + round + " by ";
            int winner =
                    race(number ->
                            store().replaceIf("race/replace", seen, bytes(content + number)));
            assertThat(text("race/replace")).isEqualTo(content + winner);
        }
    }

    /// Something that one of several threads is to win.
    interface Attempt {
        boolean wins(int number) throws Exception;
    }

    /// The number of the only winner.
    static int race(Attempt attempt) throws Exception {
        int threads = 4;
        var barrier = new CyclicBarrier(threads);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                tasks.add(() -> {
                    barrier.await();
                    return attempt.wins(number);
                });
            }
            List<Integer> winners = new ArrayList<>();
            var results = pool.invokeAll(tasks);
            for (int i = 0; i < threads; i++) {
                if (results.get(i).get()) {
                    winners.add(i);
                }
            }
            assertThat(winners).hasSize(1);
            return winners.getFirst();
        }
    }

    private void write(String key, String text) {
        try (ObjectUpload upload = store().create(key)) {
            byte[] bytes = bytes(text);
            upload.write(bytes, 0, bytes.length);
            upload.commit();
        }
    }

    private String text(String key) {
        return new String(store().read(key).orElseThrow().bytes(), UTF_8);
    }

    private List<String> keys(String prefix) {
        try (var all = store().list(prefix)) {
            return all.map(ObjectStore.Listed::key).toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
