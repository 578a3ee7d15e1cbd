package dev.understudy.lake;

import dev.understudy.lake.Manifest.ChangeSet;
import dev.understudy.lake.Manifest.LakeTable;
import dev.understudy.rows.Failure;
import dev.understudy.rows.Reason;
import dev.understudy.schema.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/// Writes tables of a version of the lake into a folder as plain Parquet files, their rows as they
/// are after all changes: `<schema>.<table>/<number>.parquet`, under a folder for each source where
/// there are several. Files whose rows are all still right are copied byte by byte and checked by
/// their checksums; the others are written anew, value by value.
///
/// The folder appears with {@link #publish}, whole. One thread. Needs about 20 bytes of memory for
/// each changed row of a table, and what a row group takes.
public final class LakeExport implements AutoCloseable {
    private static final long FILE_BYTES = 128L << 20;
    private static final int COPIED_AT_ONCE = 4 << 20;
    private static final String LOCK = ".understudy-lock";

    private final ObjectStore lake;
    private final boolean severalSources;
    private final Path target;
    private final Path working;
    private final FileChannel lock;
    private final ObjectStore files;
    private boolean published;

    /// What was written of a table.
    ///
    /// @param folder within the target
    public record Exported(
            String source, TableName name, String folder, long rows, int files, long bytes) {}

    /// Told how far an export is.
    public interface Watcher {
        /// A part is about to be written, the first being 1.
        void writing(LakeTable table, int part, int parts);

        void done(Exported table);
    }

    private LakeExport(
            ObjectStore lake, Manifest manifest, Path target, Path working, FileChannel lock) {
        this.lake = lake;
        this.target = target;
        this.working = working;
        this.lock = lock;
        this.files = new DirectoryStore(working);
        severalSources = manifest.hasSeveralSources();
    }

