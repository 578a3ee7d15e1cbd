package dev.understudy.masking;

/// How the bytes of a column's values are to be read: PostgreSQL's binary wire form, big-endian,
/// which is the canonical form of a row for every engine. A masker reads and writes this form and
/// nothing else.
///
/// Source: the `*_send` and `*_recv` functions of PostgreSQL 15 to 18.
public enum ValueForm {
    /// UTF-8 text without terminator: text, varchar, bpchar (blank-padded as stored), citext, name.
    TEXT,
    /// A label of an enum type, as UTF-8 text. A result must be one of {@link
    /// ColumnProfile#labels()}.
    ENUM,
    /// Two bytes, two's complement.
    INT2,
    /// Four bytes, two's complement.
    INT4,
    /// Eight bytes, two's complement.
    INT8,
    /// IEEE 754, four bytes.
    FLOAT4,
    /// IEEE 754, eight bytes.
    FLOAT8,
    /// int16 digit groups, int16 weight, uint16 sign, uint16 display scale, then base-10000 groups
    /// of int16.
    NUMERIC,
    /// One byte, 0 or 1.
    BOOL,
    /// int32 days since 2000-01-01; Integer.MIN_VALUE and MAX_VALUE are the infinities.
    DATE,
    /// int64 microseconds since midnight.
    TIME,
    /// int64 microseconds since 2000-01-01 00:00, without zone; Long.MIN_VALUE and MAX_VALUE are
    /// the infinities.
    TIMESTAMP,
    /// As TIMESTAMP, in UTC.
    TIMESTAMPTZ,
    /// Sixteen bytes.
    UUID,
    /// An IPv4 or IPv6 address with the length of its network's prefix: a byte for the family (2 or
    /// 3), one for the prefix, one that is 0, one for the address' length, and the address.
    INET,
    /// As INET, of a network: the third byte is 1, and no bit is set behind the prefix.
    CIDR,
    /// A hardware address of six bytes.
    MACADDR,
    /// A hardware address of eight bytes.
    MACADDR8,
    /// Any bytes.
    BYTES,
    /// JSON as UTF-8 text.
    JSON,
    /// One byte of version, 1, then JSON as UTF-8 text.
    JSONB,
    /// An XML document, or content of one, as UTF-8 text.
    XML,
    /// int32 pairs, then of each the key and the value as UTF-8 text, both behind their int32
    /// length; that of a NULL value is -1.
    HSTORE,
    /// A row of {@link ColumnProfile#attributes()}: int32 attributes, then of each its int32 type,
    /// its int32 length, -1 for NULL, and its bytes in its own form.
    COMPOSITE,
    /// A form that no masker looks into: only keep, null and constants fit.
    OPAQUE;

    /// True for forms whose bytes are UTF-8 text that a masker may replace by other text.
    public boolean isText() {
        return this == TEXT;
    }

    public boolean isInteger() {
        return this == INT2 || this == INT4 || this == INT8;
    }
}
