package dev.understudy.masking;

import static dev.understudy.masking.Declarations.fixed;
import static dev.understudy.masking.Declarations.integer;
import static dev.understudy.masking.Declarations.needCharacters;
import static dev.understudy.masking.Declarations.string;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// Gives everybody the hash of one password for tests. A hash takes as long as it should, so there
/// is one for all rows, or with Argon2id one for each cost among them: they share their salt.
final class TestPassword {
    static final String BCRYPT = "bcrypt";
    static final String ARGON2 = "argon2id";

    /// What `$2b$10$`, salt and hash of bcrypt take.
    private static final int LENGTH = 60;

    /// The most bytes of a password that count for bcrypt, the zero behind it included.
    private static final int LONGEST_PASSWORD = 72;

    private static final int SALT_BYTES = 16;

    private TestPassword() {}

    static ColumnMasker bind(
            MaskingRule rule, ColumnProfile column, MaskingKeys keys, String domain) {
        String password = string(rule, "test-password", "");
        if (string(rule, "algorithm", BCRYPT).equals(ARGON2)) {
            needCharacters(rule, column, Argon2.LONGEST);
            return argon2(password, keys, domain);
        }
        needCharacters(rule, column, LENGTH);
        byte[] salt = keys.derive("mask/bcrypt", domain, SALT_BYTES);
        int cost = (int) integer(rule, "cost", 10);
        return fixed(
                keys.once(
                        List.of(BCRYPT, domain, password, cost),
                        () ->
                                ascii(
                                        OpenBSDBCrypt.generate(
                                                "2b", password.toCharArray(), salt, cost))));
    }

    private static ColumnMasker argon2(String password, MaskingKeys keys, String domain) {
        byte[] salt = keys.derive("mask/argon2", domain, Argon2.SALT_BYTES);
        Map<Argon2.Cost, byte[]> hashes = new HashMap<>();
        return (in, out) -> {
            for (int i = 0; i < in.count(); i++) {
                if (in.isNull(i)) {
                    out.appendNull();
                    continue;
                }
                byte[] hash =
                        hashes.computeIfAbsent(
                                Argon2.Cost.of(in.bytes(), in.start(i), in.length(i))
                                        .orElse(Argon2.Cost.USUAL),
                                cost ->
                                        keys.once(
                                                List.of(ARGON2, domain, password, cost),
                                                () -> ascii(Argon2.hash(password, salt, cost))));
                out.append(hash, 0, hash.length);
            }
        };
    }

    static void check(MaskingRule rule, Consumer<String> problem) {
        boolean given = rule.parameters().containsKey("test-password");
        boolean argon2 = string(rule, "algorithm", BCRYPT).equals(ARGON2);
        String password = string(rule, "test-password", "x");
        int length = password.getBytes(StandardCharsets.UTF_8).length;
        if (argon2 && length == 0) {
            problem.accept("test-password must not be empty");
        } else if (!argon2
                && (length == 0 || length >= LONGEST_PASSWORD || password.indexOf('\0') >= 0)) {
            problem.accept("test-password must have 1 to 71 bytes, none of them zero");
        }
        long cost = integer(rule, "cost", 10);
        if (cost < 4 || cost > 16) {
            problem.accept("cost must be from 4 to 16");
        }
        Declarations.oneOf(rule, "algorithm", problem, BCRYPT, ARGON2);
        if (given && rule.parameters().containsKey("test-hash")) {
            problem.accept("give test-hash or test-password, not both");
        }
        for (String each : List.of("algorithm", "cost")) {
            if (!given && rule.parameters().containsKey(each)) {
                problem.accept(each + " needs a test-password");
            }
        }
        if (argon2 && rule.parameters().containsKey("cost")) {
            problem.accept(
                    "cost belongs to bcrypt; argon2id keeps each value's cost, and otherwise takes 19 MiB and two passes");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
