package dev.understudy.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.JobConfig;
import dev.understudy.lake.LakeCatalog;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.ObjectStore;
import dev.understudy.lake.StoreLocation;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.Guarantees;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.ValueForm;
import dev.understudy.mysql.MariaDbServer;
import dev.understudy.mysql.MySqlTestDatabase;
import dev.understudy.postgres.PostgresServer;
import dev.understudy.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A wide table on PostgreSQL and one on MariaDB, whose columns join under every masker that can
/// join: the masked ones join exactly as the originals do.
class JoinedMaskersTest {
    @RegisterExtension static final PostgresServer postgres = PostgresServer.embedded();
    @RegisterExtension static final MariaDbServer mariaDb = MariaDbServer.embedded();

    private static final int ROWS = 200;
    private static final String UUID = "'00112233-4455-4677-8899-%012x'";

    /// Free text is masked piece by piece, a document member by member; a choice needs its values.
    private static final Set<String> OF_PARTS = Set.of("free-text", "json", "xml", "choice");

    @TempDir Path folder;

    /// A column on both sides.
    ///
    /// @param exact whether different values stay different
    /// @param literal of the n-th value, for PostgreSQL and MariaDB
    /// @param plain how a value is written where the engines differ, in PostgreSQL, MariaDB, DuckDB
    private record Joined(
            String name,
            String rule,
            boolean exact,
            String type,
            String otherType,
            IntFunction<String> literal,
            IntFunction<String> otherLiteral,
            Plain plain) {
        Joined plain(String here, String there, String lakeHere, String lakeThere) {
            return new Joined(
                    name,
                    rule,
                    exact,
                    type,
                    otherType,
                    literal,
                    otherLiteral,
                    new Plain(here, there, lakeHere, lakeThere));
        }
    }

    private record Plain(String here, String there, String lakeHere, String lakeThere) {
        static final Plain AS_TEXT = new Plain("%s::text", "%s", "%s::text", "%s::text");
    }

    private static List<Joined> columns() {
        var columns = new ArrayList<Joined>();
        ColumnProfile text = ColumnProfile.of("a.b.c", "text", ValueForm.TEXT);
        for (MaskerDefinition each : Maskers.all()) {
            MaskingRule rule = MaskingRule.of(each.name());
            boolean bare =
                    each.parameters().stream().noneMatch(MaskerDefinition.Parameter::required)
                            && Maskers.check(rule).isEmpty()
                            && each.reads(rule).columns().isEmpty();
            if (!bare || !each.forms().contains(ValueForm.TEXT) || OF_PARTS.contains(each.name())) {
                continue;
            }
            Guarantees promise = each.guarantees(rule, text);
            if (promise.deterministic() && !promise.mayYieldNull()) {
                IntFunction<String> literal = n -> "'" + value(each.name(), n) + "'";
                columns.add(
                        new Joined(
                                "t_" + each.name().replace('-', '_'),
                                each.name(),
                                promise.injective(),
                                "text",
                                "text",
                                literal,
                                literal,
                                Plain.AS_TEXT));
            }
        }
        columns.addAll(ofSeveralTypes());
        return columns;
    }

