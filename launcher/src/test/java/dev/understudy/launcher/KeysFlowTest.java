package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.kms.KmsServer;
import dev.understudy.launcher.Installation.Ended;
import dev.understudy.postgres.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The life of a key, as the commands tell it: made, used, refused where another one is found,
/// rotated. No secret is ever said.
class KeysFlowTest {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    private static final String RULES = "columns: { id: keep, name: hash }\n";

    @TempDir Path folder;
    private Installation people;
    private String file = "";
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void makeASource() throws Exception {
        people =
                Installation.of(
                        server,
                        folder,
                        "CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL);"
                                + "INSERT INTO person SELECT n, 'somebody ' || n FROM generate_series(1, 50) n");
        Files.delete(folder.resolve("secret"));
        assertThat(key("new", "--file", folder.resolve("secret").toString()).code()).isZero();
        file = people.write(people.config(RULES)).toString();
    }

    @AfterEach
    void noSecretWasSaid() throws Exception {
        var secrets = new ArrayList<String>();
        try (var files = Files.list(folder)) {
            for (Path each : files.filter(name -> name.toString().contains("secret")).toList()) {
                secrets.add(Files.readString(each).strip());
            }
        }
        Files.createDirectories(people.home());
        try (var files = Files.walk(people.home())) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                said.add(Files.readString(each, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(secrets).isNotEmpty();
        assertThat(said).noneMatch(text -> secrets.stream().anyMatch(text::contains));
        for (String each : people.siblings()) {
            people.source.execute("DROP DATABASE \"" + each + "\" WITH (FORCE)");
        }
    }

    private Ended execute(String... arguments) {
        Ended ended = people.execute(arguments);
        said.add(ended.said());
        return ended;
    }

    private Ended key(String... arguments) {
        var all = new ArrayList<>(List.of("key"));
        all.addAll(List.of(arguments));
        return execute(all.toArray(String[]::new));
    }

    private Ended ends(int code, Ended ended) {
        assertThat(ended.code()).as(ended.said()).isEqualTo(code);
        return ended;
    }

    private JsonNode json(Ended ended) {
        return JsonMapper.shared().readTree(ended.out());
    }

    private List<String> names() throws Exception {
        return people.strings(people.twinUrl(), "SELECT name FROM person ORDER BY id");
    }

    @Test
    void aNewSecretIsItsOwnersAloneAndIsNeverOverwritten() throws Exception {
        Path secret = folder.resolve("deep/er/secret");

        Ended made = ends(0, key("new", "--file", secret.toString()));

        String text = Files.readString(secret);
        assertThat(text).matches("[0-9a-f]{64}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
        assertThat(made.out()).contains("256 random bits", "key ", "Keep a copy");
        Ended again = ends(2, key("new", "--file", secret.toString()));
        assertThat(again.err()).contains("never overwritten", "choose another --file");
        assertThat(Files.readString(secret)).isEqualTo(text);
        ends(2, key("new"));
        ends(2, key("new", "--file", "x", "--stdout"));

        Ended printed = people.execute("key", "new", "--stdout");
        assertThat(printed.out()).matches("[0-9a-f]{64}\\R").isNotEqualTo(text + "\n");
        assertThat(printed.err()).isEmpty();
    }

    @Test
    void checkSaysWhichKeyWasUsedWhereAndRunRefusesAnotherOne() throws Exception {
        Ended before = ends(0, key("check", file));
        assertThat(before.out())
                .contains("secret from the file secret", "nothing published yet")
                .doesNotContain("chmod");
        JsonNode report = json(ends(0, execute("run", file, "--json")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(people.home())))
                .isEqualTo("rwx------");
        String id = report.get("keyId").asString();
        String replacesKey = "replaces-key: \"" + id + "\""; // an id of digits alone is a number
        assertThat(report.get("epoch").asInt()).isZero();
        Ended after = ends(0, key("check", file));
        assertThat(after.out().split(id, -1)).hasSize(5); // itself, twin, lake, run 1
        List<String> names = names();
        var everything = people.everything();

        Files.move(folder.resolve("secret"), folder.resolve("first-secret"));
        ends(0, key("new", "--file", folder.resolve("secret").toString()));

        Ended refused = ends(2, execute("run", file));
        assertThat(refused.err())
                .contains("[key-changed]", "the twin", "the lake", id, replacesKey);
        assertThat(ends(2, execute("plan", file)).err()).isEqualTo(refused.err());
        assertThat(people.everything()).isEqualTo(everything);
        assertThat(json(execute("runs", "--json")).size()).isEqualTo(1);
        JsonNode check = json(ends(5, key("check", file, "--json")));
        assertThat(check.get("agrees").asBoolean()).isFalse();
        assertThat(check.get("outputs").get(0).get("relation").asString())
                .isEqualTo("other-secret");

        people.write(people.config(replacesKey + "\n" + RULES));
        JsonNode replaced = json(ends(0, execute("run", file, "--json")));
        assertThat(replaced.get("keyId").asString()).isNotEqualTo(id);
        assertThat(replaced.get("warnings").toString()).contains("key-rotated", id);
        assertThat(names()).doesNotContainAnyElementsOf(names);
        ends(0, key("check", file));
        assertThat(json(ends(0, execute("run", file, "--json"))).get("warnings").isEmpty())
                .isTrue();
    }

    @Test
    void aSecretThatOthersMayReadIsTold() throws Exception {
        Files.setPosixFilePermissions(
                folder.resolve("secret"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(ends(0, key("check", file)).out()).contains("rw-r--r--", "chmod 600");
    }

    @Test
    void rotateShowsFirstAndThenRaisesTheEpochToOneThatWasNeverUsed() throws Exception {
        ends(0, execute("run", file));
        List<String> first = names();
        String config = Files.readString(Path.of(file));

        Ended shown = ends(0, key("rotate", file));

        assertThat(shown.out())
                .contains(
                        "Would raise the epoch of people",
                        "the twin",
                        "the lake",
                        "purge --lake",
                        "Nothing was changed");
        assertThat(Files.readString(Path.of(file))).isEqualTo(config);

        JsonNode rotated = json(ends(0, key("rotate", file, "--yes", "--json")));
        assertThat(rotated.get("nextEpoch").asInt()).isEqualTo(1);
        assertThat(Files.readString(Path.of(file)))
                .isEqualTo(config.replace("secret: ", "epoch: 1\nsecret: "));
        ends(5, key("check", file));
        JsonNode second = json(ends(0, execute("run", file, "--json")));
        assertThat(second.get("keyId")).isEqualTo(rotated.get("nextKeyId"));
        assertThat(second.get("epoch").asInt()).isEqualTo(1);
        assertThat(second.get("warnings").toString()).contains("key-rotated");
        assertThat(names()).doesNotContainAnyElementsOf(first);
        ends(0, key("check", file));

        // Somebody takes the change back, and rotates again: 2, not 1.
        Files.writeString(Path.of(file), config);
        assertThat(json(ends(0, key("rotate", file, "--yes", "--json"))).get("nextEpoch").asInt())
                .isEqualTo(2);
    }

    @Test
    void anUnfinishedRunGoesOnWithItsOwnKeyAlone() throws Exception {
        people.source.execute(
                "ALTER TABLE person ADD COLUMN shown text; UPDATE person SET shown = name");
        // No row that somebody makes up passes it, so nothing tells before the run.
        String all =
                people.strings(
                                people.source.url(),
                                "SELECT string_agg(quote_literal(md5(name || shown)), ', ') FROM person")
                        .getFirst();
        people.source.execute(
                "ALTER TABLE person ADD CONSTRAINT same CHECK (md5(name || shown) IN ("
                        + all
                        + "))");
        people.write(people.config("columns: { id: keep, name: first-name, shown: last-name }\n"));
        ends(4, execute("run", file));
        Files.move(folder.resolve("secret"), folder.resolve("first-secret"));
        ends(0, key("new", "--file", folder.resolve("secret").toString()));

        for (Ended each : List.of(execute("restart", "1"), execute("run", file))) {
            assertThat(ends(2, each).err())
                    .contains("run 1 began with key", "the file secret", "--fresh");
        }
        assertThat(key("rotate", file).out()).contains("understudy restart 1");
        Files.delete(folder.resolve("secret"));
        Files.move(folder.resolve("first-secret"), folder.resolve("secret"));
        assertThat(ends(4, execute("restart", "1")).said()).contains("constraint same");
    }

    @Test
    void awsKmsDecryptsTheSecretOnceAndTheSameSecretMakesTheSamePseudonyms() throws Exception {
        try (var kms = new KmsServer()) {
            ends(0, execute("run", file));
            List<String> names = names();
            byte[] secret = Files.readAllBytes(folder.resolve("secret"));
            Files.writeString(
                    folder.resolve("kms"), kms.encrypt(secret, Map.of("job", "people")) + "\n");
            String config = people.config(RULES);
            String inKms =
                    """
                    secret:
                      aws-kms: ${file:kms}
                      context: { job: people }
                      endpoint: %s
                      access-key: %s
                      secret-key: ${file:password}
                    """
                            .formatted(kms.url(), KmsServer.ACCESS_KEY);
            people.write(config.replace("secret: ${file:secret}\n", inKms));

            ends(0, execute("run", file));

            assertThat(names()).isEqualTo(names);
            assertThat(kms.asked()).containsExactly("TrentService.Decrypt");
            assertThat(ends(0, key("check", file)).out()).contains("secret from AWS KMS");

            Files.writeString(folder.resolve("kms"), "A".repeat(80));
            Ended refused = ends(2, execute("run", file));
            assertThat(refused.err())
                    .contains(kms.url(), "did not decrypt", "InvalidCiphertextException");
            byte[] weak = "aaaaaaaaaaaaaaaaaaaa".getBytes(StandardCharsets.UTF_8);
            Files.writeString(folder.resolve("kms"), kms.encrypt(weak, Map.of("job", "people")));
            assertThat(ends(2, execute("validate", file)).err())
                    .contains("AWS KMS decrypted repeats");
        }
    }
}
