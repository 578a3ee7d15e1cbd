package dev.understudy.launcher.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.Location;
import dev.understudy.config.Problem;
import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.run.RunProgress;
import dev.understudy.jobs.run.RunProgress.TableProgress;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunningJob;
import dev.understudy.launcher.Samples;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrawingTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Terminal.Size size = new Terminal.Size(100, 24);

    @Test
    void aFrameShowsTheRunItsPaceAndTheRunningTables() {
        assertThat(String.join("\n", frame(100, 24, true)))
                .isEqualTo(
                        """
                        shop #42  copying and masking  10.0 s  index customer_email_key
                          █████████████░░░░░░░░░   59 %  1,300,000 of 2,200,000 rows  250,000 rows/s  3.6 s left  25.0 MB/s
                            public.orders  ███████████░░░░░░░░░   55 %     1,100,000
                          1 of 3 tables done\
                        """);
    }

    @Test
    void thePaceOfRowsThatAreCopiedAgainIsNotBelowNothing() {
        var pace = new Pace();
        pace.add(progress(1, Phase.COPY, List.of(orders(900_000, true))));
        RunProgress again = progress(2, Phase.COPY, List.of(orders(100, false)));
        pace.add(again);
        assertThat(pace.rowsPerSecond()).isZero();
        assertThat(pace.bytesPerSecond()).isZero();
        pace.add(progress(3, Phase.COPY, List.of(orders(1_100, false))));
        assertThat(pace.rowsPerSecond()).isEqualTo(1_000);
    }

    @Test
    void aTerminalWithoutUnicodeGetsAsciiBars() {
        assertThat(String.join("\n", frame(100, 24, false)))
                .contains("#####....")
                .doesNotContain("█");
    }

    @Test
    void everyFrameFitsItsWindow() {
        for (int columns = 1; columns < 200; columns++) {
            for (int lines : new int[] {1, 2, 4, 6, 24}) {
                List<String> frame = frame(columns, lines, true);
                assertThat(frame.size()).isLessThanOrEqualTo(Math.max(1, lines - 1));
                int width = columns;
                assertThat(frame)
                        .allSatisfy(line ->
                                assertThat(line.length())
                                        .isLessThanOrEqualTo(Math.max(1, width - 1)));
            }
        }
    }

    @Test
    void theLiveDisplayRedrawsOnlyWhatChanged() {
        var job = new Steps();
        var display = new LiveDisplay(job, terminal(true));
        display.look(job);
        assertThat(out()).contains("copying and masking  0 ms", "public.orders");
        out.reset();

        display.look(job);
        assertThat(out()).isEqualTo("\u001b[?25l\u001b[4F\n\n\n\n");
        out.reset();

        display.notice("Stopping");
        display.look(job);
        assertThat(out()).contains("Stopping").doesNotContain("copying");
        out.reset();

        size = new Terminal.Size(40, 24);
        display.resized();
        display.look(job);
        assertThat(out()).contains("\u001b[J", "copying");
        out.reset();

        display.end(job);
        assertThat(out()).endsWith("\u001b[J\u001b[?25h");
    }

    @Test
    void thePlainDisplayTellsBeginningsEndsAndASummaryWithoutAnsi() {
        var display = new PlainDisplay(new Steps(), terminal(false));
        display.show(progress(0, Phase.PLAN, List.of()));
        display.show(progress(1, Phase.COPY, List.of(orders(0, false), customers(true))));
        display.show(progress(5, Phase.COPY, List.of(orders(1_000_000, false), customers(true))));
        display.show(progress(11, Phase.COPY, List.of(orders(1_600_000, false), customers(true))));
        display.show(progress(13, Phase.CHECK, List.of(orders(2_000_000, true), customers(true))));

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        shop#42 planning
                        shop#42 copying and masking
                        shop#42 public.customer[1/2] copied 200,000 rows
                        shop#42 public.orders copying about 2,000,000 rows
                        shop#42 11.0 s: 1,800,000 of 2,200,000 rows, 100,000 rows/s, 10.0 MB/s, 4.0 s left
                        shop#42 checking
                        shop#42 public.orders[2/2] copied 2,000,000 rows in 8.0 s
                        """);
    }

    @Test
    void thePlainDisplayWritesNoLineThatATablesNameForges() {
        var display = new PlainDisplay(new Steps(), terminal(false));
        var hostile =
                new TableProgress(
                        new TableName("public", "a\u001b[2J\r\nshop#42 done"), 2, 2, 20, true);
        display.show(progress(1, Phase.COPY, List.of(hostile)));

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        shop#42 copying and masking
                        shop#42 public.a·[2J·⏎shop#42 done[1/1] copied 2 rows
                        """);
    }

    @Test
    void aReportSaysWhatHappenedWhereItIsAndWhatToTypeNext() {
        RunReport report = Samples.done();

        assertThat(
                        String.join(
                                "\n",
                                ReportText.lines(
                                        report,
                                        ReportText.next(report, "/r.html"),
                                        terminal(false))))
                .isEqualTo(
                        """

                        Run 1 of shop: done in 12.4 s

                          Copied   2 tables, 1,250,000 rows, 125 MB, 100,806 rows/s
                          Masked   6 of 26 columns with key 0a1b2c3d
                          Checked  rows and checksums agree in 2 tables
                          Twin     jdbc:postgresql://dev:5433/shop_twin
                          Lake     /lake/shop/manifests/1.json

                          table                 rows     size  masked  kept   rows/s  check
                          public.orders    1,000,000   100 MB       3    10  200,000  agrees
                          public.customer    250,000  25.0 MB       3    10   50,000  agrees

                          Not carried into the twin
                            event trigger audit_ddl: needs a superuser

                          Warnings
                            [guessable] public.orders.state has 5 values; use constant

                          Next
                            psql postgresql://dev:5433/shop_twin   # and -U with a user of the twin
                            understudy show 1
                            file:///r.html\
                        """);
    }

    @Test
    void aFailedReportSaysWhyAndHowToGoOn() {
        RunReport report = Samples.failed(Failure.Kind.TARGET);

        assertThat(ReportText.lines(report, ReportText.next(report, ""), terminal(false)))
                .contains(
                        "Run 1 of shop: failed after 12.4 s",
                        "  twin or lake: the connection was refused",
                        "  Checked  2 tables not checked",
                        "    understudy restart 1   # goes on from the last checkpoint");
    }

    @Test
    void problemsAreGroupedByKindErrorsFirstAndShareAHint() {
        assertThat(String.join("\n", ProblemText.lines(Path.of("shop.yaml"), Samples.problems())))
                .isEqualTo(
                        """
                        shop.yaml:9:3: error [unknown-masker] no masker emial
                            hint: email
                        shop.yaml:10:5: error [undecided-column] public.customer.fax is new
                        shop.yaml:12:5: error [undecided-column] public.customer.phone is new
                            hint: add a rule, or keep it with a reason
                        shop.yaml:3:7: warning [guessable] public.orders.state has 5 values
                            hint: use constant
                        3 errors, 1 warning in shop.yaml\
                        """);
    }

    @Test
    void manyWarningsOfAKindAreCutShortAndErrorsAreNot() {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            var where = new Location(i + 1, 1, "columns");
            problems.add(Problem.warning("guessable", where, "column " + i, "use constant"));
            problems.add(Problem.error("undecided-column", where, "column " + i, "decide"));
        }
        assertThat(String.join("\n", ProblemText.brief(Path.of("shop.yaml"), problems)))
                .contains("column 5\n    hint: decide")
                .endsWith(
                        """
                        shop.yaml:3:1: warning [guessable] column 2
                            hint: use constant
                            and 3 more like these: understudy validate shop.yaml
                        6 errors, 6 warnings in shop.yaml\
                        """);
    }

    private static List<String> frame(int columns, int lines, boolean unicode) {
        var pace = new Pace();
        pace.add(progress(6, Phase.COPY, List.of(orders(100_000, false), customers(true))));
        RunProgress now =
                new RunProgress(
                        42,
                        "shop",
                        Phase.COPY,
                        Duration.ofSeconds(10),
                        "index customer_email_key",
                        List.of(
                                orders(1_100_000, false),
                                customers(true),
                                new TableProgress(
                                        new TableName("public", "waiting"), 0, 0, 0, false)));
        pace.add(now);
        return new ProgressFrame(now, pace, "", unicode).lines(new Terminal.Size(columns, lines));
    }

    private static RunProgress progress(int seconds, Phase phase, List<TableProgress> tables) {
        return new RunProgress(42, "shop", phase, Duration.ofSeconds(seconds), "", tables);
    }

    private static TableProgress orders(long rows, boolean done) {
        return new TableProgress(
                new TableName("public", "orders"), rows, 2_000_000, rows * 100, done);
    }

    private static TableProgress customers(boolean done) {
        return new TableProgress(
                new TableName("public", "customer"), 200_000, 200_000, 20_000_000, done);
    }

    private Terminal terminal(boolean live) {
        return new Terminal(
                live,
                live,
                false,
                true,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                () -> size,
                prompt -> null);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /// A run that does not move.
    private static final class Steps implements RunningJob {
        @Override
        public RunProgress progress() {
            return DrawingTest.progress(0, Phase.COPY, List.of(orders(1_000, false)));
        }

        @Override
        public void requestStop() {}

        @Override
        public RunReport await() {
            return Samples.done();
        }
    }
}
