package dev.understudy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.Secret;
import dev.understudy.rows.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpsServerTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String TOKEN = "a-token-of-enough-length";
    private static OpsServer open;
    private static OpsServer guarded;

    @BeforeAll
    static void start() {
        open = OpsServer.start(new OpsSettings("127.0.0.1", 0, Optional.empty()), new SampleRuns());
        guarded =
                OpsServer.start(
                        new OpsSettings("127.0.0.1", 0, Optional.of(new Secret(TOKEN))),
                        new SampleRuns());
    }

    @AfterAll
    static void stop() {
        open.close();
        guarded.close();
    }

    @Test
    void listsTheRunsLatestFirst() throws Exception {
        JsonNode runs = json(get(open, "/api/runs"));

        assertThat(runs.size()).isEqualTo(3);
        assertThat(runs.get(0).get("run").asLong()).isEqualTo(3);
        assertThat(runs.get(0).get("status").asString()).isEqualTo("running");
        assertThat(runs.get(0).get("ended").isNull()).isTrue();
        assertThat(json(get(open, "/api/runs?limit=1")).size()).isEqualTo(1);
    }

    @Test
    void showsARunWithItsSteps() throws Exception {
        JsonNode run = json(get(open, "/api/runs/1"));

        assertThat(run.get("steps").get(0).get("what").asString()).isEqualTo("public.orders[1/8]");
        assertThat(run.get("report").get("keyId").asString()).isEqualTo("0a1b2c3d");
    }

    @Test
    void givesTheReportAsJsonAndAsAPage() throws Exception {
        assertThat(json(get(open, "/api/runs/1/report")).get("rows").asLong()).isEqualTo(1_250_000);
        HttpResponse<String> page = get(open, "/runs/1/report.html");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'");
        assertThat(page.body()).contains("Run 1 of shop: done in 12.4 s").doesNotContain("hunter2");
    }

    @Test
    void answersNotFoundForAnUnknownRunAndARunWithoutReport() throws Exception {
        assertThat(get(open, "/api/runs/99").statusCode()).isEqualTo(404);
        assertThat(get(open, "/api/runs/3/report").statusCode()).isEqualTo(404);
        assertThat(get(open, "/nothing/here").statusCode()).isEqualTo(404);
        assertThat(get(open, "/api/runs/abc").statusCode()).isEqualTo(400);
    }

    @Test
    void aFailureInsideShowsNeitherStackTraceNorMessage() throws Exception {
        HttpResponse<String> answer = get(open, "/api/runs/666");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("at dev.", "Failure", "control database");
    }

    @Test
    void isHealthy() throws Exception {
        assertThat(json(get(open, "/actuator/health")).get("status").asString()).isEqualTo("UP");
    }

    @Test
    void exportsTheRunsForPrometheus() throws Exception {
        assertThat(get(open, "/actuator/prometheus").body())
                .contains("understudy_runs{job=\"shop\",status=\"running\"} 1.0")
                .contains("understudy_runs{job=\"shop\",status=\"stopped\"} 0.0")
                .contains("understudy_last_done_run_rows{job=\"shop\"} 1000.0")
                .contains("understudy_last_done_run_bytes{job=\"shop\"} 50000.0")
                .contains("understudy_last_done_run_duration_seconds{job=\"shop\"} 12.0")
                .contains("understudy_last_done_run_age_seconds{job=\"shop\"}")
                .contains("understudy_running_run_rows{job=\"shop\",run=\"3\"} 3000.0")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void onlyReadingIsAllowed() throws Exception {
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri(open, "/api/runs/1"))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build();
            assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode())
                    .as(method)
                    .isEqualTo(405);
        }
    }

    @Test
    void settingsOfOtherApplicationsOpenNothing() throws Exception {
        assertThat(OpsServerTest.class.getResource("/application.properties")).isNotNull();
        for (String path : new String[] {"/actuator/env", "/actuator/heapdump"}) {
            assertThat(get(open, path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void withoutTheTokenAStrangerGetsNothing() throws Exception {
        for (String path :
                new String[] {
                    "/api/runs", "/actuator/health", "/actuator/prometheus", "/nothing"
                }) {
            HttpResponse<String> answer = get(guarded, path);
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(answer.body()).as(path).isEmpty();
        }
        assertThat(get(guarded, "/api/runs", "Bearer another-token-entirely").statusCode())
                .isEqualTo(401);
    }

    @Test
    void withTheTokenEverythingAnswers() throws Exception {
        assertThat(get(guarded, "/api/runs", "Bearer " + TOKEN).statusCode()).isEqualTo(200);
    }

    @Test
    void aNameThatWasReboundToThisMachineIsRefused() throws Exception {
        assertThat(statusLine(open, "evil.example")).contains(" 403");
        assertThat(statusLine(open, "localhost.evil.example:80")).contains(" 403");
        assertThat(statusLine(open, "localhost:1")).contains(" 200");
        assertThat(statusLine(open, "[::1]:8080")).contains(" 200");
    }

    @Test
    void otherMachinesAreLetInOnlyWithAToken() {
        assertThatThrownBy(() -> new OpsSettings("0.0.0.0", 0, Optional.empty()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("UNDERSTUDY_TOKEN");
        assertThatThrownBy(() -> new OpsSettings("0.0.0.0", 0, Optional.of(new Secret("short"))))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("at least 16")
                .hasMessageNotContaining("short");
    }

    @Test
    void aPortThatIsTakenOrImpossibleIsNamed() {
        var taken = new OpsSettings("127.0.0.1", open.port(), Optional.empty());
        assertThatThrownBy(() -> OpsServer.start(taken, new SampleRuns()))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("cannot listen on 127.0.0.1:" + open.port());
        var elsewhere = new OpsSettings("192.0.2.1", 0, Optional.of(new Secret(TOKEN)));
        assertThatThrownBy(() -> OpsServer.start(elsewhere, new SampleRuns()))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("cannot listen on 192.0.2.1:0");
        assertThatThrownBy(() -> new OpsSettings("127.0.0.1", 65_536, Optional.empty()))
                .isInstanceOf(Failure.class)
                .hasMessage("the port must be from 0 to 65535, but is 65536");
    }

    private static HttpResponse<String> get(OpsServer server, String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(uri(server, path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(OpsServer server, String path, String authorization)
            throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(uri(server, path))
                        .header("Authorization", authorization)
                        .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static URI uri(OpsServer server, String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    /// By hand: the HTTP client does not let anybody choose the Host header.
    private static String statusLine(OpsServer server, String host) throws IOException {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(
                            ("GET /api/runs HTTP/1.1\r\nHost: "
                                            + host
                                            + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
