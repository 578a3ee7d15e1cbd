package dev.understudy.lake;

import dev.understudy.rows.ValueReader;

/// One column, or a part of a nested one, on its way into Parquet. Everything may be null, so each
/// field counts one definition level when it is not.
///
/// Source of the levels: Parquet's documentation, "Nested Encoding".
abstract sealed class Field permits Leaf, Field.ListField, Field.StructField {

    /// Adds a value in PostgreSQL's binary form.
    ///
    /// @param repetition at which of the lists around it a new element begins; 0 for a new row
    /// @param definition how many of the fields around it are not null
    abstract void add(byte[] bytes, int start, int length, int repetition, int definition);

    abstract void addNull(int repetition, int definition);

    /// A one-dimensional array.
    static final class ListField extends Field {
        private final Field element;
        private final int elementRepetition;
        private final ValueReader array = new ValueReader();

        ListField(Field element, int elementRepetition) {
            this.element = element;
            this.elementRepetition = elementRepetition;
        }

        Field element() {
            return element;
        }

        @Override
        void add(byte[] bytes, int start, int length, int repetition, int definition) {
            array.set(bytes, start, length);
            int dimensions = array.int4();
            array.skip(8); // whether there are nulls, and the element type's number
            if (dimensions == 0) {
                array.end();
                element.addNull(repetition, definition + 1);
                return;
            }
            int size = array.int4();
            int lowerBound = array.int4();
            if (dimensions != 1 || lowerBound != 1) {
                throw new NotHeld(
                        dimensions == 1
                                ? "an array that begins at index " + lowerBound
                                : "an array of " + dimensions + " dimensions");
            }
            for (int i = 0; i < size; i++) {
                int elementLength = array.int4();
                int level = i == 0 ? repetition : elementRepetition;
                if (elementLength < 0) {
                    element.addNull(level, definition + 2);
                } else {
                    int at = array.skip(elementLength);
                    element.add(bytes, at, elementLength, level, definition + 2);
                }
            }
            array.end();
        }

        @Override
        void addNull(int repetition, int definition) {
            element.addNull(repetition, definition);
        }
    }

    /// A composite value.
    static final class StructField extends Field {
        private final Field[] attributes;
        private final ValueReader struct = new ValueReader();

        StructField(Field[] attributes) {
            this.attributes = attributes;
        }

        Field[] attributes() {
            return attributes;
        }

        @Override
        void add(byte[] bytes, int start, int length, int repetition, int definition) {
            struct.set(bytes, start, length);
            int count = struct.int4();
            if (count != attributes.length) {
                throw new ValueReader.CorruptValue(count + " attributes, not " + attributes.length);
            }
            for (Field attribute : attributes) {
                struct.skip(4); // the attribute type's number
                int attributeLength = struct.int4();
                if (attributeLength < 0) {
                    attribute.addNull(repetition, definition + 1);
                } else {
                    int at = struct.skip(attributeLength);
                    attribute.add(bytes, at, attributeLength, repetition, definition + 1);
                }
            }
            struct.end();
        }

        @Override
        void addNull(int repetition, int definition) {
            for (Field attribute : attributes) {
                attribute.addNull(repetition, definition);
            }
        }
    }

    /// A value that is right in PostgreSQL but that the column's Parquet type has no place for. The
    /// message says its kind, never the value.
    static final class NotHeld extends RuntimeException {
        NotHeld(String what) {
            super(what);
        }
    }
}
