package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.ConfigProblems;
import dev.understudy.masking.Neutral;
import dev.understudy.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Rules that read other columns of the row, from config to twin.
class RowRulesTest {
    private static final String SOURCE =
            """
            CREATE TABLE person (id int PRIMARY KEY, first_name text, last_name text, email varchar(80) UNIQUE,
                country char(3), tax_number text, born date, joined timestamptz, note text);
            CREATE TABLE visit (id int PRIMARY KEY, person bigint REFERENCES person, at date, note text);
            INSERT INTO person SELECT i, 'Realfirst' || i % 90, 'Reallast' || i % 70, 'p' || i || '@real.test',
                CASE i % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'US' END, 'T-' || 1000000 + i, date '1960-01-01' + i % 9000,
                timestamptz '2020-01-01 10:00+00' + i % 700 * interval '1 day',
                'Realfirst' || i % 90 || ' wrote from P' || i || '@REAL.test, answered'
                FROM generate_series(1, 5000) i;
            INSERT INTO visit SELECT i, 1 + i % 5000, date '2024-01-01' + i % 300, 'x' FROM generate_series(1, 9000) i;
            """;

    private static final String RULES =
            """
            columns:
              "*.id": keep
              "person.first_name": first-name
              "person.last_name": last-name
              "person.email": { mask: email, from: [first_name, last_name] }
              "person.country": { mask: keep, reason: "a few countries" }
              "person.tax_number": { mask: case, of: country, when: { DE: digits, US: hash }, otherwise: "null" }
              "person.born": { mask: shift-date, per: id, domain: lives }
              "person.joined": { mask: shift-date, per: id, domain: lives }
              "person.note": { mask: free-text, of: [email, first_name, last_name] }
              "visit.person": keep
              "visit.at": { mask: shift-date, per: person, domain: lives }
              "visit.note": redact
            """;

    private static final String GROUPED_SOURCE =
            """
            CREATE TABLE client (id int PRIMARY KEY, sex char(1) CHECK (sex IN ('m', 'f')), salutation varchar(10),
                first_name text, last_name text, display_name varchar(60), email varchar(80) UNIQUE,
                city varchar(40), district varchar(40), zip varchar(10), country char(2) NOT NULL,
                starts_on date NOT NULL, ends_at timestamp, CHECK (starts_on <= ends_at));
            INSERT INTO client SELECT i, CASE i % 2 WHEN 0 THEN 'm' ELSE 'f' END, CASE i % 2 WHEN 0 THEN 'Herr' ELSE 'Frau' END,
                'Realfirst' || i % 90, 'Reallast' || i % 70, 'Realfirst' || i % 90 || ' Reallast' || i % 70, 'p' || i || '@real.test',
                'Realcity' || i % 20, 'Realregion' || i % 5, 10000 + i % 20, CASE i % 4 WHEN 0 THEN 'DE' ELSE 'GB' END,
                date '2020-01-01' + i % 900, timestamp '2020-01-01 00:00' + i % 900 * interval '1 day' + i % 3 * interval '5 hours'
                FROM generate_series(1, 3000) i;
            """;

