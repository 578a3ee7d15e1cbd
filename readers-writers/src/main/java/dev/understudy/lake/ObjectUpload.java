package dev.understudy.lake;

/// An object that is being written, by one thread. Memory is bounded however large it grows. Closed
/// without {@link #commit}, it leaves nothing.
public interface ObjectUpload extends AutoCloseable {
    void write(byte[] bytes, int start, int length);

    /// Makes the object visible and durable.
    void commit();

    /// Gives the object up if it was not committed.
    @Override
    void close();
}
