package dev.understudy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.ConfigProblems;
import dev.understudy.jobs.copy.SideFindings.Side;
import dev.understudy.launcher.terminal.Terminal;
import dev.understudy.preflight.Finding.Level;
import dev.understudy.rows.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CliTest {
    @TempDir Path folder;
    private final FakeProduct product = new FakeProduct();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String config = "";
    private boolean interactive;
    private @Nullable String answer;

    @BeforeEach
    void writeAConfig() throws Exception {
        Path file = folder.resolve("shop.yaml");
        Files.writeString(file, "job: shop\n");
        config = file.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "CONFIG, 2",
        "SOURCE, 3",
        "TARGET, 4",
        "MISMATCH, 5",
        "INTERRUPTED, 130",
        "INTERNAL, 1"
    })
    void everyKindOfFailureHasItsExitCode(Failure.Kind kind, int code) {
        product.report = Samples.failed(kind);
        assertThat(execute("run", config)).isEqualTo(code);

        product.refusal = new Failure(kind, "said clearly");
        assertThat(execute("run", config)).isEqualTo(code);
        assertThat(err()).contains("understudy: said clearly");
    }

    @Test
    void aRunThatIsDoneEndsWithZeroAndAStoppedOneWith130() {
        assertThat(execute("run", config)).isZero();

        product.report = Samples.stopped();
        assertThat(execute("run", config)).isEqualTo(130);
        assertThat(out()).contains("understudy restart 1");
    }

    @Test
    void anUnexpectedExceptionShowsItsClassAndPlaceButNoMessage() {
        product.refusal = new IllegalStateException("ann@acme.com is already there");

        assertThat(execute("run", config)).isEqualTo(1);
        assertThat(err())
                .contains(
                        "unexpected java.lang.IllegalStateException at dev.understudy.launcher.CliTest")
                .contains("--debug")
                .doesNotContain("ann@acme.com")
                .doesNotContain("\tat ");
        assertThat(execute("run", config, "--debug")).isEqualTo(1);
        assertThat(err()).contains("\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rum",
                "--frobnicate",
                "run",
                "run --frobnicate x.yaml",
                "preview x.yaml",
                "preview x.yaml --table",
                "show",
                "show forty-two",
                "restart",
                "purge",
                "purge --keep -1",
                "purge --keep-for 30",
                "purge --keep-for 30y",
                "maskers no-such-masker",
                "check",
                "export shop.yaml",
                "export --to out",
                "export shop.yaml --to out --as-of yesterday",
                "export shop.yaml --to out --as-of 2026-13-01",
                "export shop.yaml --to out --table a.b.c",
                "lake",
                "lake sql",
                "lake versions",
                "key",
                "key renew",
                "key new",
                "key check",
                "key rotate",
                "serve --bind 0.0.0.0"
            })
    void badUseIsExplainedAndEndsWithTwo(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");

        assertThat(execute(arguments)).as(line).isEqualTo(2);
        assertThat(err()).startsWith("understudy: ").doesNotContain("\tat ");
        assertThat(out()).isEmpty();
        assertThat(product.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    rnu shop.yaml                 | there is no command 'rnu'; did you mean run?
                    shop.yaml                     | there is no command 'shop.yaml'
                    run --jsn shop.yaml           | there is no option '--jsn'; did you mean --json?
                    validate a b                  | 'b' is one argument too many
                    show forty-two                | RUN: 'forty-two' is not a whole number
                    runs --limit x                | '--limit': 'x' is not a whole number
                    runs --limit 0                | --limit must be 1 or more, but is 0
                    demo --scale huge             | '--scale': 'huge' is not a number
                    demo --scale 0                | the scale must be above 0
                    maskers emial                 | there is no masker 'emial'; did you mean email?
                    serve --port 99999            | the port must be from 0 to 65535, but is 99999
                    run --full --fresh shop.yaml  | --fresh, --full exclude each other
                    """)
    void badUseIsNamedAsPeopleTypedIt(String line, String said) {
        assertThat(execute(line.split(" "))).as(line).isEqualTo(2);
        assertThat(err().lines().findFirst().orElse("")).startsWith("understudy: " + said);
    }

    @Test
    void aMissingFileADirectoryAndAnUnreadableFileAreTold() throws Exception {
        assertThat(execute("run", folder.resolve("absent.yaml").toString())).isEqualTo(2);
        assertThat(err()).contains("absent.yaml: no such file");
        assertThat(execute("validate", folder.toString())).isEqualTo(2);
        assertThat(err()).contains("not a file");
        Path secret = Files.writeString(folder.resolve("secret.yaml"), "job: x\n");
        assertThat(secret.toFile().setReadable(false)).isTrue();
        if (!Files.isReadable(secret)) { // root may read everything
            assertThat(execute("plan", secret.toString())).isEqualTo(2);
            assertThat(err()).contains("may not be read");
        }
        assertThat(product.asked).isEmpty();
    }

    @Test
    void aCheckEndsWithTheCodeOfTheSideThatARunComesToFirst() {
        product.checked = Map.of(Side.SOURCE, Level.WARN, Side.LAKE, Level.OK);
        assertThat(execute("check", config)).isZero();
        assertThat(out())
                .contains("shop: a run could start; 1 warning", "GRANT SELECT ON t TO reader;")
                .doesNotContain("hunter2");
        product.checked = Map.of(Side.SOURCE, Level.OK, Side.LAKE, Level.FAIL);
        assertThat(execute("check", config)).isEqualTo(4);
        product.checked = Map.of(Side.SOURCE, Level.FAIL, Side.TWIN, Level.FAIL);
        assertThat(execute("check", config)).isEqualTo(3);
        product.checked = Map.of(Side.SOURCE, Level.FAIL, Side.HOME, Level.FAIL);
        assertThat(execute("check", config, "--json")).isEqualTo(2);
        assertThat(json().get("failed").asInt()).isEqualTo(2);
        JsonNode finding = json().get("findings").get(1);
        assertThat(finding.get("side").asString()).isEqualTo("source");
        assertThat(finding.get("level").asString()).isEqualTo("fail");
        assertThat(finding.get("ask").get(0).asString()).startsWith("GRANT");

        assertThat(execute("check", config, "--grants")).isZero();
        assertThat(out()).contains("-- For reading:\nGRANT SELECT ON t TO reader;\n");
    }

    @Test
    void everyCommandHasHelpWithAnExample() {
        new Cli(terminal(), Map.of(), product)
                .commandLine()
                .getSubcommands()
                .forEach((name, command) -> {
                    if (name.equals("help")) {
                        return;
                    }
                    assertThat(execute(name, "--help")).as(name).isZero();
                    assertThat(out()).as(name).contains("Usage: understudy " + name, "Example");
                });
        assertThat(execute("--help")).isZero();
        assertThat(out()).contains("Commands:", "Exit codes:", "understudy demo");
        assertThat(execute("help", "run")).isZero();
        assertThat(execute("--version")).isZero();
        assertThat(out()).startsWith("understudy ");
    }

    @Test
    void validateFindsProblemsLikeACompiler() {
        product.refusal = new ConfigProblems(Path.of("shop.yaml"), Samples.problems());

        assertThat(execute("validate", config)).isEqualTo(2);
        assertThat(err()).contains(":12:5: error [undecided-column]", "3 errors, 1 warning");
        assertThat(execute("run", config)).isEqualTo(2);
        assertThat(err()).contains("shop.yaml:12:5: error [undecided-column]");
    }

    @Test
    void validateOfflineAsksNoSource() {
        assertThat(execute("validate", config, "--offline")).isZero();
        assertThat(product.asked).containsExactly("read");
        assertThat(execute("validate", config)).isZero();
        assertThat(product.asked).containsExactly("read", "read", "plan");
    }

    @Test
    void problemsAsJsonCarryTheirPlaceAndId() {
        product.refusal = new ConfigProblems(Path.of("shop.yaml"), Samples.problems());

        assertThat(execute("validate", config, "--json")).isEqualTo(2);
        JsonNode json = json();
        assertThat(json.get("valid").asBoolean()).isFalse();
        JsonNode problem = json.get("problems").get(1);
        assertThat(problem.propertyNames())
                .containsExactly("id", "severity", "line", "column", "path", "message", "hint");
        assertThat(problem.get("id").asString()).isEqualTo("undecided-column");
        assertThat(problem.get("severity").asString()).isEqualTo("error");
        assertThat(problem.get("line").asInt()).isEqualTo(12);
    }

    @Test
    void theReportAsJsonHasStableFieldsAndNothingElseOnTheOutput() {
        assertThat(execute("run", config, "--json")).isZero();
        JsonNode json = json();
        assertThat(json.propertyNames())
                .containsExactly(
                        "run",
                        "job",
                        "configFile",
                        "configHash",
                        "status",
                        "started",
                        "ended",
                        "durationMillis",
                        "phaseMillis",
                        "executions",
                        "snapshots",
                        "keyId",
                        "epoch",
                        "sources",
                        "lake",
                        "rows",
                        "bytes",
                        "rowsPerSecond",
                        "mode",
                        "whyWhole",
                        "changes",
                        "reloads",
                        "left",
                        "tables",
                        "notCarried",
                        "warnings",
                        "failure");
        assertThat(json.get("tables").get(0).propertyNames())
                .containsExactly(
                        "table",
                        "sourceRows",
                        "countedAsSent",
                        "mixedSnapshots",
                        "twinRows",
                        "lakeRows",
                        "bytes",
                        "maskedColumns",
                        "keptColumns",
                        "unfitValues",
                        "unfitShapes",
                        "pulledRows",
                        "nullifiedKeys",
                        "keptChecksum",
                        "agrees",
                        "structureOnly",
                        "millis");
        assertThat(json.get("status").asString()).isEqualTo("done");
        assertThat(json.get("sources").get(0).get("source").asString())
                .isEqualTo("jdbc:postgresql://replica/shop");
        assertThat(json.get("failure").isNull()).isTrue();
    }

    @Test
    void aListOfRunsHasTheBeginningOfALongFailure() {
        assertThat(RunsCommand.lines(List.of(Samples.summary(Optional.of("short")))).getLast())
                .endsWith("  short");
        assertThat(
                        RunsCommand.lines(List.of(Samples.summary(Optional.of("word ".repeat(90)))))
                                .getLast())
                .endsWith("word word ...")
                .hasSizeLessThan(160);
    }

    @Test
    void runsShowPlanAndPurgeSpeakJson() {
        assertThat(execute("runs", "--json")).isZero();
        assertThat(json().get(0).get("status").asString()).isEqualTo("done");
        assertThat(execute("show", "1", "--json")).isZero();
        assertThat(json().get("steps").get(0).get("name").asString()).isEqualTo("copy:0001");
        assertThat(execute("plan", config, "--json")).isZero();
        assertThat(json().get("excluded").get(0).asString()).isEqualTo("public.tmp");
        assertThat(execute("purge", "--keep", "3", "--dry-run", "--json")).isZero();
        assertThat(json().get("dryRun").asBoolean()).isTrue();
        assertThat(execute("maskers", "--json")).isZero();
        assertThat(json().isArray()).isTrue();
        assertThat(execute("maskers", "email", "--json")).isZero();
        assertThat(json().get(0).get("promises").get("injective").asBoolean()).isTrue();
    }

    @Test
    void maskersAreComparedByWhatTheyPromise() {
        assertThat(execute("maskers")).isZero();
        assertThat(out())
                .containsPattern("masker +unique +format +length +check +what it does")
                .containsPattern("us-mbi +yes +yes +yes +yes +another")
                .containsPattern("case +rule +rule +rule +rule +another rule");
        assertThat(execute("maskers", "first-name")).isZero();
        assertThat(out())
                .contains("promises  the same value gives the same result; the format stays");
        assertThat(execute("maskers", "case")).isZero();
        assertThat(out()).contains("promises  what the rules in its parameters promise");
    }

    @Test
    void theReportPageIsWrittenIntoTheHome() {
        assertThat(execute("run", config)).isZero();
        assertThat(folder.resolve("home/reports/shop-1.html")).content().contains("Run 1 of shop");
        assertThat(out())
                .contains("home/reports/shop-1.html", "psql postgresql://dev:5433/shop_twin");
        assertThat(out()).doesNotContain("hunter2").doesNotContain("\u001b");
    }

    @Test
    void freshBeginsAnewAndRestartReadsTheConfigWhereItIsNow() {
        assertThat(execute("run", config, "--fresh")).isZero();
        assertThat(product.asked).contains("run afresh");
        assertThat(execute("run", config, "--tables", "shop.*,note", "--tables", "b")).isZero();
        assertThat(product.asked).contains("run tables [shop.*, note, b]");
        assertThat(execute("run", config, "--sweep")).isZero();
        assertThat(product.asked).contains("run sweep");
        assertThat(execute("run", config, "--tables", "a", "--full")).isEqualTo(2);
        assertThat(err()).contains("--full").contains("--tables");
        assertThat(execute("run", config, "--tables", "a.b.c.d")).isEqualTo(2);
        assertThat(execute("restart", "1")).isEqualTo(2);
        assertThat(err()).contains("no run 1");
        assertThat(execute("restart", "1", "--config", config)).isZero();
        assertThat(product.asked).contains("restart 1 " + config);
        assertThat(product.asked.getLast()).isEqualTo("close");
    }

    @Test
    void stopAsksTheRunOrSaysThatNobodyRunsIt() {
        assertThat(execute("stop", "3")).isZero();
        assertThat(out()).contains("understudy restart 3");
        assertThat(execute("stop", "4")).isEqualTo(2);
        assertThat(execute("show", "99")).isEqualTo(2);
    }

    @Test
    void purgeForgetsOnlyWhenConfirmed() {
        assertThat(execute("purge", "--keep", "3")).isEqualTo(2);
        assertThat(err()).contains("--yes");
        interactive = true;
        answer = "n";
        assertThat(execute("purge", "--keep", "3")).isEqualTo(2);
        answer = null;
        assertThat(execute("purge", "--keep", "3")).isEqualTo(2);
        assertThat(execute("purge", "--keep-for", "30d", "--dry-run")).isZero();
        assertThat(product.asked).doesNotContain("purge");
        answer = "y";
        assertThat(execute("purge", "--keep", "3")).isZero();
        assertThat(execute("purge", "--keep", "3", "--yes")).isZero();
        assertThat(product.asked).filteredOn("purge"::equals).hasSize(2);
    }

    @Test
    void purgeDeletesTheReportsOfForgottenRuns() throws IOException {
        assertThat(execute("run", config)).isZero();
        Path report = folder.resolve("home/reports/shop-1.html");
        Path other = Files.copy(report, folder.resolve("home/reports/shop-2.html"));
        assertThat(execute("purge", "--keep", "3", "--dry-run")).isZero();
        assertThat(report).exists();
        assertThat(execute("purge", "--keep", "3", "--yes")).isZero();
        assertThat(report).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void purgeRemovesOldVersionsOfALakeOnlyWhenConfirmed() {
        assertThat(execute("purge", "--lake", config, "--keep", "3")).isEqualTo(2);
        assertThat(err()).contains("1 version of the lake", "--yes");
        assertThat(execute("purge", "--lake", config, "--keep", "3", "--dry-run", "--json"))
                .isZero();
        assertThat(json().get("versions").get(0).get("version").asInt()).isEqualTo(7);
        assertThat(product.asked).doesNotContain("purge lake", "purge", "purgeable");
        assertThat(execute("purge", "--lake", config, "--keep", "3", "--yes")).isZero();
        assertThat(out()).contains("Removed 1 version of the lake");
        assertThat(product.asked).contains("purge lake");
    }

    @Test
    void anExportSaysWhatItWroteAndWhere() {
        String to = folder.resolve("out").toString();
        assertThat(execute("export", config, "--to", to)).isZero();
        assertThat(product.asked).contains("export Now[] [] " + to);
        assertThat(out())
                .contains("shop.orders  1,200,000 rows, 38")
                .contains("Exported version 7 of shop, published 2026-11-21T01:00:00Z, to " + to);
        assertThat(
                        execute(
                                "export",
                                config,
                                "--to",
                                to,
                                "--as-of",
                                "2026-11-21",
                                "--table",
                                "shop.*",
                                "--table",
                                "crm:app.*",
                                "--json"))
                .isZero();
        assertThat(product.asked)
                .contains(
                        "export Moment[at=2026-11-21T23:59:59.999999999Z] [shop.*, crm:app.*] "
                                + to);
        assertThat(json().get("tables").get(0).get("folder").asString()).isEqualTo("shop.orders");
        assertThat(json().get("version").asInt()).isEqualTo(7);
    }

    @Test
    void aLakesVersionsAreListedAndPrintedAsSql() {
        assertThat(execute("lake", "versions", config)).isZero();
        assertThat(out()).containsPattern("7 +1-0a1b2c3d +2026-11-21T01:00:00Z +1,200,000 +50,000");
        assertThat(execute("lake", "versions", config, "--json")).isZero();
        assertThat(json().get(0).get("changedRows").asInt()).isEqualTo(50_000);
        assertThat(execute("lake", "sql", config, "--as-of", "2026-11-21T09:30:00+02:00")).isZero();
        assertThat(out()).startsWith("CREATE OR REPLACE VIEW");
        assertThat(product.asked).contains("lake sql Moment[at=2026-11-21T07:30:00Z] []");
        assertThat(execute("lake", "sql", config, "--as-of", "17")).isZero();
        assertThat(product.asked).contains("lake sql Version[number=17] []");
    }

    @Test
    void previewWorksOnATerminalOnlyAndDefusesWhatItShows() {
        assertThat(execute("preview", config, "--table", "customer")).isEqualTo(2);
        assertThat(err()).contains("terminal only");
        assertThat(product.asked).isEmpty();
        interactive = true;
        assertThat(execute("preview", config, "--table", "customer", "--rows", "0")).isEqualTo(2);
        assertThat(execute("preview", config, "--table", "customer", "--rows", "2")).isZero();
        assertThat(product.asked).contains("preview public.customer 2");
        assertThat(out())
                .isEqualTo(
                        """
                        public.customer, row 1 of 2
                          column  rule   before                          after
                          id      keep   1                               1
                          email   email  ann@acme.com·[2J                k3d@example.org

                        public.customer, row 2 of 2
                          column  rule   before                          after
                          id      keep   2                               2
                          email   email  NULL                            NULL

                        """);
    }

    private int execute(String... arguments) {
        out.reset();
        err.reset();
        var environment = Map.of("UNDERSTUDY_HOME", folder.resolve("home").toString());
        return new Cli(terminal(), environment, product).execute(arguments);
    }

    private Terminal terminal() {
        return new Terminal(
                interactive,
                false,
                false,
                true,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                () -> new Terminal.Size(80, 24),
                prompt -> answer);
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out());
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
