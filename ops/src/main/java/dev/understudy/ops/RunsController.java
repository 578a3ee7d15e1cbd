package dev.understudy.ops;

import dev.understudy.jobs.run.RunDetails;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.ops.report.HtmlReport;
import dev.understudy.ops.report.RunJson;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The runs over HTTP, for reading.
@RestController
final class RunsController {
    private static final int MOST_RUNS = 1_000;

    private final RunsView runs;

    RunsController(RunsView runs) {
        this.runs = runs;
    }

    @GetMapping(path = "/api/runs", produces = MediaType.APPLICATION_JSON_VALUE)
    String list(@RequestParam(defaultValue = "100") int limit) {
        int asked = Math.clamp(limit, 1, MOST_RUNS);
        return RunJson.array(runs.runs(asked), RunJson::of).toPrettyString();
    }

    @GetMapping(path = "/api/runs/{run}", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<String> show(@PathVariable long run) {
        return ResponseEntity.of(runs.show(run).map(each -> RunJson.of(each).toPrettyString()));
    }

    @GetMapping(path = "/api/runs/{run}/report", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<String> report(@PathVariable long run) {
        return ResponseEntity.of(reportOf(run).map(each -> RunJson.of(each).toPrettyString()));
    }

    @GetMapping(path = "/runs/{run}/report.html", produces = "text/html;charset=UTF-8")
    ResponseEntity<String> page(@PathVariable long run) {
        return ResponseEntity.of(reportOf(run).map(HtmlReport::of));
    }

    private Optional<RunReport> reportOf(long run) {
        return runs.show(run).flatMap(RunDetails::report);
    }
}
