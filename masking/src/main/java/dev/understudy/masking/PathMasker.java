package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Scrambles each name of a file's path by itself, so that a folder stays one folder, and keeps the
/// separators and a well-known extension of the last name.
final class PathMasker implements ColumnMasker {
    /// No others are kept: they may be somebody's name, as in `/home/anna.keller`.
    private static final long[] EXTENSIONS =
            Arrays.stream(
                            """
                            7z avi avif bak bin bmp bz2 c cfg class conf cpp cr2 crt css csv dat db \
                            dll doc docm docx dwg eml eps epub exe flac gif go gpx gz heic heif htm \
                            html ico ics ini iso jar java jpeg jpg js json jsonl key kml log m4a m4v \
                            md mdb mkv mov mp3 mp4 mpeg mpg msg odp ods odt ogg parquet pdf pem php \
                            png ppt pptx ps psd pst py rar raw rs rtf sh sql sqlite svg tar tgz tif \
                            tiff tmp toml ts tsv tsx ttf txt vcf vsdx wav webm webp wma wmv woff \
                            woff2 xls xlsm xlsx xml xps yaml yml zip zst\
                            """
                                    .split(" "))
                    .map(each -> each.getBytes(StandardCharsets.US_ASCII))
                    .mapToLong(each -> packed(each, 0, each.length))
                    .sorted()
                    .toArray();

    private static final int LONGEST_EXTENSION = 8;

    private final ColumnMasker scramble;
    private final ColumnMasker scrambleBare;
    private final ColumnValues names = new ColumnValues();
    private final ColumnValues bareNames = new ColumnValues();
    private final MaskedValues maskedNames = new MaskedValues();
    private final MaskedValues maskedBareNames = new MaskedValues();

    PathMasker(MaskingKeys keys, String domain) {
        scramble = new ScrambleMasker(keys, domain);
        // A last name without such an extension must not become one that has it.
        scrambleBare = new OutsideMasker(PathMasker::hasExtension, scramble);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        names.reset(in.bytes(), in.count());
        bareNames.reset(in.bytes(), in.count());
        for (int i = 0; i < in.count(); i++) {
            gather(in.bytes(), in.start(i), in.start(i) + Math.max(0, in.length(i)));
        }
        maskedNames.resetAndTrim();
        maskedBareNames.resetAndTrim();
        scramble.mask(names, maskedNames);
        scrambleBare.mask(bareNames, maskedBareNames);
        int nextName = 0;
        int nextBareName = 0;
        for (int i = 0; i < in.count(); i++) {
            if (in.length(i) <= 0) {
                out.append(in, i);
                continue;
            }
            byte[] bytes = in.bytes();
            int end = in.start(i) + in.length(i);
            int size = 0;
            for (int at = in.start(i); at < end; ) {
                int to = end(bytes, at, end);
                int extension = to == end ? extension(bytes, at, to) : 0;
                boolean bare = to == end && extension == 0;
                size +=
                        put(
                                bare ? maskedBareNames : maskedNames,
                                bare ? nextBareName++ : nextName++,
                                size,
                                out);
                int kept = Math.min(end, to + 1) - (to - extension);
                byte[] target = out.reserve(size + kept);
                System.arraycopy(bytes, to - extension, target, out.position() + size, kept);
                size += kept;
                at = to + 1;
            }
            out.commit(size);
        }
    }

    private static int put(MaskedValues from, int index, int size, MaskedValues out) {
        int length = from.length(index);
        byte[] target = out.reserve(size + length);
        System.arraycopy(from.bytes(), from.start(index), target, out.position() + size, length);
        return length;
    }

    private void gather(byte[] bytes, int start, int end) {
        for (int at = start; at < end; ) {
            int to = end(bytes, at, end);
            int extension = to == end ? extension(bytes, at, to) : 0;
            (to == end && extension == 0 ? bareNames : names).add(at, to - extension - at);
            at = to + 1;
        }
    }

    /// Where the name that begins at a place ends.
    private static int end(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != '/' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    private static boolean hasExtension(byte[] bytes, int start, int length) {
        return extension(bytes, start, start + length) > 0;
    }

    /// The length of a name's well-known extension with its point, or 0.
    private static int extension(byte[] bytes, int start, int end) {
        int point = end - 1;
        while (point > start && bytes[point] != '.') {
            point--;
        }
        int length = end - point - 1;
        boolean known =
                point > start
                        && length <= LONGEST_EXTENSION
                        && Arrays.binarySearch(EXTENSIONS, packed(bytes, point + 1, length)) >= 0;
        return known ? length + 1 : 0;
    }

    /// At most eight characters as one number, in lower case.
    private static long packed(byte[] bytes, int start, int length) {
        long packed = 0;
        for (int i = 0; i < length; i++) {
            byte each = bytes[start + i];
            packed = packed << 8 | (each >= 'A' && each <= 'Z' ? each | 0x20 : each & 0xFF);
        }
        return packed;
    }
}
