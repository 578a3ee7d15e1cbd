package dev.understudy.lake;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// An S3 server in the tests' JVM that checks signatures and conditions, started at its first use,
/// on a free port, and stopped when the tests end. Hands out empty buckets.
///
///     @RegisterExtension static final S3Server s3 = S3Server.shared();
///     ...
///     StoreLocation location = s3.newBucket();
public final class S3Server implements BeforeAllCallback {
    public static final String ACCESS_KEY = "lake-writer";
    public static final String SECRET_KEY = "tests-only-" + UUID.randomUUID();
    private static final S3Server SHARED = new S3Server();

    private final AtomicInteger buckets = new AtomicInteger();
    private @Nullable S3Proxy server;
    private @Nullable BlobStore blobs;
    private @Nullable Path folder;

    private S3Server() {}

    public static S3Server shared() {
        return SHARED;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        start();
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(S3Server.class))
                .computeIfAbsent(this, each -> (AutoCloseable) each::stop);
    }

    private synchronized void start() throws Exception {
        if (server != null) {
            return;
        }
        folder = Files.createTempDirectory("understudy-s3");
        var properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", folder.toString());
        blobs = BlobStores.create("filesystem-nio2", properties);
        server =
                S3Proxy.builder()
                        .blobStore(blobs)
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                        .ignoreUnknownHeaders(true)
                        .build();
        server.start();
    }

    /// The server's URL.
    public String endpoint() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /// A prefix in a bucket of its own.
    public StoreLocation newBucket() {
        String name = "bucket-" + buckets.incrementAndGet();
        blobs.createContainer(name);
        return StoreLocation.of("s3://" + name + "/lake")
                .atEndpoint(endpoint())
                .inRegion("eu-central-1")
                .withKeys(ACCESS_KEY, SECRET_KEY)
                .withPathStyle();
    }

    private synchronized void stop() throws Exception {
        if (server != null && folder != null) {
            server.stop();
            server = null;
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    delete(each);
                }
            }
        }
    }

    private static void delete(Path each) throws IOException {
        Files.deleteIfExists(each);
    }
}
