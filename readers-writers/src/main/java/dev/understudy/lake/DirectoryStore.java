package dev.understudy.lake;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.understudy.rows.Failure;
import dev.understudy.rows.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Objects as files. A file is written beside its place under a hidden name, forced to the disk,
/// and renamed; conditional writes hold a lock on one file of the root meanwhile, which the system
/// releases if the process dies.
final class DirectoryStore implements ObjectStore {
    private static final String HIDDEN = ".understudy-";

    // A file lock excludes other processes only.
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private final Path root;

    DirectoryStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public ObjectUpload create(String key) {
        return new FileUpload(key);
    }

    @Override
    public Optional<Tagged> read(String key) {
        try {
            byte[] bytes = Files.readAllBytes(path(key));
            return Optional.of(new Tagged(bytes, etag(bytes)));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("cannot be read", key, e);
        }
    }

    @Override
    public Tail readTail(String key, int length) {
        try (var channel = FileChannel.open(path(key), READ)) {
            long size = channel.size();
            int part = (int) Math.min(size, length);
            return new Tail(readFully(channel, key, size - part, part), size);
        } catch (IOException e) {
            throw failed("cannot be read", key, e);
        }
    }

    @Override
    public byte[] readRange(String key, long start, int length) {
        try (var channel = FileChannel.open(path(key), READ)) {
            return readFully(channel, key, start, length);
        } catch (IOException e) {
            throw failed("cannot be read", key, e);
        }
    }

    private byte[] readFully(FileChannel channel, String key, long start, int length)
            throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, start + buffer.position()) < 0) {
                throw new Failure(
                        Failure.Kind.TARGET,
                        root.resolve(key)
                                + ": ends before byte "
                                + (start + length)
                                + ", it was cut off or replaced");
            }
        }
        return buffer.array();
    }

    @Override
    public OptionalLong size(String key) {
        try {
            return OptionalLong.of(Files.size(path(key)));
        } catch (NoSuchFileException absent) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw failed("cannot be examined", key, e);
        }
    }

    @Override
    @SuppressWarnings("StreamResourceLeak") // the caller closes it
    public Stream<Listed> list(String prefix) {
        return files(prefix)
                .filter(key -> !isHidden(key))
                .flatMap(key -> size(key).stream().mapToObj(size -> new Listed(key, size)));
    }

    @SuppressWarnings("StreamResourceLeak") // the caller closes it
    private Stream<String> files(String prefix) {
        int slash = prefix.lastIndexOf('/');
        Path folder = slash < 0 ? root : path(prefix.substring(0, slash));
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try {
            return Files.walk(folder)
                    .filter(Files::isRegularFile)
                    .map(root::relativize)
                    .map(file -> file.toString().replace(java.io.File.separatorChar, '/'))
                    .filter(key -> key.startsWith(prefix));
        } catch (IOException e) {
            throw failed("cannot be listed", prefix, e);
        }
    }

    private static boolean isHidden(String key) {
        return key.startsWith(HIDDEN, key.lastIndexOf('/') + 1);
    }

    @Override
    public void delete(Collection<String> keys) {
        var folders = new HashSet<Path>();
        for (String key : keys) {
            Path file = path(key);
            folders.add(file.getParent());
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw failed("cannot be deleted", key, e);
            }
        }
        folders.remove(root);
        for (Path folder : folders) {
            try {
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                // It is not empty, or somebody else removed it first.
            }
        }
    }

    @Override
    public void deleteUnfinished(String prefix, Predicate<String> keys) {
        try (var files = files(prefix)) {
            delete(files.filter(DirectoryStore::isHidden).filter(keys).toList());
        }
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        return writeIf(key, content, Optional::isEmpty);
    }

    @Override
    public boolean replaceIf(String key, String etag, byte[] content) {
        return writeIf(
                key,
                content,
                present -> present.map(Tagged::etag).filter(etag::equals).isPresent());
    }

    private boolean writeIf(String key, byte[] content, Predicate<Optional<Tagged>> condition) {
        ReentrantLock threads = LOCKS.computeIfAbsent(root, _ -> new ReentrantLock());
        threads.lock();
        try {
            Files.createDirectories(root);
            try (var file = FileChannel.open(root.resolve(HIDDEN + "lock"), CREATE, WRITE);
                    var processes = file.lock();
                    var upload = new FileUpload(key)) {
                if (!processes.isValid() || !condition.test(read(key))) {
                    return false;
                }
                upload.write(content, 0, content.length);
                upload.commit();
                return true;
            }
        } catch (IOException e) {
            throw failed("cannot be written", key, e);
        } finally {
            threads.unlock();
        }
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return root.toString();
    }

    private Path path(String key) {
        Path path = root.resolve(key).normalize();
        if (key.isEmpty() || !path.startsWith(root) || path.equals(root)) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "\"" + key + "\" is not the key of an object below " + root);
        }
        return path;
    }

    private static String etag(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Failure failed(String what, String key, IOException cause) {
        return new Failure(
                Failure.Kind.TARGET,
                root.resolve(key) + " " + what + ": " + Reason.of(cause),
                cause);
    }

    private final class FileUpload implements ObjectUpload {
        private final String key;
        private final Path target;
        private final Path hidden;
        private @Nullable FileChannel channel;

        FileUpload(String key) {
            this.key = key;
            target = path(key);
            hidden = target.resolveSibling(HIDDEN + UUID.randomUUID());
        }

        private FileChannel channel() throws IOException {
            if (channel == null) {
                Files.createDirectories(hidden.getParent());
                channel = FileChannel.open(hidden, CREATE_NEW, WRITE);
            }
            return channel;
        }

        @Override
        public void write(byte[] bytes, int start, int length) {
            try {
                var buffer = ByteBuffer.wrap(bytes, start, length);
                while (buffer.hasRemaining()) {
                    channel().write(buffer);
                }
            } catch (IOException e) {
                throw failed("cannot be written", key, e);
            }
        }

        @Override
        public void commit() {
            try {
                channel().force(true);
                channel().close();
                Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE);
                // The new name is durable only when its directory is.
                try (var folder = FileChannel.open(target.getParent(), READ)) {
                    folder.force(true);
                }
            } catch (IOException e) {
                throw failed("cannot be written", key, e);
            }
        }

        @Override
        public void close() {
            if (channel == null) {
                return;
            }
            try {
                channel.close();
                Files.deleteIfExists(hidden);
            } catch (IOException e) {
                throw failed("cannot be given up", key, e);
            }
        }
    }
}
