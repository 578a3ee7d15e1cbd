package dev.understudy.rows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Why a file or a server could not be reached, in words: the system's exceptions say it with their
/// class, or with a path alone.
public final class Reason {
    private static final String SILENT =
            "the host does not answer; check the host in the url, and the firewalls between";

    private Reason() {}

    /// Why a file could not be read or written.
    public static String of(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case NotDirectoryException _ -> "not a folder";
            case FileAlreadyExistsException _ -> "a file is in the way";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            default -> Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
        };
    }

    /// Why no connection to a server was made, and what to do. Drivers hide it in their causes.
    ///
    /// @return empty if there was one, or if something else than the network forbade it
    public static Optional<String> unreachable(Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause)
                .flatMap(each -> why(each).stream())
                .findFirst();
    }

    private static Optional<String> why(Throwable e) {
        return switch (e) {
            case UnknownHostException _ ->
                    Optional.of("no host of this name is known; check the host in the url");
            case ConnectException refused when said(refused, "refused") ->
                    Optional.of(
                            "nothing listens on this port; check host and port in the url, and whether the server runs");
            case ConnectException _, NoRouteToHostException _ -> Optional.of(SILENT);
            case SocketTimeoutException late when said(late, "onnect") -> Optional.of(SILENT);
            default -> Optional.empty();
        };
    }

    private static boolean said(Throwable e, String word) {
        return String.valueOf(e.getMessage()).contains(word);
    }
}
