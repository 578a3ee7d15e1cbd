package dev.understudy.kms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A small server that answers KMS's Decrypt as KMS does: signed requests only, and only what it
/// has encrypted.
public final class KmsServer implements AutoCloseable {
    public static final String KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd";
    public static final String ACCESS_KEY = "AKIATEST";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer server;
    private final Map<String, byte[]> plaintexts = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    public KmsServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// What this server decrypts to a plaintext: base 64 that has nothing to do with it.
    public String encrypt(byte[] plaintext) {
        String ciphertext =
                Base64.getEncoder()
                        .encodeToString(
                                ("an envelope of the tests, number " + plaintexts.size())
                                        .getBytes(StandardCharsets.UTF_8));
        plaintexts.put(ciphertext, plaintext.clone());
        return ciphertext;
    }

    /// The targets of the requests so far.
    public List<String> asked() {
        return List.copyOf(asked);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target")));
        JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String credentials = exchange.getRequestHeaders().getFirst("Authorization");
        byte @Nullable [] plaintext = plaintexts.get(request.path("CiphertextBlob").asString(""));
        String key = request.path("KeyId").asString(KEY);
        if (credentials == null
                || !credentials.contains("Credential=" + ACCESS_KEY + "/")
                || !credentials.contains("/kms/aws4_request")) {
            send(exchange, 400, Map.of("__type", "AccessDeniedException"));
        } else if (plaintext == null) {
            send(exchange, 400, Map.of("__type", "InvalidCiphertextException"));
        } else if (!key.equals(KEY)) {
            send(exchange, 400, Map.of("__type", "IncorrectKeyException"));
        } else {
            send(
                    exchange,
                    200,
                    Map.of(
                            "KeyId",
                            KEY,
                            "Plaintext",
                            Base64.getEncoder().encodeToString(plaintext),
                            "EncryptionAlgorithm",
                            "SYMMETRIC_DEFAULT"));
        }
    }

    private static void send(HttpExchange exchange, int status, Map<String, String> answer)
            throws IOException {
        byte[] body = JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