    private static List<Joined> ofSeveralTypes() {
        IntFunction<String> number = n -> Integer.toString(42 + 977 * n);
        IntFunction<String> quoted = n -> "'" + number.apply(n) + "'";
        IntFunction<String> uuid = UUID::formatted;
        IntFunction<String> bare = n -> UUID.formatted(n).replace("-", "");
        IntFunction<String> capitals = n -> UUID.formatted(n).toUpperCase(Locale.ROOT);
        IntFunction<String> bytes = n -> "x" + bare.apply(n);
        IntFunction<String> mail = n -> "'Person.%d@Mail.Example'".formatted(n);
        IntFunction<String> smallMail = n -> "'person.%d@mail.example'".formatted(n);
        IntFunction<String> day = n -> "date '2001-01-01' + interval '%d' day".formatted(n);
        Plain ids =
                new Plain(
                        "replace(lower(%s::text), '-', '')",
                        "replace(lower(%s), '-', '')",
                        "replace(lower(%s::text), '-', '')",
                        "replace(lower(%s::text), '-', '')");
        Plain idsInBytes =
                new Plain(ids.here(), "lower(hex(%s))", ids.lakeHere(), "lower(hex(%s))");
        String anySpelling = "{ mask: uuid, spelling: any }";
        String ignoring = "{ mask: email, ignore-case: true }";
        return List.of(
                joined("int_char", "digits", "int", "char(10)", number, quoted),
                joined("bigint_decimal", "digits", "bigint", "decimal(10,0)", number, number),
                joined("text_int", "digits", "text", "int", quoted, number),
                joined("char_bigint", "digits", "char(10)", "bigint", quoted, number)
                        .plain("rtrim(%s)", "%s", "rtrim(%s)", "%s::text"),
                joined("numeric_text", "digits", "numeric(10,0)", "varchar(20)", number, quoted),
                joined("hashed", "hash", "int", "bigint", number, number),
                joined(
                        "keyed",
                        "{ mask: key, from: 1, to: 1000000 }",
                        "int",
                        "bigint",
                        number,
                        number),
                joined("uuid_char", "uuid", "uuid", "char(36)", uuid, uuid),
                new Joined(
                        "uuid_bytes", "uuid", true, "uuid", "binary(16)", uuid, bytes, idsInBytes),
                new Joined("uuid_bare", anySpelling, true, "uuid", "char(32)", uuid, bare, ids),
                new Joined(
                        "uuid_capitals",
                        anySpelling,
                        true,
                        "text",
                        "char(36)",
                        capitals,
                        uuid,
                        ids),
                joined("mail", ignoring, "text", "varchar(200)", mail, smallMail),
                joined("days", "{ mask: shift-date, alike: true }", "date", "date", day, day));
    }

    private static Joined joined(
            String name,
            String rule,
            String type,
            String otherType,
            IntFunction<String> literal,
            IntFunction<String> otherLiteral) {
        return new Joined(name, rule, true, type, otherType, literal, otherLiteral, Plain.AS_TEXT);
    }

    private static String value(String masker, int n) {
        return switch (masker) {
            case "email" -> "person.%d@mail.example".formatted(n);
            case "phone" -> "+49 30 %07d".formatted(1_234_567 + n);
            case "digits", "account-number" -> "%010d".formatted(4_711_000 + 31L * n);
            case "uuid" -> "00112233-4455-4677-8899-%012x".formatted(n);
            case "ip-address" -> "10.1.%d.%d".formatted(n / 250, n % 250);
            case "mac-address" -> "08:00:2b:01:%02x:%02x".formatted(n / 256, n % 256);
            case "url" -> "https://people.example/p/%d".formatted(n);
            case "hostname" -> "host-%d.people.example".formatted(n);
            case "us-ssn" -> "%03d-%02d-%04d".formatted(100 + n, 10 + n % 80, 1000 + n);
            case "postcode" -> "%05d".formatted(10_000 + n);
            case "street" -> "Long Street %d".formatted(n);
            default -> "Value %d of many".formatted(n);
        };
    }

    @Test
    void maskedColumnsJoinAsTheOriginalsDoInTheTwinsAndInTheLake() throws Exception {
        List<Joined> columns = columns();
        assertThat(columns.stream().filter(Joined::exact).count()).isGreaterThan(20);
        TestDatabase here = postgres.newDatabase();
        MySqlTestDatabase there = mariaDb.newDatabase();
        here.execute(
                "CREATE TABLE wide (id int PRIMARY KEY, %s); %s"
                        .formatted(
                                columns.stream()
                                        .map(each -> each.name() + " " + each.type())
                                        .collect(Collectors.joining(", ")),
                                inserts(columns.stream().map(Joined::literal).toList(), 1)));
        there.execute(
                "CREATE TABLE wide (id int PRIMARY KEY, %s) COLLATE utf8mb4_bin; %s"
                        .formatted(
                                columns.stream()
                                        .map(each -> each.name() + " " + each.otherType())
                                        .collect(Collectors.joining(", ")),
                                inserts(columns.stream().map(Joined::otherLiteral).toList(), 2)));
        JobConfig config = config(here, there, columns);

        RunReport report;
        try (Understudy understudy = Understudy.open(folder.resolve("home"))) {
            report = understudy.run(config).await();
        }

        assertThat(report.failure()).isEmpty();
        // Here are the values 1, 2, 3 and so on, there 2, 4, 6.
        Set<String> expected =
                IntStream.rangeClosed(1, ROWS / 2)
                        .mapToObj(n -> 2 * n + " " + n)
                        .collect(Collectors.toCollection(TreeSet::new));
        try (Connection hereTwin = connect(twin(here.url(), here.name()));
                Connection thereTwin = connect(twin(there.url(), there.name()));
                Connection original = connect(here.url());
                Connection otherOriginal = connect(there.url());
                Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            for (Joined each : columns) {
                Plain plain = each.plain();
                if (each.exact() && !each.rule().contains("ignore-case")) {
                    check(
                            each,
                            "originals",
                            values(original, plain.here(), each, "wide"),
                            values(otherOriginal, plain.there(), each, "wide"),
                            expected);
                }
                check(
                        each,
                        "twins",
                        values(hereTwin, plain.here(), each, "wide"),
                        values(thereTwin, plain.there(), each, "wide"),
                        expected);
                check(
                        each,
                        "lake",
                        values(duck, plain.lakeHere(), each, files("here")),
                        values(duck, plain.lakeThere(), each, files("there")),
                        expected);
            }
        }
    }

