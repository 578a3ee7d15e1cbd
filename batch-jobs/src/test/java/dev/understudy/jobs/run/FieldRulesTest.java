package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.ConfigProblems;
import dev.understudy.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Values inside of values, and the types that hold them, from config to twin and lake.
class FieldRulesTest {
    private static final String SOURCE =
            """
            CREATE EXTENSION hstore;
            CREATE TYPE place AS (lat numeric(8, 5), at inet);
            CREATE TYPE address AS (street text, number int, "Post Code" varchar(10), place place);
            CREATE DOMAIN home AS address;
            CREATE TABLE %1$s (id int PRIMARY KEY, email text, ip inet UNIQUE, ips inet[], net cidr, mac macaddr, mac8 macaddr8,
                props hstore, many hstore[], home home, homes address[], doc xml, old text, line text, link varchar(200), data jsonb);
            INSERT INTO %1$s SELECT i, 'p' || i || '@real.test', inet '10.7.0.0' + i, ARRAY[inet '10.7.0.0' + i, NULL, inet '2001:db8::/64' + i],
                network(set_masklen(inet '10.7.0.0' + i, 24 + i %% 9)), macaddr '08:00:2b:01:02:03',
                macaddr8 '08:00:2b:ff:fe:01:02:03',
                hstore(ARRAY['email', 'size', 'phone', 'gone'], ARRAY['p' || i || '@real.test', 'XL', '+49 30 ' || 1000000 + i, NULL]),
                ARRAY[hstore('email', 'p' || i || '@real.test')],
                ('Realstreet ' || i, i, '10115', (52.52, '10.7.0.1'))::address,
                ARRAY[('Realstreet ' || i, i, NULL, NULL)::address, NULL],
                xmlparse(CONTENT '<order id="' || i || '"><by mail="p' || i || '@real.test">Realname &amp; Sons</by></order>'),
                CASE WHEN i %% 10 = 0 THEN 'Realname' ELSE '<a><mail>p' || i || '@real.test</mail></a>' END,
                i || ';p' || i || '@real.test;Realname',
                'https://shop.test/p?mail=p' || i || '%%40real.test&page=' || i,
                jsonb_build_object('mail', 'p' || i || '@real.test', 'n', i)
                FROM generate_series(1, 600) i;
            INSERT INTO %1$s (id) VALUES (0);
            """;

    private static final String RULES =
            """
            columns:
              "thing.id": keep
              "thing.email": email
              "thing.ip": ip-address
              "thing.ips": ip-address
              "thing.net": ip-address
              "thing.mac": mac-address
              "thing.mac8": { mask: mac-address, vendor: keep }
              "thing.props": { mask: hstore, keys: { email: email, size: keep, phone: phone }, unlisted: refuse }
              "thing.many": { mask: hstore, keys: { email: email } }
              "thing.home": { mask: composite, attributes: { street: street, "Post Code": postcode, place: { mask: composite, attributes: { at: ip-address } } } }
              "thing.homes": { mask: composite, attributes: { street: street, number: "null" }, unlisted: keep }
              "thing.doc": { mask: xml, paths: { "/order/@id": keep, "//@mail": email } }
              "thing.old": { mask: xml, paths: { /a/mail: email } }
              "thing.line": { mask: delimited, separator: ";", columns: { 1: keep, 2: email } }
              "thing.link": { mask: url-query, parameters: { mail: email, page: keep } }
              "thing.data": { mask: json, paths: { $.mail: email, $.n: keep } }
            """;

    /// What holds for every row of the twin.
    private static final String FACTS =
            """
            email LIKE '%@example.%'
            line || link || doc::text || props::text || old || data !~ '@real[.]test'
            props -> 'email' = email AND many[1] -> 'email' = email
            props -> 'size' = 'XL' AND props -> 'phone' ~ '^[+]49 [0-9]+ [0-9]+$' AND exist(props, 'gone')
            data ->> 'mail' = email AND data ->> 'n' = id::text
            (xpath('//@mail', doc))[1]::text = email
            (xpath('/order/@id', doc))[1]::text = id::text
            (xpath('/order/by/text()', doc))[1]::text ~ '^[A-Z][a-z]{7} &amp; [A-Z][a-z]{3}$'
            CASE WHEN id % 10 = 0 THEN old ~ '^[A-Z][a-z]{7}$' ELSE old = '<a><mail>' || email || '</mail></a>' END
            split_part(line, ';', 1) = id::text AND split_part(line, ';', 2) = email
            split_part(line, ';', 3) ~ '^[A-Z][a-z]{7}$'
            link = 'https://shop.test/p?mail=' || replace(email, '@', '%40') || '&page=' || id
            (home).street !~ '^Realstreet' AND (home)."Post Code" ~ '^[0-9]{5}$'
            ((home).place).at <> '10.7.0.1'
            (homes[1]).street = (home).street AND (homes[1]).number IS NULL AND homes[2] IS NULL
            ips[1] = ip AND ips[2] IS NULL AND masklen(ips[3]) = 64
            masklen(net) = 24 + id % 9
            NOT ip <<= '10.7.0.0/16' AND set_masklen(ip, 16) >> (SELECT ip FROM thing WHERE id = 1)
            ip <<= net
            mac <> macaddr '08:00:2b:01:02:03' AND trunc(mac8) = macaddr8 '08:00:2b:00:00:00:00:00'
            """;