    /// Begins an export; what one that was killed has left is removed.
    ///
    /// @param target a folder that is empty, or not there
    /// @throws Failure of kind CONFIG if it is neither, or if another process exports to it
    public static LakeExport begin(ObjectStore lake, Manifest manifest, Path target) {
        Path folder = target.toAbsolutePath().normalize();
        Path name = folder.getFileName();
        if (name == null) {
            throw refused(folder, "is no folder to export to");
        }
        Path working = folder.resolveSibling("." + name + ".exporting");
        try {
            if (Files.exists(folder)) {
                checkEmpty(folder);
            }
            Files.createDirectories(working);
            FileChannel lock =
                    FileChannel.open(
                            working.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            try {
                if (!isOurs(lock)) {
                    throw refused(folder, "is being exported to by another process");
                }
                remove(working, each -> !each.equals(working) && !each.endsWith(LOCK));
                return new LakeExport(lake, manifest, folder, working, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.TARGET, working + " cannot be written: " + Reason.of(e), e);
        }
    }

    private static boolean isOurs(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void checkEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw refused(folder, "is a file");
        }
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw refused(folder, "is not empty");
            }
        }
    }

    private static Failure refused(Path folder, String why) {
        return new Failure(
                Failure.Kind.CONFIG, folder + " " + why + "; name a folder that is not there yet");
    }

    private static void remove(Path folder, Predicate<Path> concerned) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(concerned).sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /// Writes a table. One without rows gets a file without rows.
    public Exported write(LakeTable table, Watcher watcher) {
        try (var writing = new Writing(table, watcher)) {
            Exported exported = writing.all();
            watcher.done(exported);
            return exported;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A table on its way.
    private final class Writing implements AutoCloseable {
        private final LakeTable table;
        private final String folder;
        private Optional<RowFile> file = Optional.empty();
        private final Watcher watcher;
        private final int parts;
        private int begun;
        private int number;
        private long rows;
        private long bytes;

        Writing(LakeTable table, Watcher watcher) {
            this.table = table;
            this.watcher = watcher;
            parts =
                    table.parts().size()
                            + table.changes().stream()
                                    .mapToInt(each -> each.upserted().size())
                                    .sum();
            String name = LakeCatalog.folder(table.name());
            folder = severalSources ? LakeCatalog.encoded(table.source()) + "/" + name : name;
        }

        Exported all() throws IOException {
            var last = new LastChanges(table.name().toString(), table.changedRows());
            int set = 0;
            for (ChangeSet each : table.changes()) {
                set++;
                int now = set;
                // The deleted first: a key that is in both is there.
                for (Part part : each.deleted()) {
                    rows(PartReader.open(lake, part), key -> mark(last, key, now));
                }
                for (Part part : each.upserted()) {
                    rows(PartReader.open(lake, part), key -> mark(last, key, now));
                }
            }
            for (Part part : table.parts()) {
                next();
                if (table.changes().isEmpty()) {
                    copy(part);
                } else {
                    base(part, last);
                }
            }
            set = 0;
            for (ChangeSet each : table.changes()) {
                set++;
                int now = set;
                for (Part part : each.upserted()) {
                    next();
                    PartReader reader = PartReader.open(lake, part);
                    take(reader, rows(reader, key -> last.take(key, now)));
                }
            }
            if (file.isPresent() || number == 0) {
                endFile(file.isPresent() ? file.get() : open(emptySchema()));
            }
            return new Exported(table.source(), table.name(), folder, rows, number, bytes);
        }

        private void next() {
            watcher.writing(table, ++begun, parts);
        }

        private static boolean mark(LastChanges last, ColumnReader[] key, int set) {
            last.put(key, set);
            return false;
        }

        private void base(Part part, LastChanges last) throws IOException {
            PartReader reader = PartReader.open(lake, part);
            BitSet[] kept = rows(reader, key -> !last.has(key));
            long stay = Stream.of(kept).mapToLong(BitSet::cardinality).sum();
            if (stay == part.rows()) {
                copy(part);
            } else {
                take(reader, kept);
            }
        }

        /// Which rows meet a condition of their key, by row group.
        private BitSet[] rows(PartReader reader, Predicate<ColumnReader[]> condition) {
            MessageType schema = reader.schema();
            var key =
                    new MessageType(
                            schema.getName(), table.key().stream().map(schema::getType).toList());
            BitSet[] found = new BitSet[reader.groups()];
            for (int group = 0; group < found.length; group++) {
                found[group] = new BitSet();
                ColumnReader[] columns = reader.columns(group, key);
                long count = reader.rows(group);
                for (int row = 0; row < count; row++) {
                    if (condition.test(columns)) {
                        found[group].set(row);
                    }
                    for (ColumnReader column : columns) {
                        column.consume();
                    }
                }
            }
            return found;
        }

        private void take(PartReader reader, BitSet[] kept) throws IOException {
            MessageType plain = plain(reader.schema());
            for (int group = 0; group < kept.length; group++) {
                if (kept[group].isEmpty()) {
                    continue;
                }
                ColumnReader[] columns = reader.columns(group, plain);
                for (int row = 0; row < kept[group].length(); row++) {
                    RowFile open = file.isPresent() ? file.get() : open(plain);
                    if (kept[group].get(row)) {
                        open.take(columns);
                    } else {
                        open.pass(columns);
                    }
                }
                if (file.isPresent() && file.get().bytes() >= FILE_BYTES) {
                    endFile(file.get());
                }
            }
        }

        /// Without the columns that tell a change.
        private MessageType plain(MessageType schema) {
            List<Type> types = schema.getFields().subList(0, table.columns().size());
            return new MessageType(schema.getName(), types);
        }

        private MessageType emptySchema() {
            return new MessageType(
                    table.name().name(),
                    table.columns().stream()
                            .map(column ->
                                    LakeTypes.declared(column)
                                            .orElseGet(() ->
                                                    Types.optional(PrimitiveTypeName.BINARY)
                                                            .named(column.name())))
                            .toList());
        }

        private String nextKey() {
            return folder + "/%05d.parquet".formatted(number++);
        }

        private RowFile open(MessageType plain) {
            RowFile opened = RowFile.open(files, nextKey(), plain);
            file = Optional.of(opened);
            return opened;
        }

        private void endFile(RowFile ended) throws IOException {
            ended.finish();
            rows += ended.rows();
            bytes += ended.bytes();
            ended.close();
            file = Optional.empty();
        }

        /// Byte by byte.
        private void copy(Part part) {
            MessageDigest digest = sha256();
            try (ObjectUpload upload = files.create(nextKey())) {
                for (long at = 0; at < part.bytes(); at += COPIED_AT_ONCE) {
                    int length = (int) Math.min(COPIED_AT_ONCE, part.bytes() - at);
                    byte[] read = lake.readRange(part.key(), at, length);
                    digest.update(read);
                    upload.write(read, 0, length);
                }
                if (!HexFormat.of().formatHex(digest.digest()).equals(part.sha256())) {
                    throw PartReader.mismatch(
                            lake, part, "another checksum than its manifest says");
                }
                upload.commit();
            }
            rows += part.rows();
            bytes += part.bytes();
        }

        @Override
        public void close() {
            file.ifPresent(RowFile::close);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Makes the folder visible, with everything that was written.
    public void publish() {
        try {
            Files.move(working, target, StandardCopyOption.ATOMIC_MOVE);
            published = true;
            // Not before: whoever finds none may take the folder for one that was left.
            Files.delete(target.resolve(LOCK));
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    target + " cannot be put in its place: " + Reason.of(e),
                    e);
        }
    }

    /// Removes everything unless it is published.
    @Override
    public void close() {
        try (lock) {
            if (!published) {
                remove(working, _ -> true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
