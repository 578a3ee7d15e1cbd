package dev.understudy.lake;

import dev.understudy.rows.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/// Reads a part of the lake, row group by row group: its pages, which Parquet's own column readers
/// take apart. Parquet's own file reader needs Hadoop's classes. One thread; holds the compressed
/// chunks of one row group.
final class PartReader {
    private static final int TAIL_BYTES = 64 << 10;
    private static final int FOOTER_END_BYTES = 8;

    private final ObjectStore store;
    private final Part part;
    private final ParquetMetadata footer;

    private PartReader(ObjectStore store, Part part, ParquetMetadata footer) {
        this.store = store;
        this.part = part;
        this.footer = footer;
    }

    /// @throws Failure of kind MISMATCH if it is not what the manifest says
    static PartReader open(ObjectStore store, Part part) {
        try {
            return new PartReader(
                    store,
                    part,
                    new ParquetMetadataConverter()
                            .readParquetMetadata(
                                    footer(store, part), ParquetMetadataConverter.NO_FILTER));
        } catch (IOException e) {
            throw mismatch(store, part, "a footer that cannot be read");
        }
    }

    /// The footer of a part of the size that the manifest says.
    static InputStream footer(ObjectStore store, Part part) {
        ObjectStore.Tail tail = store.readTail(part.key(), TAIL_BYTES);
        if (tail.objectSize() != part.bytes()) {
            throw mismatch(store, part, tail.objectSize() + " bytes, not " + part.bytes());
        }
        byte[] bytes = tail.bytes();
        int end = bytes.length - FOOTER_END_BYTES;
        if (end < 0 || !new String(bytes, end + 4, 4, StandardCharsets.US_ASCII).equals("PAR1")) {
            throw mismatch(store, part, "no Parquet file");
        }
        int length = 0;
        for (int i = 3; i >= 0; i--) {
            length = length << 8 | (bytes[end + i] & 0xff);
        }
        if (length < 0 || length > tail.objectSize() - FOOTER_END_BYTES) {
            throw mismatch(store, part, "a footer of " + length + " bytes");
        }
        return length <= end
                ? new ByteArrayInputStream(bytes, end - length, length)
                : new ByteArrayInputStream(
                        store.readRange(
                                part.key(), tail.objectSize() - FOOTER_END_BYTES - length, length));
    }

    static Failure mismatch(ObjectStore store, Part part, String found) {
        return new Failure(
                Failure.Kind.MISMATCH,
                store + ": " + part.key() + " has " + found + "; run the job again");
    }

    MessageType schema() {
        return footer.getFileMetaData().getSchema();
    }

    int groups() {
        return footer.getBlocks().size();
    }

    long rows(int group) {
        return footer.getBlocks().get(group).getRowCount();
    }

    /// Reads the columns of a schema, each at the first value of a row group.
    ColumnReader[] columns(int group, MessageType wanted) {
        BlockMetaData block = footer.getBlocks().get(group);
        Map<ColumnPath, ColumnChunkMetaData> chunks = new HashMap<>();
        block.getColumns().forEach(chunk -> chunks.put(chunk.getPath(), chunk));
        List<ColumnChunkMetaData> needed =
                wanted.getColumns().stream()
                        .map(each ->
                                Objects.requireNonNull(chunks.get(ColumnPath.get(each.getPath()))))
                        .toList();
        Map<ColumnPath, Pages> pages = read(needed);
        var columns =
                new ColumnReadStoreImpl(
                        new Group(pages, block.getRowCount()),
                        new DummyRecordConverter(wanted).getRootConverter(),
                        wanted,
                        footer.getFileMetaData().getCreatedBy());
        return wanted.getColumns().stream()
                .map(columns::getColumnReader)
                .toArray(ColumnReader[]::new);
    }

