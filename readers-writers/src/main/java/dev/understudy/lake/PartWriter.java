package dev.understudy.lake;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.rows.ValueReader.CorruptValue;
import dev.understudy.schema.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// Writes rows of one shape into one Parquet file of the lake.
///
/// The file becomes visible with {@link #finish}; closed before, the writer leaves nothing. Needs
/// about the memory of {@link PartOptions#rowGroupBytes} plus the largest value three times over,
/// however many rows come. One thread at a time. Values go from the batch's bytes into Parquet's
/// pages column by column, without objects in between.
public final class PartWriter implements AutoCloseable {
    private static final int CHUNK_CELLS = 1 << 15;
    private static final int CHUNK_ROWS = 1024;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int LEAST_PAGE_BYTES = 8 << 10;
    private static final int MOST_PAGE_BYTES = 1 << 20;
    private static final int INDEX_VALUE_BYTES = 64;

    private final String key;
    private final RowShape shape;
    private final PartOptions options;
    private final MessageType schema;
    private final Field[] fields;
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<ConstantLeaf> constants;
    private final Codec codec;
    private final ObjectUpload upload;
    private final UploadOutput output;
    private final ParquetFileWriter file;
    private int[] starts = {};
    private @Nullable ColumnChunkPageWriteStore group;
    private long groupRows;
    private long rows;
    private boolean ended;

    private PartWriter(ObjectStore store, String key, RowShape shape, PartOptions options)
            throws IOException {
        this.key = key;
        this.shape = shape;
        this.options = options;
        var mappings = shape.columns().stream().map(column -> mapping(column, options)).toList();
        // PostgreSQL has tables without columns, Parquet has no such files.
        var constant =
                options.change()
                        .map(ConstantLeaf::of)
                        .orElse(mappings.isEmpty() ? List.of(ConstantLeaf.ROW) : List.of());
        schema = schema(shape, mappings, constant);
        var columns = schema.getColumns().iterator();
        int pageBytes =
                Math.clamp(
                        options.rowGroupBytes() / (4L * schema.getColumns().size()),
                        LEAST_PAGE_BYTES,
                        MOST_PAGE_BYTES);
        fields =
                mappings.stream()
                        .map(mapping ->
                                mapping.bind(
                                        () -> {
                                            var column = columns.next();
                                            return new Leaf.Frame(
                                                    column,
                                                    pageBytes,
                                                    options.bloomColumns()
                                                            .contains(column.getPath()[0]));
                                        },
                                        0))
                        .toArray(Field[]::new);
        for (Field field : fields) {
            collectLeaves(field);
        }
        constants =
                constant.stream()
                        .map(each -> each.bind(new Leaf.Frame(columns.next(), pageBytes, false)))
                        .toList();
        leaves.addAll(constants);
        codec = new Codec(options.compression());
        upload = store.create(key);
        output = new UploadOutput(upload);
        file =
                new ParquetFileWriter(
                        output.asFile(),
                        schema,
                        ParquetFileWriter.Mode.CREATE,
                        Long.MAX_VALUE,
                        0,
                        INDEX_VALUE_BYTES,
                        INDEX_VALUE_BYTES,
                        true);
        file.start();
    }

