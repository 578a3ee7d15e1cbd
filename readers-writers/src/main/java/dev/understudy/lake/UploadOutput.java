package dev.understudy.lake;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/// A Parquet file on its way to the store: counts and hashes what goes there.
final class UploadOutput extends PositionOutputStream {
    private final ObjectUpload upload;
    private final MessageDigest digest;
    private final byte[] buffer = new byte[32 << 10];
    private int buffered;
    private long position;

    UploadOutput(ObjectUpload upload) {
        this.upload = upload;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long getPos() {
        return position;
    }

    @Override
    public void write(int single) {
        if (buffered == buffer.length) {
            flush();
        }
        buffer[buffered++] = (byte) single;
        position++;
    }

    @Override
    public void write(byte[] bytes, int start, int length) {
        if (length > buffer.length - buffered) {
            flush();
        }
        if (length > buffer.length) {
            send(bytes, start, length);
        } else {
            System.arraycopy(bytes, start, buffer, buffered, length);
            buffered += length;
        }
        position += length;
    }

    private void send(byte[] bytes, int start, int length) {
        digest.update(bytes, start, length);
        upload.write(bytes, start, length);
    }

    @Override
    public void flush() {
        if (buffered > 0) {
            send(buffer, 0, buffered);
            buffered = 0;
        }
    }

    /// Of everything that was written; once, at the end.
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /// As Parquet's writer wants it.
    OutputFile asFile() {
        return new SingleOutput(this);
    }

    private record SingleOutput(UploadOutput output) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return output;
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return output;
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
