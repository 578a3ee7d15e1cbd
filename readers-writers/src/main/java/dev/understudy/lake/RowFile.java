package dev.understudy.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.factory.DefaultV2ValuesWriterFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/// A Parquet file of rows that are taken from others, value by value as they are there, so that
/// every type comes through as it is. One thread.
final class RowFile implements AutoCloseable {
    private static final long ROW_GROUP_BYTES = 16 << 20;
    private static final int ROWS_BETWEEN_LOOKS = 1024;
    private static final int INDEX_VALUE_BYTES = 64;
    private static final int PAGE_BYTES = 1 << 20;
    private static final ParquetProperties PROPERTIES =
            ParquetProperties.builder()
                    .withPageSize(PAGE_BYTES)
                    .withDictionaryPageSize(PAGE_BYTES)
                    .withValuesWriterFactory(new DefaultV2ValuesWriterFactory())
                    .withAllocator(Leaf.MEMORY)
                    .build();

    private final MessageType schema;
    private final int[] mostDefined;
    private final Codec codec;
    private final ObjectUpload upload;
    private final UploadOutput output;
    private final ParquetFileWriter file;
    private @Nullable ColumnChunkPageWriteStore pages;
    private @Nullable ColumnWriteStore columns;
    private ColumnWriter[] writers = {};
    private long groupRows;
    private long rows;

    private RowFile(ObjectStore store, String key, MessageType schema) throws IOException {
        this.schema = schema;
        mostDefined =
                schema.getColumns().stream()
                        .mapToInt(each -> each.getMaxDefinitionLevel())
                        .toArray();
        codec = new Codec(PartOptions.Compression.ZSTD);
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

    static RowFile open(ObjectStore store, String key, MessageType schema) {
        try {
            return new RowFile(store, key, schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return output.getPos();
    }

    /// Takes the row at which the columns are, and moves them to the next.
    void take(ColumnReader[] row) throws IOException {
        ColumnWriteStore open = columns == null ? beginGroup() : columns;
        for (int i = 0; i < row.length; i++) {
            take(row[i], writers[i], mostDefined[i]);
        }
        open.endRecord();
        rows++;
        groupRows++;
        if (groupRows % ROWS_BETWEEN_LOOKS == 0 && open.getBufferedSize() >= ROW_GROUP_BYTES) {
            endGroup();
        }
    }

    private static void take(ColumnReader from, ColumnWriter to, int mostDefined) {
        do {
            int repetition = from.getCurrentRepetitionLevel();
            int definition = from.getCurrentDefinitionLevel();
            if (definition < mostDefined) {
                to.writeNull(repetition, definition);
            } else {
                switch (from.getDescriptor().getPrimitiveType().getPrimitiveTypeName()) {
                    case INT32 -> to.write(from.getInteger(), repetition, definition);
                    case INT64 -> to.write(from.getLong(), repetition, definition);
                    case BOOLEAN -> to.write(from.getBoolean(), repetition, definition);
                    case FLOAT -> to.write(from.getFloat(), repetition, definition);
                    case DOUBLE -> to.write(from.getDouble(), repetition, definition);
                    case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 ->
                            to.write(from.getBinary(), repetition, definition);
                }
            }
            from.consume();
        } while (from.getCurrentRepetitionLevel() > 0);
    }

    /// Moves the columns to the next row.
    void pass(ColumnReader[] row) {
        for (int i = 0; i < row.length; i++) {
            ColumnReader from = row[i];
            do {
                if (from.getCurrentDefinitionLevel() == mostDefined[i]) {
                    from.skip();
                }
                from.consume();
            } while (from.getCurrentRepetitionLevel() > 0);
        }
    }

    private ColumnWriteStore beginGroup() {
        pages = new ColumnChunkPageWriteStore(codec, schema, Leaf.MEMORY, INDEX_VALUE_BYTES, true);
        ColumnWriteStore begun = PROPERTIES.newColumnWriteStore(schema, pages);
        columns = begun;
        writers =
                schema.getColumns().stream()
                        .map(begun::getColumnWriter)
                        .toArray(ColumnWriter[]::new);
        return begun;
    }

    private void endGroup() throws IOException {
        if (columns == null || pages == null) {
            return;
        }
        file.startBlock(groupRows);
        columns.flush();
        pages.flushToFileWriter(file);
        file.endBlock();
        columns.close();
        pages.close();
        columns = null;
        pages = null;
        groupRows = 0;
    }

    /// Makes the file visible.
    void finish() throws IOException {
        endGroup();
        file.end(Map.of());
        output.flush();
        upload.commit();
    }

    @Override
    public void close() {
        codec.release();
        upload.close();
    }
}
