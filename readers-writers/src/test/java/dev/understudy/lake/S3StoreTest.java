package dev.understudy.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.rows.Failure;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class S3StoreTest implements ObjectStoreContract, LakeCatalogContract, LakeExportContract {
    @RegisterExtension static final S3Server server = S3Server.shared();

    private StoreLocation location;
    private ObjectStore store;

    @BeforeEach
    void open() {
        location = server.newBucket();
        store = ObjectStore.open(location);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public ObjectStore store() {
        return store;
    }

    // Publishing does not depend on it: the race is decided by the manifest, with If-None-Match.
    @Override
    @Disabled("s3proxy checks If-Match and then writes, so that all win; S3 does both at once")
    public void ofManyWhoReplaceAtOnceExactlyOneWins() {}

    @Test
    void aWrongSecretIsRefusedAndNeitherSecretIsSaid() {
        String wrong = "wrong-" + S3Server.SECRET_KEY;
        StoreLocation stranger = location.withKeys(S3Server.ACCESS_KEY, wrong);
        try (ObjectStore refused = ObjectStore.open(stranger)) {
            assertThatThrownBy(() -> refused.putIfAbsent("key", new byte[1]))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("403")
                    .satisfies(failure -> {
                        var trace = new StringWriter();
                        failure.printStackTrace(new PrintWriter(trace));
                        assertThat(trace.toString())
                                .doesNotContain(wrong)
                                .doesNotContain(S3Server.SECRET_KEY)
                                .doesNotContain(S3Server.ACCESS_KEY);
                    });
        }
        assertThat(stranger + " " + store)
                .doesNotContain(wrong)
                .doesNotContain(S3Server.ACCESS_KEY);
    }

    @Test
    void anAbsentBucketIsNamed() {
        StoreLocation nowhere =
                StoreLocation.of("s3://no-such-bucket/lake")
                        .atEndpoint(server.endpoint())
                        .withKeys(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)
                        .withPathStyle();
        try (ObjectStore absent = ObjectStore.open(nowhere)) {
            assertThatThrownBy(() -> absent.replaceIf("key", "\"0\"", new byte[1]))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("s3://no-such-bucket/lake/key")
                    .hasMessageContaining("NoSuchBucket");
        }
    }
}
