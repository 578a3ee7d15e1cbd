package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Argon2Test {
    private static final MaskingRule RULE =
            Columns.rule(
                    "password-hash", Map.of("test-password", "let me in", "algorithm", "argon2id"));

    /// From the tests of the reference implementation, https://github.com/P-H-C/phc-winner-argon2.
    @Test
    void hashesAsTheReferenceDoes() {
        assertThat(Argon2.hash("password", Columns.utf8("somesalt"), new Argon2.Cost(65_536, 2, 1)))
                .isEqualTo(
                        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
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
        assertThat(masked)
                .isEqualTo(
                        Argon2.hash(
                                "let me in",
                                Base64.getDecoder().decode(parts[4]),
                                new Argon2.Cost(costs[0], costs[1], costs[2])));
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

    private static String problems(Map<String, Object> parameters) {
        return String.join(
                "\n", Maskers.check(Columns.rule("password-hash", Map.copyOf(parameters))));
    }
}
