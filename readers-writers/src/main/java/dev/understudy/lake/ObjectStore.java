package dev.understudy.lake;

import dev.understudy.rows.Failure;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Immutable objects under keys: an S3 bucket or a directory, with the same promises.
///
/// Keys are relative to the store's root, their parts are separated by `/`. An object is visible
/// whole or not at all. May be used by many threads at once. Every failure is a {@link Failure}
/// that names the object; passing faults of S3 were retried before.
public sealed interface ObjectStore extends AutoCloseable permits DirectoryStore, S3Store {

    /// Content of a small object and the tag that changes whenever the content does.
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Tagged(byte[] bytes, String etag) {}

    /// The end of an object, and how many bytes the whole has.
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Tail(byte[] bytes, long objectSize) {}

    /// An object in a listing.
    record Listed(String key, long size) {}

    static ObjectStore open(StoreLocation location) {
        String uri = location.uri();
        if (uri.startsWith("s3://")) {
            return S3Store.open(location);
        }
        if (uri.startsWith("file:")) {
            return new DirectoryStore(Path.of(java.net.URI.create(uri)));
        }
        if (uri.contains("://")) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    uri + ": a lake is s3://bucket/prefix, a file: URI or the path of a directory");
        }
        return new DirectoryStore(Path.of(uri));
    }

    /// Begins an object, which appears under its key, in place of an older one, when {@link
    /// ObjectUpload#commit} returns.
    ObjectUpload create(String key);

    /// A whole small object; empty if there is none.
    Optional<Tagged> read(String key);

    /// The last `length` bytes of an object, or all if it is smaller.
    Tail readTail(String key, int length);

    /// Some bytes of an object; fails if it ends before.
    byte[] readRange(String key, long start, int length);

    /// Empty if there is no such object.
    OptionalLong size(String key);

    /// All objects whose key begins so, read page by page, in no particular order; to be closed.
    Stream<Listed> list(String prefix);

    /// Removes objects; those that do not exist count as removed.
    void delete(Collection<String> keys);

    /// Removes what uploads to some keys below a prefix have left that will never be committed,
    /// because their process is gone. The keys are those of the objects, or of objects in the same
    /// folder.
    void deleteUnfinished(String prefix, Predicate<String> keys);

    /// Creates the object unless there is one: of all who try at once, exactly one succeeds.
    ///
    /// @return whether it was created. After a broken connection false can also mean that the first
    ///   try had arrived: whoever needs to know reads the object.
    boolean putIfAbsent(String key, byte[] content);

    /// Replaces the object if its tag is still `etag`: of all who try at once, exactly one
    /// succeeds.
    ///
    /// @return whether it was replaced, with the same doubt as {@link #putIfAbsent}
    boolean replaceIf(String key, String etag, byte[] content);

    @Override
    void close();
}
