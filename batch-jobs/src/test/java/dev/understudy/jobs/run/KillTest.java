package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Kills the process of a run at random moments until it is through, and compares the outcome with
/// that of an undisturbed run. `-Dkills=200` for a long session; the seed is in the failure
/// message.
class KillTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    private static final int KILLS = Integer.getInteger("kills", 8);
    private static final long SEED = Long.getLong("seed", 20_260_719L);

    @TempDir Path folder;

    @Test
    void aRunThatIsKilledAgainAndAgainEndsLikeAnUndisturbedOne() throws Exception {
        Scenario shop = Scenario.of(server, folder, ShopSql.of(12_000));
        Path config = shop.config(ShopSql.RULES);
        assertThat(shop.run(Scenario.read(config)).status()).isEqualTo(RunStatus.DONE);
        long lakeRows = lakeRows();
        children()
                .killAgainAndAgain(
                        config, () -> shop.contents(shop.twinUrl()), KILLS, SEED, millisOf(config));
        assertThat(lakeRows()).as("seed %d", SEED).isEqualTo(lakeRows);
        assertThat(databases(shop)).containsExactly(shop.source.name(), shop.twinName);
    }

    private ChildRuns children() {
        return new ChildRuns(folder);
    }

    private long millisOf(Path config) throws IOException, InterruptedException {
        long began = System.nanoTime();
        assertThat(children().start(config).waitFor()).as(children().log()).isZero();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private static List<String> databases(Scenario shop) throws SQLException {
        return shop.strings(
                shop.source.url(),
                "SELECT datname FROM pg_database WHERE datname LIKE '"
                        + shop.source.name()
                        + "%' ORDER BY 1");
    }

    private long lakeRows() throws Exception {
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            RunSummary latest = understudy.runs(1).getFirst();
            return understudy
                    .show(latest.run())
                    .orElseThrow()
                    .report()
                    .orElseThrow()
                    .tables()
                    .stream()
                    .mapToLong(table -> table.lakeRows().orElse(0L))
                    .sum();
        }
    }
}
