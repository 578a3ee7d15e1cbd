package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The value that says nothing, of a type whose other values no masker reads.
///
/// Source of the binary forms: PostgreSQL's `interval_send`, `range_send`, `multirange_send` and
/// `tsvectorsend`; MySQL's storage of geometries, which is the number of the reference system and
/// then well-known binary (OGC 06-103r4).
public enum Neutral {
    INTERVAL("00:00:00", "00".repeat(16)),
    RANGE("empty", "01"),
    MULTIRANGE("{}", "00000000"),
    TSVECTOR("", "00000000"),
    POINT("POINT(0 0)", Wkb.POINT, Wkb.SYSTEM),
    LINESTRING("LINESTRING(0 0,1 1)", Wkb.LINESTRING, Wkb.SYSTEM),
    POLYGON("POLYGON((0 0,1 0,1 1,0 0))", Wkb.POLYGON, Wkb.SYSTEM),
    MULTIPOINT("MULTIPOINT((0 0))", "010400000001000000" + Wkb.POINT, Wkb.SYSTEM),
    MULTILINESTRING(
            "MULTILINESTRING((0 0,1 1))", "010500000001000000" + Wkb.LINESTRING, Wkb.SYSTEM),
    MULTIPOLYGON(
            "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))", "010600000001000000" + Wkb.POLYGON, Wkb.SYSTEM),
    GEOMETRYCOLLECTION("GEOMETRYCOLLECTION EMPTY", "010700000000000000", Wkb.SYSTEM);

    private static final Map<String, Neutral> GEOMETRIES =
            Map.of(
                    "geometry", POINT,
                    "point", POINT,
                    "linestring", LINESTRING,
                    "polygon", POLYGON,
                    "multipoint", MULTIPOINT,
                    "multilinestring", MULTILINESTRING,
                    "multipolygon", MULTIPOLYGON,
                    "geometrycollection", GEOMETRYCOLLECTION,
                    "geomcollection", GEOMETRYCOLLECTION);

    private final String text;

    /// In hexadecimal digits.
    private final String binary;

    /// How many bytes at the start of a value stay: a column may take one reference system only.
    private final int kept;

    Neutral(String text, String binary) {
        this(text, binary, 0);
    }

    Neutral(String text, String binary, int kept) {
        this.text = text;
        this.binary = binary;
        this.kept = kept;
    }

    /// That of a geometry of MySQL or MariaDB.
    ///
    /// @param type the column's: `point`
    public static Optional<Neutral> ofGeometry(String type) {
        return Optional.ofNullable(GEOMETRIES.get(type.toLowerCase(Locale.ROOT)));
    }

    /// As the database writes it.
    public String text() {
        return text;
    }

    /// Makes all values but NULL this one.
    ///
    /// @param inBinary whether a column's rows come in binary form
    ColumnMasker masker(boolean inBinary) {
        byte[] all =
                inBinary ? HexFormat.of().parseHex(binary) : text.getBytes(StandardCharsets.UTF_8);
        return Declarations.fixed(inBinary ? kept : 0, all);
    }

    private static final class Wkb {
        static final int SYSTEM = 4;
        private static final String ZERO = "00".repeat(8);
        private static final String ONE = "000000000000f03f";
        static final String POINT = "0101000000" + ZERO + ZERO;
        static final String LINESTRING = "010200000002000000" + ZERO + ZERO + ONE + ONE;
        static final String POLYGON =
                "01030000000100000004000000" + ZERO + ZERO + ONE + ZERO + ONE + ONE + ZERO + ZERO;
    }
}
