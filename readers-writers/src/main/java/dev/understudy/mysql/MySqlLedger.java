package dev.understudy.mysql;

import dev.understudy.twin.LedgerSql;
import java.util.List;
import java.util.stream.Stream;

/// A run's progress in MySQL's tables. Repeated reads see what others have committed only if they
/// lock.
final class MySqlLedger {
    private MySqlLedger() {}

    /// Tables in the session's default database.
    static LedgerSql here() {
        return in("", List.of());
    }

    /// Tables in another database, which is created with them.
    static LedgerSql of(String schema) {
        String name = MySqlName.quote(schema);
        return in(
                name + ".",
                List.of("CREATE DATABASE IF NOT EXISTS " + name + " CHARACTER SET utf8mb4"));
    }

    private static LedgerSql in(String place, List<String> first) {
        String run = place + MySqlTwin.LEDGER + "_run";
        String checkpoint = place + MySqlTwin.LEDGER + "_checkpoint";
        String statement = place + MySqlTwin.LEDGER + "_statement";
        List<String> create =
                List.of(
                        "CREATE TABLE IF NOT EXISTS "
                                + run
                                + " (run bigint PRIMARY KEY, fence bigint NOT NULL, snapshots int NOT NULL DEFAULT 0, outline longblob) ENGINE=InnoDB",
                        "CREATE TABLE IF NOT EXISTS "
                                + checkpoint
                                + """
                                 (split int, piece int, last_key longblob, `rows` bigint NOT NULL, bytes bigint NOT NULL,
                                kept_checksum bigint NOT NULL, sent_checksum bigint NOT NULL, unfit bigint NOT NULL,
                                parts longtext NOT NULL, snapshot int NOT NULL, millis bigint NOT NULL, done boolean NOT NULL,
                                PRIMARY KEY (split, piece)) ENGINE=InnoDB CHARACTER SET utf8mb4
                                """,
                        "CREATE TABLE IF NOT EXISTS "
                                + statement
                                + " (number bigint AUTO_INCREMENT PRIMARY KEY, id longtext NOT NULL) ENGINE=InnoDB CHARACTER SET utf8mb4");
        return new LedgerSql(
                Stream.concat(first.stream(), create.stream()).toList(),
                run,
                checkpoint,
                statement,
                "INSERT INTO "
                        + checkpoint
                        + " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM "
                        + run
                        + """
                         WHERE run = ? AND fence = ? LOCK IN SHARE MODE
                        ON DUPLICATE KEY UPDATE last_key = VALUES(last_key), `rows` = VALUES(`rows`), bytes = VALUES(bytes),
                            kept_checksum = VALUES(kept_checksum), sent_checksum = VALUES(sent_checksum),
                            unfit = VALUES(unfit), parts = VALUES(parts), snapshot = VALUES(snapshot),
                            millis = VALUES(millis), done = VALUES(done)
                        """,
                "INSERT INTO "
                        + formatted(statement)
                        + " (id) SELECT done.id FROM (%s) AS done, "
                        + formatted(run)
                        + " AS r WHERE r.run = ? AND r.fence = ? LOCK IN SHARE MODE",
                "SELECT 1 FROM " + run + " WHERE run = ? AND fence = ? LOCK IN SHARE MODE",
                List.of(),
                List.of("DROP TABLE IF EXISTS " + run + ", " + checkpoint + ", " + statement));
    }

    private static String formatted(String table) {
        return table.replace("%", "%%");
    }
}