    /// In one request if they lie together.
    private Map<ColumnPath, Pages> read(List<ColumnChunkMetaData> chunks) {
        long start = Long.MAX_VALUE;
        long end = 0;
        long sum = 0;
        for (ColumnChunkMetaData each : chunks) {
            start = Math.min(start, each.getStartingPos());
            end = Math.max(end, each.getStartingPos() + each.getTotalSize());
            sum += each.getTotalSize();
        }
        var pages = new HashMap<ColumnPath, Pages>();
        byte[] all =
                end - start <= sum + TAIL_BYTES
                        ? store.readRange(part.key(), start, Math.toIntExact(end - start))
                        : null;
        for (ColumnChunkMetaData each : chunks) {
            int length = Math.toIntExact(each.getTotalSize());
            var bytes =
                    all == null
                            ? new ByteArrayInputStream(
                                    store.readRange(part.key(), each.getStartingPos(), length))
                            : new ByteArrayInputStream(
                                    all, (int) (each.getStartingPos() - start), length);
            pages.put(each.getPath(), new Pages(each, bytes));
        }
        return pages;
    }

    private record Group(Map<ColumnPath, Pages> pages, long rows) implements PageReadStore {
        @Override
        public PageReader getPageReader(ColumnDescriptor column) {
            return Objects.requireNonNull(pages.get(ColumnPath.get(column.getPath())));
        }

        @Override
        public long getRowCount() {
            return rows;
        }
    }

    /// The pages of a column chunk.
    private final class Pages implements PageReader {
        private final ColumnChunkMetaData chunk;
        private final ByteArrayInputStream bytes;
        private long valuesLeft;

        Pages(ColumnChunkMetaData chunk, ByteArrayInputStream bytes) {
            this.chunk = chunk;
            this.bytes = bytes;
            valuesLeft = chunk.getValueCount();
        }

        @Override
        public @Nullable DictionaryPage readDictionaryPage() {
            bytes.mark(0);
            PageHeader header = header();
            if (header.getType() != PageType.DICTIONARY_PAGE) {
                bytes.reset();
                return null;
            }
            return new DictionaryPage(
                    body(header),
                    header.getDictionary_page_header().getNum_values(),
                    encoding(header.getDictionary_page_header().getEncoding()));
        }

        @Override
        public long getTotalValueCount() {
            return chunk.getValueCount();
        }

        @Override
        public @Nullable DataPage readPage() {
            if (valuesLeft <= 0) {
                return null;
            }
            PageHeader header = header();
            if (header.getType() != PageType.DATA_PAGE) {
                throw mismatch(store, part, "a page of type " + header.getType());
            }
            DataPageHeader page = header.getData_page_header();
            valuesLeft -= page.getNum_values();
            return new DataPageV1(
                    body(header),
                    page.getNum_values(),
                    header.getUncompressed_page_size(),
                    null,
                    encoding(page.getRepetition_level_encoding()),
                    encoding(page.getDefinition_level_encoding()),
                    encoding(page.getEncoding()));
        }

        private PageHeader header() {
            try {
                return Util.readPageHeader(bytes);
            } catch (IOException e) {
                throw mismatch(store, part, "a page header that cannot be read");
            }
        }

        private BytesInput body(PageHeader header) {
            byte[] body = new byte[header.getCompressed_page_size()];
            if (bytes.readNBytes(body, 0, body.length) != body.length) {
                throw mismatch(store, part, "a page that ends too early");
            }
            if (header.isSetCrc()) {
                var sum = new CRC32();
                sum.update(body);
                if ((int) sum.getValue() != header.getCrc()) {
                    throw mismatch(store, part, "a page with a wrong checksum");
                }
            }
            try {
                return BytesInput.from(
                        Codec.decompress(
                                chunk.getCodec(), body, header.getUncompressed_page_size()));
            } catch (IOException e) {
                throw mismatch(store, part, "a page that cannot be decompressed");
            }
        }

        private Encoding encoding(org.apache.parquet.format.Encoding encoding) {
            return Encoding.valueOf(encoding.name());
        }
    }
}
