package dev.understudy.rows;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads one value in PostgreSQL's binary form from its start to its end, and never beyond: a value
/// that is shorter or longer than its type says throws {@link CorruptValue}. Set to one value after
/// the other by its owner, one thread.
public final class ValueReader {
    /// Reads and writes big-endian int64 in a byte array.
    public static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = {};
    private int at;
    private int end;

    /// Goes to the beginning of a value.
    public ValueReader set(byte[] source, int start, int length) {
        if (length < 0 || start < 0 || source.length - start < length) {
            throw new CorruptValue("a value of " + length + " bytes begins at byte " + start);
        }
        bytes = source;
        at = start;
        end = start + length;
        return this;
    }

    public byte[] bytes() {
        return bytes;
    }

    /// Where the next byte lies in {@link #bytes()}.
    public int position() {
        return at;
    }

    public int remaining() {
        return end - at;
    }

    private int next(int length) {
        if (length < 0 || end - at < length) {
            throw new CorruptValue(length + " bytes expected but " + (end - at) + " are left");
        }
        int start = at;
        at += length;
        return start;
    }

    public int int1() {
        return bytes[next(1)] & 0xff;
    }

    public int int2() {
        return (short) RowBatch.SHORT.get(bytes, next(2));
    }

    public int int4() {
        return (int) RowBatch.INT.get(bytes, next(4));
    }

    public long int8() {
        return (long) LONG.get(bytes, next(8));
    }

    public double float8() {
        return Double.longBitsToDouble(int8());
    }

    public float float4() {
        return Float.intBitsToFloat(int4());
    }

    public boolean bool() {
        int value = int1();
        if (value > 1) {
            throw new CorruptValue("a boolean of " + value);
        }
        return value == 1;
    }

    /// Skips bytes and says where they begin.
    public int skip(int length) {
        return next(length);
    }

    /// UTF-8 text of the given length in bytes.
    public String text(int length) {
        int start = next(length);
        for (int i = start; i < start + length; i++) {
            if (bytes[i] < 0) {
                return decode(start, length);
            }
        }
        return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    }

    private String decode(int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CorruptValue("text that is not UTF-8");
        }
    }

    /// UTF-8 text up to a zero byte, which is skipped.
    public String zeroTerminatedText() {
        int zero = at;
        while (zero < end && bytes[zero] != 0) {
            zero++;
        }
        String text = text(zero - at);
        next(1);
        return text;
    }

    /// The value must end here.
    public void end() {
        if (at != end) {
            throw new CorruptValue((end - at) + " bytes too many");
        }
    }

    /// A value whose bytes contradict its type. The message never holds the value.
    public static final class CorruptValue extends RuntimeException {
        public CorruptValue(String message) {
            super("corrupt binary value: " + message);
        }
    }
}
