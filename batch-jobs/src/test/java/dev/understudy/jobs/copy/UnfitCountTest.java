package dev.understudy.jobs.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnfitCountTest {
    @Test
    void countsOfPiecesAddUpAndTheMostFrequentShapesAreTold() {
        Stream<UnfitCount> many =
                IntStream.rangeClosed(1, 10)
                        .mapToObj(i -> new UnfitCount("email", "a".repeat(i), i));
        Stream<UnfitCount> more =
                Stream.of(
                        new UnfitCount("email", "a", 100),
                        new UnfitCount("email", "other", 5),
                        new UnfitCount("phone", "9", 1));
        List<UnfitCount> together = UnfitCount.together(Stream.concat(many, more));
        assertThat(together)
                .hasSize(10)
                .startsWith(new UnfitCount("email", "a", 101))
                .contains(new UnfitCount("email", "other", 5 + 2 + 3))
                .endsWith(new UnfitCount("phone", "9", 1));
        assertThat(UnfitCount.together(together.stream())).isEqualTo(together);
    }

    @Test
    void aCheckpointKeepsThem() {
        var counts = List.of(new UnfitCount("email", "AAA/9", 3));
        var parts = List.of(new Checkpoint.LakePart("key", 1, 2, "sum"));
        var checkpoint = new Checkpoint(Optional.empty(), 1, 2, 3, 3, 3, counts, parts, 1, 5, true);
        LedgerJson.Lists lists = LedgerJson.lists(LedgerJson.lists(checkpoint));
        assertThat(lists.unfitCounts()).isEqualTo(counts);
        assertThat(lists.parts()).isEqualTo(parts);
    }
}