    private static final String GROUPS =
            """
            columns:
              "*.id": keep
              country: keep
            groups:
              public.client:
                person: { gender: sex, title: salutation, first-name: first_name, last-name: last_name,
                          full-name: display_name, email: email }
                place: { city: city, region: district, postcode: zip, country: country }
                span: [starts_on, ends_at]
            """;

    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    @Test
    void aRowStaysAPerson() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);

        RunReport report = scenario.run(Scenario.read(scenario.config(RULES)));

        assertThat(report.failure()).isEmpty();
        String twin = scenario.twinUrl();
        assertThat(
                        scenario.strings(
                                twin,
                                "SELECT email FROM person WHERE email NOT LIKE '%@example.%' OR email NOT LIKE"
                                        + " regexp_replace(lower(normalize(first_name, NFD)), '[^a-z]', '', 'g') || '.%'"))
                .isEmpty();
        assertThat(
                        scenario.strings(
                                twin,
                                "SELECT note FROM person WHERE note <> first_name || ' wrote from ' || email || ', answered'"))
                .isEmpty();
        // Intervals of a person are the original's, across columns and tables, and nothing else is.
        String intervals =
                "SELECT v.id || ' ' || (v.at - p.born) || ' ' || (p.joined - p.born)"
                        + " FROM visit v JOIN person p ON p.id = v.person ORDER BY v.id";
        assertThat(scenario.strings(twin, intervals))
                .isEqualTo(scenario.strings(scenario.source.url(), intervals));
        String born = "SELECT id || ' ' || born FROM person";
        assertThat(scenario.strings(twin, born))
                .hasSize(5000)
                .doesNotContainAnyElementsOf(scenario.strings(scenario.source.url(), born));
        assertThat(
                        scenario.strings(
                                twin,
                                """
                                SELECT id::text FROM person WHERE CASE trim(country)
                                    WHEN 'DE' THEN tax_number NOT LIKE 'T-_______' WHEN 'US' THEN tax_number !~ '^[0-9a-f]{32}$'
                                    ELSE tax_number IS NOT NULL END\
                                """))
                .isEmpty();
    }

    @Test
    void groupsFitTogetherInTheTwin() throws Exception {
        Scenario scenario = Scenario.of(server, folder, GROUPED_SOURCE);

        RunReport report = scenario.run(Scenario.read(scenario.config(GROUPS)));

        assertThat(report.failure()).isEmpty();
        String twin = scenario.twinUrl();
        assertThat(
                        scenario.strings(
                                twin,
                                """
                                SELECT id::text FROM client WHERE display_name <> first_name || ' ' || last_name
                                    OR salutation <> CASE sex WHEN 'f' THEN 'Frau' ELSE 'Herr' END
                                    OR email NOT LIKE regexp_replace(lower(normalize(first_name, NFD)), '[^a-z]', '', 'g') || '.%'
                                    OR zip !~ CASE country WHEN 'DE' THEN '^[0-9]{5}$' ELSE '^[A-Z]{1,2}[0-9]{1,2} [0-9][A-Z]{2}$' END\
                                """))
                .isEmpty();
        // One region for each city, and one masked city for each true one.
        assertThat(
                        scenario.strings(
                                twin,
                                "SELECT city FROM client GROUP BY city, country HAVING count(DISTINCT district) > 1"))
                .isEmpty();
        String cities =
                "SELECT id % 20 || ' ' || country || ' ' || city || ' ' || district FROM client";
        assertThat(new HashSet<>(scenario.strings(twin, cities)))
                .hasSize(20)
                .doesNotContainAnyElementsOf(scenario.strings(scenario.source.url(), cities));
        // Both genders come to those who were only one of them.
        assertThat(new HashSet<>(scenario.strings(twin, "SELECT sex FROM client WHERE id % 2 = 0")))
                .containsExactlyInAnyOrder("f", "m");
        String lengths = "SELECT id || ' ' || (ends_at - starts_on::timestamp) FROM client";
        assertThat(scenario.strings(twin, lengths))
                .containsExactlyInAnyOrderElementsOf(
                        scenario.strings(scenario.source.url(), lengths));
        String starts = "SELECT id || ' ' || starts_on FROM client";
        assertThat(scenario.strings(twin, starts))
                .hasSize(3000)
                .doesNotContainAnyElementsOf(scenario.strings(scenario.source.url(), starts));
    }

    /// The server reads what travels in binary, and writes it as it writes the text form.
    @Test
    void typesThatNoMaskerReadsBecomeEmptyWhereTheyMustNotBeNull() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE DOMAIN stay AS tstzrange CHECK (VALUE <> '[2024-01-01, 2024-01-02)');
                        CREATE TYPE letters AS RANGE (subtype = text);
                        CREATE TABLE person (id int PRIMARY KEY, took interval NOT NULL, ages int4range NOT NULL,
                            stayed stay NOT NULL, spelt letters NOT NULL, days datemultirange NOT NULL,
                            words tsvector NOT NULL, spare int8range);
                        INSERT INTO person SELECT i, i * interval '1 month 2 days 3 seconds', int4range(2 * i, 2 * i + 1),
                            tstzrange(timestamptz '2024-03-01', timestamptz '2024-03-02' + i * interval '1 day'), letters('a', 'b' || i),
                            datemultirange(daterange(date '2024-01-01', date '2024-01-02' + i)),
                            to_tsvector('real name ' || i), int8range(i, i + 1) FROM generate_series(1, 700) i;
                        """);

        RunReport report =
                scenario.run(
                        Scenario.read(
                                scenario.config(
                                        "unlisted: mask\ncolumns: { id: keep, spare: empty }\n")));

        assertThat(report.failure()).isEmpty();
        String masked =
                "SELECT DISTINCT concat_ws('|', took, ages, stayed, spelt, days, words, spare) FROM person";
        assertThat(scenario.strings(scenario.twinUrl(), masked))
                .containsExactly("00:00:00|empty|empty|empty|{}||empty");
        for (Map.Entry<String, Neutral> each :
                Map.of(
                                "interval", Neutral.INTERVAL,
                                "letters", Neutral.RANGE,
                                "datemultirange", Neutral.MULTIRANGE,
                                "tsvector", Neutral.TSVECTOR)
                        .entrySet()) {
            String text = each.getValue().text();
            assertThat(
                            scenario.strings(
                                    scenario.source.url(),
                                    "SELECT '%s'::%s".formatted(text, each.getKey())))
                    .containsExactly(text);
        }
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            assertThat(
                            Scenario.strings(
                                    duck,
                                    "SELECT count(*) || ' ' || concat_ws('|', took, ages, stayed, spelt, days, words, spare) AS row FROM read_parquet('%s/**/*.parquet') GROUP BY took, ages, stayed, spelt, days, words, spare"
                                            .formatted(scenario.lake())))
                    .containsExactly("700 00:00:00|empty|empty|empty|{}||empty");
        }
    }

    @Test
    void refusesAnEmptyValueThatACheckDoesNotLetThrough() throws Exception {
        Scenario scenario =
                Scenario.of(
                        server,
                        folder,
                        """
                        CREATE TABLE person (id int PRIMARY KEY, ages int4range NOT NULL CHECK (NOT isempty(ages)),
                            took interval NOT NULL CHECK (took >= '0 seconds'), label text);
                        """);

        assertThatThrownBy(() ->
                        scenario.run(
                                Scenario.read(
                                        scenario.config(
                                                "unlisted: mask\ncolumns: { id: keep }\n"))))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining(
                        "public.person.ages: the rule empty makes values that break the check")
                .message()
                .doesNotContain("person.took");
        assertThatThrownBy(() ->
                        scenario.run(
                                Scenario.read(
                                        scenario.config(
                                                "unlisted: mask\ncolumns: { id: keep, label: empty }\n"))))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining(
                        "public.person.label: rule empty needs a range, multirange, interval, tsvector or geometry column but this one is text");
    }

    @Test
    void refusesAGroupThatTheTableDoesNotFit() throws Exception {
        Scenario scenario = Scenario.of(server, folder, GROUPED_SOURCE);
        String wrong =
                GROUPS.replace("district", "distrikt")
                        .replace("span: [starts_on, ends_at]", "span: [starts_on, id]")
                        .replace("columns:", "columns:\n  public.client.city: city");

        assertThatThrownBy(() -> scenario.run(Scenario.read(scenario.config(wrong))))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining(
                        "public.client.distrikt: place decides about no column: the source has no such column")
                .hasMessageContaining(
                        "public.client.starts_on: its rule shifts dates together, but public.client.id is integer")
                .hasMessageContaining("public.client.city is decided by public.client.city: city,")
                .hasMessageContaining("by place of public.client: place");
    }

    @Test
    void refusesARuleThatReadsAColumnWhichIsNotThere() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE);
        String wrong = RULES.replace("from: [first_name, last_name]", "from: [first_nam]");

        assertThatThrownBy(() -> scenario.run(Scenario.read(scenario.config(wrong))))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining(
                        "public.person.email: rule email reads the column first_nam,");
    }

    @Test
    void refusesARuleThatReadsWhatItselfReads() throws Exception {
        Scenario scenario =
                Scenario.of(server, folder, "CREATE TABLE t (id int PRIMARY KEY, a text, b text)");
        String rules =
                """
                columns:
                  "t.id": keep
                  "t.a": { mask: email, from: [b] }
                  "t.b": { mask: email, from: [a] }
                """;

        assertThatThrownBy(() -> scenario.run(Scenario.read(scenario.config(rules))))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("public.t.a: rule email needs the masked b first");
    }

    private static final String NOTES =
            """
            CREATE TABLE person (id int PRIMARY KEY, first_name text, last_name text, phone text, nick text);
            CREATE TABLE note (body text, id int PRIMARY KEY, person_id bigint, written_for text, kind text);
            INSERT INTO person SELECT i, 'Realfirst' || i % 90, 'Reallast' || i % 70, '+49 30 ' || 1000000 + i,
                'nick' || i FROM generate_series(1, 3000) i;
            INSERT INTO note SELECT p.first_name || ' (' || upper(p.last_name) || ') rang from ' || p.phone || ' again',
                p.id, p.id, p.nick, 'call ' || p.id FROM person p;
            INSERT INTO note VALUES ('nobody rang', -1, NULL, '', ''), ('somebody rang', -2, 0, '', '');
            """;

    private static final String NOTE_RULES =
            """
            columns:
              "*.id": keep
              "person.first_name": first-name
              "person.last_name": last-name
              "person.phone": phone
              "person.nick": { mask: email, from: [first_name] }
              "note.person_id": keep
              "note.written_for": redact
              "note.kind": { mask: keep, reason: "a test" }
              "note.body": { mask: free-text, subject: { via: person_id, of: public.person, columns: [first_name, last_name, phone] } }
            """;

    @Test
    void aNoteKnowsItsSubjectFromAnotherTable() throws Exception {
        Scenario scenario = Scenario.of(server, folder, NOTES);

        RunReport report = scenario.run(Scenario.read(scenario.config(NOTE_RULES)));

        assertThat(report.failure()).isEmpty();
        String twin = scenario.twinUrl();
        assertThat(
                        scenario.strings(
                                twin,
                                "SELECT body FROM note JOIN person p ON p.id = person_id"
                                        + " WHERE body <> first_name || ' (' || last_name || ') rang from ' || phone || ' again'"))
                .isEmpty();
        assertThat(scenario.strings(twin, "SELECT body FROM note WHERE id < 0 ORDER BY id"))
                .containsExactly("somebody rang", "nobody rang");
        String kept = "SELECT id || ' ' || kind FROM note ORDER BY id";
        assertThat(scenario.strings(twin, kept))
                .hasSize(3002)
                .isEqualTo(scenario.strings(scenario.source.url(), kept));
    }

    @Test
    void refusesASubjectThatIsNoSingleRow() throws Exception {
        Scenario scenario = Scenario.of(server, folder, NOTES);
        Map<String, String> wrong =
                Map.of(
                        "via: person", "via names person, which is no column of public.note",
                        "via: kind", "kind cannot say which row of public.person is meant",
                        "of: public.people", "of names public.people, but the job copies no rows",
                        "columns: [last_nam]",
                                "columns names last_nam, which is no copied column of public.person",
                        "columns: [nick]", "public.person.nick is masked by a rule that reads",
                        "columns: [id]", "public.person.id is integer; name columns of text");
        for (var each : wrong.entrySet()) {
            String key = each.getKey().substring(0, each.getKey().indexOf(':'));
            String rules =
                    NOTE_RULES.replaceAll(
                            "(subject:.*?)" + key + ": (\\[[^\\]]*\\]|[\\w.]+)",
                            "$1" + each.getKey());
            assertThatThrownBy(() -> scenario.run(Scenario.read(scenario.config(rules))))
                    .as(each.getKey())
                    .isInstanceOf(ConfigProblems.class)
                    .hasMessageContaining("public.note.body: ")
                    .hasMessageContaining(each.getValue());
        }
    }
}
