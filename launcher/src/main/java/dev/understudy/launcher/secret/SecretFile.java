package dev.understudy.launcher.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// A secret in a file of its own that only the owner may read.
public final class SecretFile {
    private static final int RANDOM_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);

    private SecretFile() {}

    /// 256 random bits as 64 hexadecimal digits, which the caller zeroes.
    public static byte[] random() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        byte[] digits = new byte[2 * RANDOM_BYTES];
        for (int i = 0; i < RANDOM_BYTES; i++) {
            digits[2 * i] = (byte) Character.forDigit(random[i] >> 4 & 15, 16);
            digits[2 * i + 1] = (byte) Character.forDigit(random[i] & 15, 16);
        }
        Arrays.fill(random, (byte) 0);
        return digits;
    }

    /// What a file holds; a random secret is made when it is first asked for.
    public static String read(Path file) {
        try {
            if (!Files.exists(file)) {
                byte[] secret = random();
                write(file, secret);
                Arrays.fill(secret, (byte) 0);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes a secret to a new file.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is a file already
    public static void write(Path file, byte[] secret) throws IOException {
        var onlyOwner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createDirectories(file.toAbsolutePath().getParent());
        // Beside and renamed, so that a kill leaves no empty secret.
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, onlyOwner);
        ByteBuffer bytes = ByteBuffer.wrap(secret);
        try (var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                int _ = channel.write(bytes);
            }
            channel.force(true);
        }
        try {
            Files.move(unfinished, file);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }

    /// The permissions of a file that others than its owner may read or write: `rw-r--r--`. Empty
    /// if nobody else may, or if the file system knows no permissions.
    public static Optional<String> openToOthers(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return OWNER.containsAll(permissions)
                    ? Optional.empty()
                    : Optional.of(PosixFilePermissions.toString(permissions));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}