    /// Begins a file; an older one under the key is replaced when this one is finished.
    public static PartWriter open(
            ObjectStore store, String key, RowShape shape, PartOptions options) {
        try {
            return new PartWriter(store, key, shape, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LakeTypes.Mapping mapping(RowColumn column, PartOptions options) {
        return LakeTypes.mapping(column, options.textColumns().contains(column.name()));
    }

    private static MessageType schema(
            RowShape shape,
            List<LakeTypes.Mapping> mappings,
            List<ConstantLeaf.Constant> constants) {
        List<Type> types = new ArrayList<>();
        mappings.forEach(mapping -> types.add(mapping.type()));
        if (!constants.isEmpty()) {
            Change.clash(shape.columns().stream().map(RowColumn::name).toList())
                    .ifPresent(name -> {
                        throw new Failure(
                                Failure.Kind.TARGET,
                                shape.table()
                                        + "."
                                        + name
                                        + ": its name is taken in the lake's change parts");
                    });
            constants.forEach(each -> types.add(each.type()));
        }
        return new MessageType(shape.table().name(), types);
    }

    private void collectLeaves(Field field) {
        switch (field) {
            case Leaf leaf -> leaves.add(leaf);
            case Field.ListField list -> collectLeaves(list.element());
            case Field.StructField struct -> {
                for (Field attribute : struct.attributes()) {
                    collectLeaves(attribute);
                }
            }
        }
    }

    /// Adds the rows of a batch, which may be used again afterwards.
    public void write(RowBatch batch) {
        if (ended) {
            throw new IllegalStateException(key + " is finished");
        }
        try {
            int row = 0;
            while (row < batch.rows()) {
                int count = chunkRows(batch, row);
                locate(batch, row, count);
                if (group == null) {
                    beginGroup();
                }
                for (int column = 0; column < fields.length; column++) {
                    writeColumn(batch.bytes(), column, count);
                }
                for (ConstantLeaf constant : constants) {
                    constant.repeat(count);
                }
                row += count;
                rows += count;
                groupRows += count;
                if (buffered() >= options.rowGroupBytes()) {
                    endGroup();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int chunkRows(RowBatch batch, int first) {
        int most = Math.min(CHUNK_ROWS, Math.max(1, CHUNK_CELLS / leaves.size()));
        int last = Math.min(batch.rows(), first + most);
        int row = first + 1;
        int limit = batch.rowStart(first) + CHUNK_BYTES;
        while (row < last && batch.rowEnd(row) <= limit) {
            row++;
        }
        return row - first;
    }

    /// Finds where each value begins, and that the rows are whole.
    private void locate(RowBatch batch, int first, int count) {
        byte[] bytes = batch.bytes();
        if (starts.length < count * fields.length) {
            starts = new int[count * fields.length];
        }
        for (int row = 0; row < count; row++) {
            int at = batch.rowStart(first + row);
            int end = batch.rowEnd(first + row);
            if (end - at < 2 + 4 * fields.length
                    || (short) RowBatch.SHORT.get(bytes, at) != fields.length) {
                throw corrupt(first + row, "it does not have " + fields.length + " columns");
            }
            at += 2;
            for (int column = 0; column < fields.length; column++) {
                if (end - at < 4) {
                    throw corrupt(first + row, "it ends before its last column");
                }
                int length = (int) RowBatch.INT.get(bytes, at);
                at += 4;
                starts[column * count + row] = at;
                if (length < -1 || length > end - at) {
                    throw corrupt(first + row, "a value has a length of " + length);
                }
                at += Math.max(0, length);
            }
            if (at != end) {
                throw corrupt(first + row, "it goes on behind its last column");
            }
        }
    }

    private Failure corrupt(int row, String what) {
        return new Failure(
                Failure.Kind.TARGET,
                shape.table() + ": row " + row + " of a batch is corrupt: " + what);
    }

    private void writeColumn(byte[] bytes, int column, int count) {
        Field field = fields[column];
        int from = column * count;
        try {
            for (int i = from; i < from + count; i++) {
                int start = starts[i];
                int length = (int) RowBatch.INT.get(bytes, start - 4);
                if (length < 0) {
                    field.addNull(0, 0);
                } else {
                    field.add(bytes, start, length, 0, 0);
                }
            }
        } catch (CorruptValue e) {
            throw new Failure(Failure.Kind.TARGET, columnName(column) + ": " + e.getMessage(), e);
        } catch (Field.NotHeld e) {
            // The files before a change have that type, too: it takes all of them anew.
            throw new Failure(
                    options.change().isPresent() ? Failure.Kind.MISMATCH : Failure.Kind.TARGET,
                    columnName(column)
                            + ": the lake's type "
                            + schema.getType(column)
                            + " cannot hold "
                            + e.getMessage()
                            + "; store the column as text, in the job config: lake: { text: ['"
                            + pattern(column).replace("'", "''")
                            + "'] }",
                    e);
        }
    }

    private String pattern(int column) {
        return Stream.of(
                        shape.table().schema(),
                        shape.table().name(),
                        shape.columns().get(column).name())
                .map(name -> name.matches("\\w+") ? name : TableName.quote(name))
                .collect(Collectors.joining("."));
    }

    private String columnName(int column) {
        return shape.table() + "." + shape.columns().get(column).name();
    }

    private void beginGroup() {
        group = new ColumnChunkPageWriteStore(codec, schema, Leaf.MEMORY, INDEX_VALUE_BYTES, true);
        for (Leaf leaf : leaves) {
            leaf.beginGroup(group);
        }
    }

    private void endGroup() throws IOException {
        if (group == null) {
            return;
        }
        file.startBlock(groupRows);
        for (Leaf leaf : leaves) {
            leaf.finishGroup();
        }
        group.flushToFileWriter(file);
        group.close();
        group = null;
        groupRows = 0;
        file.endBlock();
    }

    private long buffered() {
        long sum = 0;
        for (Leaf leaf : leaves) {
            sum += leaf.buffered();
        }
        return sum;
    }

    public long rows() {
        return rows;
    }

    /// What the file would take if it were finished now, roughly.
    public long bytesWritten() {
        return output.getPos() + buffered();
    }

    /// Makes the file visible. Ends the writer.
    public Part finish() {
        if (ended) {
            throw new IllegalStateException(key + " is finished");
        }
        try {
            endGroup();
            file.end(Map.of("understudy.table", shape.table().toString()));
            output.flush();
            upload.commit();
            return new Part(key, rows, output.getPos(), output.sha256());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            close();
        }
    }

    /// Gives the file up unless it is finished.
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            codec.release();
            upload.close();
        }
    }

    @Override
    public String toString() {
        return "PartWriter[" + key + ", " + rows + " rows]";
    }
}
