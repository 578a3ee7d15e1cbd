package dev.understudy.kms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
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
    private final Map<String, Sealed> sealed = new ConcurrentHashMap<>();
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
        return encrypt(plaintext, Map.of());
    }

    /// The same under an encryption context.
    public String encrypt(byte[] plaintext, Map<String, String> context) {
        String ciphertext =
                Base64.getEncoder()
                        .encodeToString(
                                ("an envelope of the tests, number " + sealed.size())
                                        .getBytes(StandardCharsets.UTF_8));
        sealed.put(ciphertext, new Sealed(plaintext.clone(), context));
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
        @Nullable Sealed found = sealed.get(request.path("CiphertextBlob").asString(""));
        Map<String, String> context = new HashMap<>();
        request.path("EncryptionContext")
                .forEachEntry((name, text) -> context.put(name, text.asString()));
        String key = request.path("KeyId").asString(KEY);
        if (credentials == null
                || !credentials.contains("Credential=" + ACCESS_KEY + "/")
                || !credentials.contains("/kms/aws4_request")) {
            send(exchange, 400, Map.of("__type", "AccessDeniedException"));
        } else if (found == null || !found.context.equals(context)) {
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
                            Base64.getEncoder().encodeToString(found.plaintext),
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

    private record Sealed(byte[] plaintext, Map<String, String> context) {}

    @Override
    public void close() {
        server.stop(0);
    }
}