    private static void check(
            Joined column,
            String where,
            Map<Integer, String> here,
            Map<Integer, String> there,
            Set<String> expected) {
        var joined = new TreeSet<String>();
        here.forEach((id, value) ->
                there.forEach((otherId, other) -> {
                    if (value.equals(other)) {
                        joined.add(id + " " + otherId);
                    }
                }));
        var found = assertThat(joined).as("%s (%s) in the %s", column.name(), column.rule(), where);
        if (column.exact()) {
            found.isEqualTo(expected);
        } else {
            found.containsAll(expected);
        }
    }

    private static String inserts(List<IntFunction<String>> literals, int step) {
        return IntStream.rangeClosed(1, ROWS)
                .mapToObj(id ->
                        literals.stream()
                                .map(each -> each.apply(step * id))
                                .collect(Collectors.joining(", ", "(" + id + ", ", ")")))
                .collect(Collectors.joining(", ", "INSERT INTO wide VALUES ", ""));
    }

    private static Map<Integer, String> values(
            Connection connection, String plain, Joined column, String from) throws SQLException {
        var values = new TreeMap<Integer, String>();
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT id, " + plain.formatted(column.name()) + " FROM " + from)) {
            while (rows.next()) {
                values.put(rows.getInt(1), rows.getString(2));
            }
        }
        return values;
    }

    private String files(String source) {
        try (ObjectStore store =
                ObjectStore.open(StoreLocation.of(folder.resolve("lake").toString()))) {
            Manifest manifest = new LakeCatalog(store, "test-job").current().orElseThrow();
            return manifest.tables().stream()
                    .filter(each -> each.source().equals(source))
                    .flatMap(each -> each.parts().stream())
                    .map(each -> "'" + folder.resolve("lake").resolve(each.key()) + "'")
                    .collect(Collectors.joining(", ", "read_parquet([", "])"));
        }
    }

    private static Connection connect(String url) throws SQLException {
        String user = url.startsWith("jdbc:postgresql:") ? "postgres" : "root";
        return DriverManager.getConnection(url, user, "");
    }

    private static String twin(String url, String name) {
        return url.replaceFirst("/" + name + "(?=$|\\?)", "/" + name + "_twin");
    }

    private JobConfig config(TestDatabase here, MySqlTestDatabase there, List<Joined> columns)
            throws Exception {
        var text =
                new StringBuilder(
                        """
                        job: test-job
                        secret: "${env:SECRET}"
                        sources:
                          here: { url: "%s", user: "%s" }
                          there: { url: "%s", user: "%s" }
                        twins:
                          here: { url: "%s", user: "%s" }
                          there: { url: "%s", user: "%s" }
                        lake: { uri: "%s" }
                        tuning: { workers: 2 }
                        """
                                .formatted(
                                        here.url(),
                                        here.user(),
                                        there.url(),
                                        there.user(),
                                        twin(here.url(), here.name()),
                                        here.user(),
                                        twin(there.url(), there.name()),
                                        there.user(),
                                        folder.resolve("lake")));
        text.append("columns:\n  wide.id: keep\n");
        columns.forEach(
                each -> text.append("  here:wide.%s: %s\n".formatted(each.name(), each.rule())));
        text.append("references:\n");
        columns.forEach(each ->
                text.append(
                        "  - there:%1$s.wide.%2$s ~ here:public.wide.%2$s\n"
                                .formatted(there.name(), each.name())));
        return Scenario.read(Files.writeString(folder.resolve("job.yaml"), text));
    }
}
