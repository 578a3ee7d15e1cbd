package dev.understudy.lake;

import dev.understudy.rows.Failure;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Objects in a bucket, below a prefix.
final class S3Store implements ObjectStore {
    // S3 takes 10,000 parts of at least 5 MB: objects of up to 80 GB, one part in memory.
    private static final int PART_BYTES = 8 << 20;
    private static final int KEYS_PER_DELETE = 1000;
    private static final int CONFLICTS_BEFORE_GIVING_UP = 8;

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final String server;

    /// @param server where the requests go, for messages
    private S3Store(S3Client client, String bucket, String prefix, String server) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.server = server;
    }

    static S3Store open(StoreLocation location) {
        String rest = location.uri().substring("s3://".length());
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash + 1).replaceAll("/+$", "");
        if (bucket.isEmpty()) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    location + ": the bucket is missing, write s3://bucket/prefix");
        }
        var builder =
                S3Client.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .forcePathStyle(location.pathStyle())
                        // Parts carry our own checksum; many servers do not know S3's newest ones.
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        location.endpoint().map(URI::create).ifPresent(builder::endpointOverride);
        location.region()
                .or(() -> location.endpoint().map(_ -> "us-east-1"))
                .map(Region::of)
                .ifPresent(builder::region);
        location.accessKey()
                .ifPresent(access ->
                        builder.credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                access, location.secretKey().orElseThrow()))));
        try {
            return new S3Store(
                    builder.build(),
                    bucket,
                    path.isEmpty() ? "" : path + "/",
                    location.endpoint().orElse("Amazon S3"));
        } catch (SdkException e) {
            throw new Failure(Failure.Kind.TARGET, location + ": " + e.getMessage(), e);
        }
    }

    @Override
    public ObjectUpload create(String key) {
        return new MultipartUpload(key);
    }

    @Override
    public Optional<Tagged> read(String key) {
        return attempt(
                "cannot be read",
                key,
                () -> {
                    try {
                        var object =
                                client.getObjectAsBytes(get -> get.bucket(bucket).key(full(key)));
                        return Optional.of(
                                new Tagged(object.asByteArrayUnsafe(), object.response().eTag()));
                    } catch (NoSuchKeyException absent) {
                        return Optional.empty();
                    }
                });
    }

    @Override
    public Tail readTail(String key, int length) {
        return attempt(
                "cannot be read",
                key,
                () -> {
                    var object =
                            client.getObjectAsBytes(get ->
                                    get.bucket(bucket).key(full(key)).range("bytes=-" + length));
                    // "bytes 90-99/100"; absent where the whole object was sent
                    String range = object.response().contentRange();
                    byte[] bytes = object.asByteArrayUnsafe();
                    return new Tail(
                            bytes,
                            range == null
                                    ? bytes.length
                                    : Long.parseLong(range.substring(range.indexOf('/') + 1)));
                });
    }

    @Override
    public byte[] readRange(String key, long start, int length) {
        return attempt(
                "cannot be read",
                key,
                () -> {
                    byte[] bytes =
                            client.getObjectAsBytes(get ->
                                            get.bucket(bucket)
                                                    .key(full(key))
                                                    .range(
                                                            "bytes="
                                                                    + start
                                                                    + "-"
                                                                    + (start + length - 1)))
                                    .asByteArrayUnsafe();
                    if (bytes.length != length) {
                        throw new Failure(
                                Failure.Kind.TARGET,
                                url(key)
                                        + ": ends before byte "
                                        + (start + length)
                                        + ", it was cut off or replaced");
                    }
                    return bytes;
                });
    }

    @Override
    public OptionalLong size(String key) {
        return attempt(
                "cannot be examined",
                key,
                () -> {
                    try {
                        return OptionalLong.of(
                                client.headObject(head -> head.bucket(bucket).key(full(key)))
                                        .contentLength());
                    } catch (NoSuchKeyException absent) {
                        return OptionalLong.empty();
                    }
                });
    }

    @Override
    public Stream<Listed> list(String keyPrefix) {
        return attempt(
                "cannot be listed",
                keyPrefix,
                () ->
                        client
                                .listObjectsV2Paginator(
                                        list -> list.bucket(bucket).prefix(full(keyPrefix)))
                                .contents()
                                .stream()
                                .map(this::listed));
    }

    private Listed listed(S3Object object) {
        return new Listed(object.key().substring(prefix.length()), object.size());
    }

    @Override
    public void delete(Collection<String> keys) {
        List<ObjectIdentifier> all =
                keys.stream()
                        .map(key -> ObjectIdentifier.builder().key(full(key)).build())
                        .toList();
        for (int from = 0; from < all.size(); from += KEYS_PER_DELETE) {
            var some = all.subList(from, Math.min(all.size(), from + KEYS_PER_DELETE));
            var response =
                    attempt(
                            "and " + (some.size() - 1) + " more cannot be deleted",
                            some.getFirst().key().substring(prefix.length()),
                            () ->
                                    client.deleteObjects(delete ->
                                            delete.bucket(bucket)
                                                    .delete(which ->
                                                            which.objects(some).quiet(true))));
            if (response.hasErrors() && !response.errors().isEmpty()) {
                var first = response.errors().getFirst();
                throw new Failure(
                        Failure.Kind.TARGET,
                        "s3://"
                                + bucket
                                + "/"
                                + first.key()
                                + " cannot be deleted: "
                                + first.code()
                                + "; "
                                + response.errors().size()
                                + " objects remain");
            }
        }
    }

    @Override
    public void deleteUnfinished(String keyPrefix, Predicate<String> keys) {
        attempt(
                "has unfinished uploads that cannot be removed",
                keyPrefix,
                () -> {
                    client
                            .listMultipartUploadsPaginator(
                                    list -> list.bucket(bucket).prefix(full(keyPrefix)))
                            .uploads()
                            .stream()
                            .filter(upload -> keys.test(upload.key().substring(prefix.length())))
                            .forEach(upload ->
                                    client.abortMultipartUpload(abort ->
                                            abort.bucket(bucket)
                                                    .key(upload.key())
                                                    .uploadId(upload.uploadId())));
                    return true;
                });
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        return putIf(key, content, put(key).ifNoneMatch("*").build());
    }

    @Override
    public boolean replaceIf(String key, String etag, byte[] content) {
        return putIf(key, content, put(key).ifMatch(etag).build());
    }

    private boolean putIf(String key, byte[] content, PutObjectRequest request) {
        return attempt(
                "cannot be written",
                key,
                () -> {
                    for (int conflicts = 0; ; conflicts++) {
                        try {
                            client.putObject(request, RequestBody.fromBytes(content));
                            return true;
                        } catch (S3Exception e) {
                            if (e.statusCode() == 412 || e instanceof NoSuchKeyException) {
                                return false;
                            }
                            // 409: another write of the key was under way; the condition is open.
                            if (e.statusCode() != 409 || conflicts == CONFLICTS_BEFORE_GIVING_UP) {
                                throw e;
                            }
                        }
                    }
                });
    }

    private PutObjectRequest.Builder put(String key) {
        return PutObjectRequest.builder().bucket(bucket).key(full(key));
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }

    private String full(String key) {
        return prefix + key;
    }

    private String url(String key) {
        return "s3://" + bucket + "/" + full(key);
    }

    private <T> T attempt(String what, String key, Supplier<T> call) {
        try {
            return call.get();
        } catch (S3Exception e) {
            String code = e.awsErrorDetails() == null ? "" : " " + e.awsErrorDetails().errorCode();
            throw new Failure(
                    Failure.Kind.TARGET,
                    "%s %s: %s answered %d%s"
                            .formatted(url(key), what, server, e.statusCode(), code),
                    e);
        } catch (SdkException e) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "%s %s at %s: %s".formatted(url(key), what, server, e.getMessage()),
                    e);
        }
    }

    /// One PUT where all fits into one part, else S3's multipart upload.
    private final class MultipartUpload implements ObjectUpload {
        private final String key;
        private byte[] part = new byte[64 << 10];
        private int size;
        private @Nullable String uploadId;
        private final List<CompletedPart> sent = new ArrayList<>();
        private boolean committed;

        MultipartUpload(String key) {
            this.key = key;
        }

        @Override
        public void write(byte[] bytes, int start, int length) {
            int at = start;
            int left = length;
            while (left > 0) {
                if (size == PART_BYTES) {
                    sendPart();
                }
                int room = Math.min(left, PART_BYTES - size);
                if (part.length < size + room) {
                    part =
                            java.util.Arrays.copyOf(
                                    part,
                                    Math.min(PART_BYTES, Math.max(2 * part.length, size + room)));
                }
                System.arraycopy(bytes, at, part, size, room);
                size += room;
                at += room;
                left -= room;
            }
        }

        private void sendPart() {
            attempt(
                    "cannot be written",
                    key,
                    () -> {
                        if (uploadId == null) {
                            uploadId =
                                    client.createMultipartUpload(
                                                    create -> create.bucket(bucket).key(full(key)))
                                            .uploadId();
                        }
                        int number = sent.size() + 1;
                        var response =
                                client.uploadPart(
                                        upload ->
                                                upload.bucket(bucket)
                                                        .key(full(key))
                                                        .uploadId(uploadId)
                                                        .partNumber(number),
                                        body());
                        sent.add(
                                CompletedPart.builder()
                                        .partNumber(number)
                                        .eTag(response.eTag())
                                        .build());
                        size = 0;
                        return sent;
                    });
        }

        // A stream over our own array spares the copy that RequestBody.fromBytes makes, and can be
        // reset for a retry.
        private RequestBody body() {
            return RequestBody.fromInputStream(new ByteArrayInputStream(part, 0, size), size);
        }

        @Override
        public void commit() {
            if (uploadId == null) {
                attempt("cannot be written", key, () -> client.putObject(put(key).build(), body()));
            } else {
                if (size > 0) {
                    sendPart();
                }
                attempt(
                        "cannot be written",
                        key,
                        () ->
                                client.completeMultipartUpload(complete ->
                                        complete.bucket(bucket)
                                                .key(full(key))
                                                .uploadId(uploadId)
                                                .multipartUpload(parts -> parts.parts(sent))));
            }
            committed = true;
        }

        @Override
        public void close() {
            if (uploadId != null && !committed) {
                attempt(
                        "cannot be given up",
                        key,
                        () ->
                                client.abortMultipartUpload(abort ->
                                        abort.bucket(bucket).key(full(key)).uploadId(uploadId)));
                uploadId = null;
            }
        }
    }
}
