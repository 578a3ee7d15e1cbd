package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.lake.S3Server;
import dev.understudy.launcher.Installation.Ended;
import dev.understudy.postgres.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Runs that fail behind their plan: with the exit code of the side at fault, without a value of a
/// row in anything that they say or keep, and with the old twin and lake as they were.
class FailingRunTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();
    @RegisterExtension static final S3Server s3 = S3Server.shared();

    private static final String CANARY = "canary";

    @TempDir Path folder;
    private Installation shop;

    @AfterEach
    void nothingSaysAValueAndNothingIsLeft() throws Exception {
        String kept = shop.execute("show", "2", "--steps", "--json").out();
        assertThat(kept).contains("\"run\"").doesNotContain(CANARY);
        for (Path each : List.of(shop.home().resolve("reports"))) {
            try (var files = Files.list(each)) {
                for (Path file : files.toList()) {
                    assertThat(Files.readString(file)).doesNotContain(CANARY);
                }
            }
        }
        for (String each : shop.siblings()) {
            shop.source.execute("DROP DATABASE \"" + each + "\" WITH (FORCE)");
        }
    }

    private Map<String, String> publishFirst(String sql, String config) throws Exception {
        shop = Installation.of(server, folder, sql);
        Ended first = shop.execute("run", shop.write(shop.config(config)).toString());
        assertThat(first.code()).as(first.said()).isZero();
        return shop.everything();
    }

    private Ended fails(int code, Path file, String... said) {
        Ended ended = shop.execute("run", file.toString());
        assertThat(ended.code()).as(ended.said()).isEqualTo(code);
        assertThat(ended.said()).contains(said).doesNotContain(CANARY, "opensesame");
        return ended;
    }

    @Test
    void aMaskedRowThatBreaksACheckOverTwoColumns() throws Exception {
        var before =
                publishFirst(
                        "CREATE TABLE person (id int PRIMARY KEY, name text, shown text);"
                                + "INSERT INTO person VALUES (1, 'canary', 'canary')",
                        "columns: { id: keep, name: first-name, shown: last-name }\n");
        // No row that somebody makes up passes it, so nothing tells before the run.
        shop.source.execute(
                "ALTER TABLE person ADD CONSTRAINT same CHECK (md5(name || shown) = 'f8f43e8374fe1c695fbe20fcdd3c704a')");
        var changed = shop.contents(shop.source.url());

        fails(
                4,
                shop.folder.resolve("job.yaml"),
                "twin or lake: ",
                "constraint same",
                "change the rule of a column");

        assertThat(shop.everything()).isEqualTo(before);
        assertThat(shop.contents(shop.source.url())).isEqualTo(changed);
    }

    @Test
    void aValueThatTheLakeCannotHold() throws Exception {
        var config = "columns: { id: keep, pad: \"null\", price: keep }\n";
        publishFirst(
                "CREATE TABLE item (id int PRIMARY KEY, pad text, price numeric(8, 2));"
                        + "ALTER TABLE item ALTER pad SET STORAGE PLAIN;",
                config);
        // Larger than what is looked through beforehand.
        shop.source.execute(
                "INSERT INTO item SELECT n, repeat('canary', 1200), n FROM generate_series(1, 9000) n;"
                        + "UPDATE item SET price = 'NaN' WHERE id = 8000; ANALYZE item");
        var before = shop.everything();

        fails(4, shop.folder.resolve("job.yaml"), "public.item", "price");

        assertThat(shop.everything()).isEqualTo(before);
    }

    @Test
    void aValueThatDoesNotFitWhereTheRuleSaysStop() throws Exception {
        var config = "columns: { id: keep, email: { mask: email, on-mismatch: stop } }\n";
        publishFirst(
                "CREATE TABLE person (id int PRIMARY KEY, email text);"
                        + "INSERT INTO person SELECT n, 'canary' || n || '@acme.test' FROM generate_series(1, 9000) n",
                config);
        shop.source.execute("UPDATE person SET email = 'Canary 12' WHERE id IN (4711, 4712)");
        var before = shop.everything();
        Path file = shop.folder.resolve("job.yaml");

        fails(
                3,
                file,
                "source: ",
                "public.person.email: 2 values so far do not fit the rule email, the first of the shape Aaaaaa 99, and on-mismatch is stop",
                "on-mismatch: pseudonym");

        assertThat(shop.execute("plan", file.toString()).out())
                .contains("run 2 did not end: understudy run goes on with it");
        assertThat(shop.everything()).isEqualTo(before);
        assertNothingHolds("anary", shop.home(), shop.lake());

        shop.source.execute("UPDATE person SET email = NULL WHERE email NOT LIKE '%@%'");
        Ended restarted = shop.execute("restart", "2");
        assertThat(restarted.code()).as(restarted.said()).isZero();
        shop.source.execute("UPDATE person SET email = 'Canary 12' WHERE email IS NULL");
        shop.write(Files.readString(file).replace("stop", "pseudonym") + "on-mismatch: stop\n");
        Ended counted = shop.execute("run", file.toString());
        assertThat(counted.code()).as(counted.said()).isZero();
        assertThat(counted.out())
                .contains("2 values did not fit the rule")
                .contains("public.person.email: shapes of values that did not fit: Aaaaaa 99 (2)");
        assertThat(shop.execute("show", "3", "--json").out().replaceAll("\\s", ""))
                .contains("{\"column\":\"email\",\"shape\":\"Aaaaaa99\",\"values\":2}");
        assertThat(shop.strings(shop.twinUrl(), "SELECT email FROM person WHERE id = 4711"))
                .allSatisfy(each -> assertThat(each).matches("[A-Z][a-z]{5} [0-9]{2}"))
                .doesNotContain("Canary 12");
        assertNothingHolds("anary", shop.home(), shop.lake());
    }

    /// What a value must not be in, as it is.
    private static void assertNothingHolds(String value, Path... folders) throws Exception {
        for (Path folder : folders) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .as(file.toString())
                            .doesNotContain(value);
                }
            }
        }
    }

    @Test
    void aLakeWhoseServerRefusesTheKeyOrHasNoSuchBucket() throws Exception {
        var before =
                publishFirst(
                        "CREATE TABLE person (id int PRIMARY KEY, name text);"
                                + "INSERT INTO person VALUES (1, 'canary')",
                        "columns: { id: keep, name: first-name }\n");
        String good = Files.readString(shop.folder.resolve("job.yaml"));
        String bucket = s3.newBucket().toString().replaceFirst(" at .*", "");
        String lake =
                "lake: { uri: \"%s\", endpoint: \"%s\", region: eu-central-1, access-key: %s, secret-key: \"${file:key}\", path-style: true }";
        String file = "lake: { uri: \"%s\" }".formatted(shop.lake());

        Files.writeString(folder.resolve("key"), "not-the-key-of-the-lake");
        fails(
                4,
                shop.write(
                        good.replace(
                                file, lake.formatted(bucket, s3.endpoint(), S3Server.ACCESS_KEY))),
                "nothing was read",
                "SignatureDoesNotMatch",
                s3.endpoint());
        Files.writeString(folder.resolve("key"), S3Server.SECRET_KEY);
        fails(
                4,
                shop.write(
                        good.replace(
                                file,
                                lake.formatted(
                                        "s3://nosuch/lake", s3.endpoint(), S3Server.ACCESS_KEY))),
                "NoSuchBucket",
                "run 2 did not end, and what it left there must be removed first");
        assertThat(shop.siblings()).isEmpty();
        assertThat(shop.everything()).isEqualTo(before);

        Ended done =
                shop.execute(
                        "run",
                        shop.write(
                                        good.replace(
                                                file,
                                                lake.formatted(
                                                        bucket,
                                                        s3.endpoint(),
                                                        S3Server.ACCESS_KEY)))
                                .toString());
        assertThat(done.code()).as(done.said()).isZero();
        assertThat(shop.siblings()).isEmpty();
    }

    @Test
    void sessionsOnTheTwinAreClosedButThoseOfASuperuserStayAndTheSwapWaitsForARestart()
            throws Exception {
        var before =
                publishFirst(
                        "CREATE TABLE person (id int PRIMARY KEY, name text);"
                                + "INSERT INTO person VALUES (1, 'canary')",
                        "columns: { id: keep, name: first-name }\n");
        Path file = shop.folder.resolve("job.yaml");
        try (Connection developer =
                DriverManager.getConnection(shop.twinUrl(), Installation.LOADER, "opensesame")) {
            Ended second = shop.execute("run", file.toString());
            assertThat(second.code()).as(second.said()).isZero();
            assertThat(developer.isValid(5)).isFalse();
        }
        var second = shop.everything();
        assertThat(second).isNotEqualTo(before);
        try (Connection superuser = shop.connect(shop.twinUrl())) {
            fails(
                    4,
                    file,
                    "is in use by postgres, whose sessions understudy_loader may not end",
                    "understudy restart 3");
            assertThat(superuser.isValid(5)).isTrue();
            assertThat(shop.everything()).isEqualTo(second);
        }
        Ended restarted = shop.execute("restart", "3");
        assertThat(restarted.code()).as(restarted.said()).isZero();
        assertThat(shop.siblings()).isEmpty();
    }

    @Test
    void rowsThatVanishInTheTwinAreAMismatchAndNothingIsPublished() throws Exception {
        var before =
                publishFirst(
                        "CREATE TABLE person (id int PRIMARY KEY, name text);"
                                + "INSERT INTO person SELECT n, 'canary' || n FROM generate_series(1, 20000) n",
                        "columns: { id: keep, name: hash }\n");
        Path file = shop.folder.resolve("job.yaml");
        Ended ended;
        try (var way = new CutProxy(server.port())) {
            String direct = shop.twinUrl();
            String throughIt = direct.replace(":" + server.port(), ":" + way.port());
            Files.writeString(file, Files.readString(file).replace(direct, throughIt));
            way.holdAfter(500_000);
            CompletableFuture<Ended> run =
                    CompletableFuture.supplyAsync(() -> shop.execute("run", file.toString()));
            try (Connection sibling = connectToSibling("person", run)) {
                // Rows may be added beside this lock, but no index may be built.
                sibling.setAutoCommit(false);
                try (var statement = sibling.createStatement()) {
                    statement.execute("LOCK TABLE person IN ROW EXCLUSIVE MODE");
                    way.release();
                    while (!Installation.strings(sibling, "SELECT count(*) FROM person")
                            .equals(List.of("20000"))) {
                        assertThat(run).isNotDone();
                        Thread.onSpinWait();
                    }
                    statement.execute("DELETE FROM person WHERE id = 7");
                }
                commandsOnARunningRunAreRefused();
                sibling.commit();
            }
            ended = run.get(1, TimeUnit.MINUTES);
        }
        assertThat(ended.code()).as(ended.said()).isEqualTo(5);
        assertThat(ended.said())
                .contains(
                        "mismatch: ",
                        "public.person: 20000 rows read, but 19999 in the twin;",
                        "nothing is published")
                .doesNotContain(CANARY);
        assertThat(shop.everything()).isEqualTo(before);
    }

    private void commandsOnARunningRunAreRefused() {
        for (String[] each :
                List.of(
                        new String[] {"restart", "2"},
                        new String[] {"run", shop.folder.resolve("job.yaml").toString()},
                        new String[] {
                            "run", shop.folder.resolve("job.yaml").toString(), "--fresh"
                        })) {
            Ended ended = shop.execute(each);
            assertThat(ended.code()).as(ended.said()).isEqualTo(2);
            assertThat(ended.err()).contains("run 2", "stop it first with: understudy stop 2");
        }
    }

    private Connection connectToSibling(String table, CompletableFuture<Ended> run)
            throws SQLException {
        while (true) {
            assertThat(run.isDone() ? run.join().said() : "").isEmpty();
            for (String name : shop.siblings()) {
                Connection sibling = shop.connect(shop.url(name));
                if (!Installation.strings(sibling, "SELECT to_regclass('" + table + "')")
                        .contains(null)) {
                    return sibling;
                }
                sibling.close();
            }
        }
    }
}
