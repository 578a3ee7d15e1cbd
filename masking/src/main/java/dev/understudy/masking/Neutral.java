package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The value that says nothing, of a type whose other values no masker reads.
///
/// Source of the binary forms: PostgreSQL's `interval_send`, `range_send`, `multirange_send` and
/// `tsvectorsend`.
public enum Neutral {
    INTERVAL("00:00:00", "00".repeat(16)),
    RANGE("empty", "01"),
    MULTIRANGE("{}", "00000000"),
    TSVECTOR("", "00000000");

    private final String text;

    /// In hexadecimal digits.
    private final String binary;

    Neutral(String text, String binary) {
        this.text = text;
        this.binary = binary;
    }

    /// As the database writes it.
    public String text() {
        return text;
    }

    /// As it comes in a column's rows.
    byte[] bytes(boolean inBinary) {
        return inBinary ? HexFormat.of().parseHex(binary) : text.getBytes(StandardCharsets.UTF_8);
    }
}
