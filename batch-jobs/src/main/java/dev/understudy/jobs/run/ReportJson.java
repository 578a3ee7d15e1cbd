package dev.understudy.jobs.run;

import dev.understudy.jobs.copy.TableOutcome;
import java.util.List;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reports as the control database keeps them.
final class ReportJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ReportJson() {}

    static String report(RunReport report) {
        return JSON.writeValueAsString(report);
    }

    static RunReport report(String json) {
        return JSON.readValue(json, RunReport.class);
    }

    static String outcomes(List<TableOutcome> outcomes) {
        return JSON.writeValueAsString(outcomes);
    }

    static List<TableOutcome> outcomes(String json) {
        return JSON.readValue(json, new TypeReference<List<TableOutcome>>() {});
    }
}
