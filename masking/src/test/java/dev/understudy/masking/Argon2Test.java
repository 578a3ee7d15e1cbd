package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bouncy Castle is the oracle.
final class Argon2Test {
    private static final long SEED = 20_261_121;
    private static final MaskingRule RULE =
            Columns.rule(
                    "password-hash", Map.of("test-password", "let me in", "algorithm", "argon2id"));

    /// RFC 9106, section 5.3.
    @Test
    void givesTheTagOfTheStandard() {
        byte[] tag =
                Argon2.tag(
                        filled(32, 1),
                        filled(16, 2),
                        filled(8, 3),
                        filled(12, 4),
                        new Argon2.Cost(32, 3, 4),
                        32);
        assertThat(HexFormat.of().formatHex(tag))
                .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    /// RFC 7693, appendix A.
    @Test
    void givesTheHashOfTheStandard() {
        assertThat(HexFormat.of().formatHex(Blake2b.hash(new byte[] {'a', 'b', 'c'}, 64)))
                .isEqualTo(
                        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    }

    @Test
    void hashesAsBouncyCastleDoes() {
        Random random = new Random(SEED);
        for (int i = 0; i < 40; i++) {
            byte[] message = new byte[random.nextInt(400)];
            random.nextBytes(message);
            byte[] expected = new byte[1 + random.nextInt(64)];
            Blake2bDigest digest = new Blake2bDigest(8 * expected.length);
            digest.update(message, 0, message.length);
            digest.doFinal(expected, 0);
            assertThat(Blake2b.hash(message, expected.length))
                    .as("seed %d", SEED)
                    .isEqualTo(expected);
            int lanes = 1 + random.nextInt(5);
            var cost =
                    new Argon2.Cost(
                            8 * lanes + random.nextInt(i % 10 == 0 ? 3000 : 300),
                            1 + random.nextInt(4),
                            lanes);
            byte[] salt = filled(8 + random.nextInt(20), i);
            byte[] none = new byte[0];
            byte[] tag = Argon2.tag(message, salt, none, none, cost, 4 + random.nextInt(150));
            assertThat(tag)
                    .as("seed %d, %s", SEED, cost)
                    .isEqualTo(oracle(message, salt, cost, tag.length));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "$argon2id$v=19$m=64,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA; m=64,t=3,p=4",
                "$argon2i$v=19$m=1024,t=1,p=2$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA; m=1024,t=1,p=2",
                "$argon2d$m=512,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA; m=512,t=2,p=1",
                "$argon2id$v=19$m=65537,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA; m=19456,t=2,p=1",
                "$argon2id$v=19$m=64,t=10,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA; m=19456,t=2,p=1",
                "$argon2id$v=19$m=31,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA; m=19456,t=2,p=1",
                "$argon2id$v=19$m=64,t=3$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA; m=19456,t=2,p=1",
                "$argon2id$v=19$m=64,t=3,p=4; m=19456,t=2,p=1",
                "$argon2id$v=19$m=64,t=3,p=; m=19456,t=2,p=1",
                "x$argon2id$v=19$m=64,t=3,p=4$; m=19456,t=2,p=1",
                "5f4dcc3b5aa765d61d8327deb882cf99; m=19456,t=2,p=1",
                "''; m=19456,t=2,p=1",
            })
    void everybodyHasThePasswordOfTheTestsAtTheCostThatWasTheirs(String stored, String cost) {
        String masked = Columns.maskText(RULE, Columns.varchar(97), stored).getFirst();
        assertThat(masked).startsWith("$argon2id$v=19$" + cost + "$");
        String[] parts = masked.split("[$]");
        int[] costs =
                Arrays.stream(parts[3].split(","))
                        .mapToInt(each -> Integer.parseInt(each.substring(2)))
                        .toArray();
        byte[] hash = Base64.getDecoder().decode(parts[5]);
        assertThat(
                        oracle(
                                Columns.utf8("let me in"),
                                Base64.getDecoder().decode(parts[4]),
                                new Argon2.Cost(costs[0], costs[1], costs[2]),
                                32))
                .isEqualTo(hash);
    }

    @Test
    void rowsOfTheSameCostBecomeEqualAndOneHashIsMadeForAllMaskersOfAJob() {
        String one = "$argon2id$v=19$m=16384,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA";
        String other = "$argon2id$v=19$m=16384,t=2,p=1$dGxhc3RsYXM$aGFzaGhhc2hoYXNoaGFzaB";
        String odd = "$argon2id$v=19$m=16385,t=2,p=1$dGxhc3RsYXM$aGFzaGhhc2hoYXNoaGFzaB";
        List<String> masked = Columns.maskText(RULE, Columns.text(), one, other, odd, one);
        assertThat(masked.get(0)).isEqualTo(masked.get(1)).isEqualTo(masked.get(3));
        assertThat(masked.get(2)).isNotEqualTo(masked.get(0));
        String[] many = new String[20_000];
        Arrays.fill(many, one);
        // A hash for each row would take minutes.
        assertThat(Columns.maskText(RULE, Columns.text(), many)).containsOnly(masked.get(0));
    }

    @Test
    void rulesAndColumnsThatDoNotFitAreRefused() {
        assertThat(problems(Map.of("test-password", "", "algorithm", "argon2id")))
                .isEqualTo("password-hash: test-password must not be empty");
        assertThat(problems(Map.of("test-password", "x", "algorithm", "scrypt")))
                .isEqualTo("password-hash: algorithm must be bcrypt or argon2id");
        assertThat(problems(Map.of("algorithm", "argon2id")))
                .isEqualTo("password-hash: algorithm needs a test-password");
        assertThat(problems(Map.of("test-password", "x", "algorithm", "argon2id", "cost", 8)))
                .contains("cost belongs to bcrypt");
        assertThat(problems(Map.of("test-password", "ä".repeat(90), "algorithm", "argon2id")))
                .isEmpty();
        assertThatThrownBy(() -> Columns.bind(RULE, Columns.varchar(96)))
                .hasMessageContaining(
                        "needs 97 characters but the column is character varying(96)");
    }

    private static byte[] oracle(byte[] password, byte[] salt, Argon2.Cost cost, int size) {
        var generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withSalt(salt)
                        .withMemoryAsKB(cost.memory())
                        .withIterations(cost.passes())
                        .withParallelism(cost.lanes())
                        .build());
        byte[] tag = new byte[size];
        generator.generateBytes(password, tag);
        return tag;
    }

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static String problems(Map<String, Object> parameters) {
        return String.join(
                "\n", Maskers.check(Columns.rule("password-hash", Map.copyOf(parameters))));
    }
}
