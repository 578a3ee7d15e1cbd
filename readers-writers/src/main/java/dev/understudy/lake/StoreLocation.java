package dev.understudy.lake;

import java.util.Optional;

/// Where an {@link ObjectStore} is and who we are there. Prints without the keys.
public final class StoreLocation {
    private final String uri;
    private final Optional<String> endpoint;
    private final Optional<String> region;
    private final Optional<Keys> keys;
    private final boolean pathStyle;

    private record Keys(String access, String secret) {}

    private StoreLocation(
            String uri,
            Optional<String> endpoint,
            Optional<String> region,
            Optional<Keys> keys,
            boolean pathStyle) {
        this.uri = uri;
        this.endpoint = endpoint;
        this.region = region;
        this.keys = keys;
        this.pathStyle = pathStyle;
    }

    /// @param uri `s3://bucket/prefix`, `file:///path`, or a path; region and credentials are the
    ///   environment's until said otherwise
    public static StoreLocation of(String uri) {
        return new StoreLocation(uri, Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    /// An S3 server other than Amazon's: `http://127.0.0.1:9000`.
    public StoreLocation atEndpoint(String url) {
        return new StoreLocation(uri, Optional.of(url), region, keys, pathStyle);
    }

    public StoreLocation inRegion(String name) {
        return new StoreLocation(uri, endpoint, Optional.of(name), keys, pathStyle);
    }

    public StoreLocation withKeys(String accessKey, String secretKey) {
        return new StoreLocation(
                uri, endpoint, region, Optional.of(new Keys(accessKey, secretKey)), pathStyle);
    }

    /// The bucket stands in the path and not in the host name.
    public StoreLocation withPathStyle() {
        return new StoreLocation(uri, endpoint, region, keys, true);
    }

    String uri() {
        return uri;
    }

    Optional<String> endpoint() {
        return endpoint;
    }

    Optional<String> region() {
        return region;
    }

    Optional<String> accessKey() {
        return keys.map(Keys::access);
    }

    Optional<String> secretKey() {
        return keys.map(Keys::secret);
    }

    boolean pathStyle() {
        return pathStyle;
    }

    @Override
    public String toString() {
        return uri + endpoint.map(url -> " at " + url).orElse("");
    }
}