    private static final Pattern SOURCES_OWN = Pattern.compile("@real[.]test|Realname|Realstreet");

    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @TempDir Path folder;

    @Test
    void everyValueInsideFollowsItsRule() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE.formatted("thing"));

        RunReport report = scenario.run(Scenario.read(scenario.config(RULES)));

        assertThat(report.failure()).isEmpty();
        String twin = scenario.twinUrl();
        for (String fact : FACTS.lines().toList()) {
            assertThat(
                            scenario.strings(
                                    twin,
                                    "SELECT id::text FROM thing WHERE id > 0 AND (%s) IS NOT TRUE LIMIT 3"
                                            .formatted(fact)))
                    .as(fact)
                    .isEmpty();
        }
        assertThat(scenario.strings(twin, "SELECT t::text FROM thing t WHERE id = 0"))
                .containsExactly("(0,,,,,,,,,,,,,,,)");
        assertThat(scenario.strings(twin, "SELECT t::text FROM thing t"))
                .noneMatch(each -> SOURCES_OWN.matcher(each).find());
        assertLakeEqualsTwin(scenario, "thing");
    }

    @Test
    void unlistedColumnsOfTheseTypesAreMaskedByType() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE.formatted("\"Other\""));
        String rules = "unlisted: mask\ncolumns: { Other.id: keep }\n";

        RunReport report = scenario.run(Scenario.read(scenario.config(rules)));

        assertThat(report.failure()).isEmpty();
        List<String> rows =
                scenario.strings(
                        scenario.twinUrl(), "SELECT t::text FROM \"Other\" t WHERE id > 0");
        assertThat(rows)
                .hasSize(600)
                .noneMatch(each -> SOURCES_OWN.matcher(each).find())
                .noneMatch(each -> each.contains("10.7.") || each.contains("08:00:2b:01"))
                .allMatch(each -> each.contains("\"\"email\"\"=>") && each.contains("<order id="));
        assertLakeEqualsTwin(scenario, "Other");
    }

    @Test
    void refusesRulesThatDoNotFitTheirTypes() throws Exception {
        Scenario scenario = Scenario.of(server, folder, SOURCE.formatted("thing"));
        String wrong =
                RULES.replace("ip-address\n  \"thing.mac\"", "email\n  \"thing.mac\"")
                        .replace("street: street, \"Post", "streat: street, \"Post")
                        .replace("attributes: { at: ip-address }", "attributes: { at: phone }")
                        .replace("\"//@mail\": email", "\"//@mail[1]\": email")
                        .replace("2: email", "two: email");

        assertThatThrownBy(() -> scenario.run(Scenario.read(scenario.config(wrong))))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("//@mail[1]: not a path like /order/customer/@email")
                .hasMessageContaining("two: a column is a number from 1 to 1000, or \"*\"");
        String unfit =
                wrong.replace("\"//@mail[1]\": email", "\"//@mail\": email")
                        .replace("two: email", "2: email");
        assertThatThrownBy(() -> scenario.run(Scenario.read(scenario.config(unfit))))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining(
                        "public.thing.net: rule email needs a text column but this one is cidr; use ip-address")
                .hasMessageContaining(
                        "public.thing.home: rule composite names the attribute streat, which public.home has not; did you mean street?");
        String inner =
                unfit.replace("streat:", "street:").replace("net\": email", "net\": ip-address");
        assertThatThrownBy(() -> scenario.run(Scenario.read(scenario.config(inner))))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining(
                        "public.thing.home.place.at: rule phone needs a text, integer or numeric column but this one is inet; use ip-address");
    }

    /// The lake holds as text, or as structures, what the twin holds.
    private static void assertLakeEqualsTwin(Scenario scenario, String table) throws SQLException {
        List<String> expected =
                scenario.strings(
                        scenario.twinUrl(),
                        "SELECT concat_ws('|', id, ip, net, mac, mac8, props, doc, old, line, link, (home).street, ((home).place).at, ips[3], (homes[1]).street) v FROM \"%s\" ORDER BY id"
                                .formatted(table));
        assertThat(expected).hasSize(601);
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            assertThat(
                            Scenario.strings(
                                    duck,
                                    "SELECT concat_ws('|', id, ip, net, mac, mac8, props, doc, old, line, link, home.street, home.place.at, ips[3], homes[1].street) v FROM read_parquet('%s/**/*.parquet') ORDER BY id"
                                            .formatted(scenario.lake())))
                    .isEqualTo(expected);
        }
    }
}
