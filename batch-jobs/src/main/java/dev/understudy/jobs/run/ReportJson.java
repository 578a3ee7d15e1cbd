package dev.understudy.jobs.run;

import dev.understudy.config.Location;
import dev.understudy.config.TablePattern;
import dev.understudy.jobs.copy.Asked;
import dev.understudy.jobs.copy.ConsistencyPoint;
import dev.understudy.jobs.copy.TableOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reports as the control database keeps them.
final class ReportJson {
    // Reports of earlier versions lack what was added since.
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

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

    static String texts(List<String> texts) {
        return JSON.writeValueAsString(texts);
    }

    static List<String> texts(String json) {
        return JSON.readValue(json, new TypeReference<List<String>>() {});
    }

    private record AskedTexts(List<String> tables, boolean sweep) {}

    static String asked(Asked asked) {
        return JSON.writeValueAsString(
                new AskedTexts(
                        asked.tables().stream().map(TablePattern::text).toList(), asked.sweep()));
    }

    static Asked asked(String json) {
        AskedTexts asked = JSON.readValue(json, AskedTexts.class);
        var given = new Location(1, 1, "--tables");
        return new Asked(
                asked.tables().stream().map(each -> new TablePattern(each, given)).toList(),
                asked.sweep());
    }

    static String points(List<ConsistencyPoint> points) {
        return JSON.writeValueAsString(points);
    }

    static List<ConsistencyPoint> points(String json) {
        return JSON.readValue(json, new TypeReference<List<ConsistencyPoint>>() {});
    }

    static String clocks(Map<String, Instant> clocks) {
        return JSON.writeValueAsString(clocks);
    }

    static Map<String, Instant> clocks(String json) {
        return JSON.readValue(json, new TypeReference<Map<String, Instant>>() {});
    }

    static List<TableOutcome> outcomes(String json) {
        return JSON.readValue(json, new TypeReference<List<TableOutcome>>() {});
    }
}
