package dev.understudy.masking;

import static dev.understudy.masking.Columns.KEYS;
import static dev.understudy.masking.Columns.bind;
import static dev.understudy.masking.Columns.int4;
import static dev.understudy.masking.Columns.int8;
import static dev.understudy.masking.Columns.maskText;
import static dev.understudy.masking.Columns.rule;
import static dev.understudy.masking.Columns.text;
import static dev.understudy.masking.Columns.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the maskers of addresses, keys, tokens and places do beyond the laws that all obey.
final class TechnicalMaskersTest {
    private static final long SEED = 20_261_122;

    /// The key of the sample of the Crypto-PAn distribution.
    private static final byte[] SAMPLE_KEY =
            bytes(
                    21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152,
                    143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2);

    /// IPv4 from that sample, IPv6 as the implementations in Perl, Python and Go test it.
    @ParameterizedTest
    @CsvSource({
        "128.11.68.132, 135.242.180.132",
        "129.118.74.4, 134.136.186.123",
        "130.132.252.244, 133.68.164.234",
        "141.223.7.43, 141.167.8.160",
        "141.233.145.108, 141.129.237.235",
        "152.163.225.39, 151.140.114.167",
        "156.29.3.236, 147.225.12.42",
        "165.247.96.84, 162.9.99.234",
        "166.107.77.190, 160.132.178.185",
        "192.102.249.13, 252.138.62.131",
        "192.215.32.125, 252.43.47.189",
        "192.233.80.103, 252.25.108.8",
        "192.41.57.43, 252.222.221.184",
        "193.150.244.223, 253.169.52.216",
        "195.205.63.100, 255.186.223.5",
        "198.200.171.101, 249.199.68.213",
        "24.94.26.44, 100.88.228.35",
        "4.3.88.225, 124.60.155.63",
        "64.39.15.238, 0.219.7.41",
        "::1, 78ff:f001:9fc0:20df:8380:b1f1:704:ed",
        "::2, 78ff:f001:9fc0:20df:8380:b1f1:704:ef",
        "::ffff, 78ff:f001:9fc0:20df:8380:b1f1:704:f838",
        "2001:db8::1, 4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e",
        "2001:db8::2, 4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c",
    })
    void prefixesAreKeptAsCryptoPanKeepsThem(String original, String expected) {
        CryptoPan cryptoPan = new CryptoPan(SAMPLE_KEY);
        NetworkAddress address = new NetworkAddress();
        assertThat(address.read(utf8(original), 0, original.length())).isTrue();
        cryptoPan.mask(address.high(), address.low(), address.bits());
        byte[] text = new byte[NetworkAddress.LONGEST];
        int length = address.write(cryptoPan.high(), cryptoPan.low(), text, 0);
        assertThat(new String(text, 0, length, StandardCharsets.US_ASCII)).isEqualTo(expected);
    }

    /// Bits that an address shares with the one before are not masked anew.
    @Test
    void addressesAreMaskedAlikeWhateverCameBefore() {
        long seed = 20_261_122;
        Random random = new Random(seed);
        CryptoPan often = new CryptoPan(SAMPLE_KEY);
        long high = 0;
        long low = 0;
        for (int i = 0; i < 3_000; i++) {
            int bits = random.nextInt(3) == 0 ? 128 : 32;
            int changed = random.nextInt(140);
            high ^= changed < 64 ? random.nextLong() >>> changed : 0;
            low ^= changed < 128 ? random.nextLong() >>> Math.max(0, changed - 64) : 0;
            long givenHigh = bits == 32 ? high & (-1L << 32) : high;
            long givenLow = bits == 32 ? 0 : low;
            CryptoPan once = new CryptoPan(SAMPLE_KEY);
            once.mask(givenHigh, givenLow, bits);
            often.mask(givenHigh, givenLow, bits);
            assertThat(often.high()).as("seed %d, address %d", seed, i).isEqualTo(once.high());
            assertThat(often.low()).as("seed %d, address %d", seed, i).isEqualTo(once.low());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:0db8:0000:0000:0001:0000:0000:0001, 2001:db8::1:0:0:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1:2:3:4:5:6:7:0, 1:2:3:4:5:6:7:0",
        "0:0:0:0:0:0:0:0, ::",
        "1::, 1::",
        "::8/128, ::8",
        "1:2::7:8/64, 1:2::7:8/64",
        "0:0:0:0:0:FFFF:192.0.2.1, ::ffff:192.0.2.1",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "192.0.2.1, 192.0.2.1",
        "192.0.2.0/24, 192.0.2.0/24",
        "0.0.0.0/0, 0.0.0.0/0",
    })
    void addressesAreReadInAnySpellingAndWrittenInTheShortest(String given, String shortest) {
        NetworkAddress address = new NetworkAddress();
        assertThat(address.read(utf8(given), 0, given.length())).isTrue();
        byte[] text = new byte[NetworkAddress.LONGEST];
        int length = address.write(address.high(), address.low(), text, 0);
        assertThat(new String(text, 0, length, StandardCharsets.US_ASCII)).isEqualTo(shortest);
        assertThat(address.readShortest(utf8(given), 0, given.length()))
                .isEqualTo(given.equals(shortest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1..2.3",
                ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::",
                "::1/129", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "1:2:3:4:5:6:7:8::", ":1::",
                        "1:"
            })
    void whatIsNoAddressIsScrambledAndCounted(String given) {
        assertThat(new NetworkAddress().read(utf8(given), 0, given.length())).isFalse();
        MaskedValues out = new MaskedValues();
        Columns.mask(bind(MaskingRule.of("ip-address"), text()), List.of(utf8(given)), out);
        assertThat(out.unfit()).isEqualTo(1);
    }

    @Test
    void addressesOfANetworkStayInANetworkAndNetworksStayNetworks() {
        Random random = new Random(SEED);
        int pairs = 1000;
        int[] shared = random.ints(pairs, 0, 32).toArray();
        String[] addresses = new String[2 * pairs];
        for (int i = 0; i < pairs; i++) {
            int one = random.nextInt();
            int difference = (Integer.MIN_VALUE | random.nextInt()) >>> shared[i];
            addresses[2 * i] = dotted(one);
            addresses[2 * i + 1] = dotted(one ^ difference);
        }
        List<String> masked = maskText(MaskingRule.of("ip-address"), text(), addresses);
        for (int i = 0; i < pairs; i++) {
            int difference = number(masked.get(2 * i)) ^ number(masked.get(2 * i + 1));
            assertThat(Integer.numberOfLeadingZeros(difference))
                    .as("seed %d", SEED)
                    .isEqualTo(shared[i]);
        }
        for (int prefix = 1; prefix < 32; prefix++) {
            int network = random.nextInt() & -1 << (32 - prefix);
            String other = maskText("ip-address", dotted(network) + "/" + prefix);
            assertThat(other).endsWith("/" + prefix);
            assertThat(number(other) << prefix).isZero();
        }
        assertThat(maskText("ip-address", "2001:db8:1::/48")).matches("[0-9a-f:]+::/48");
        assertThat(maskText("ip-address", "2001:DB8::1"))
                .isEqualTo(maskText("ip-address", "2001:0db8:0:0::1"));
    }

    @Test
    void packedAddressesBecomeWhatTheyBecomeAsText() throws Exception {
        for (String method : List.of("prefix", "flat")) {
            MaskingRule rule = rule("ip-address", Map.of("method", method));
            ColumnMasker packed = bind(rule, Columns.of(ValueForm.BYTES));
            for (String each : List.of("192.0.2.7", "2001:db8::7", "::")) {
                MaskedValues out = new MaskedValues();
                Columns.mask(packed, List.of(InetAddress.getByName(each).getAddress()), out);
                assertThat(out.unfit()).isZero();
                assertThat(bytes(out))
                        .isEqualTo(
                                InetAddress.getByName(maskText(rule, text(), each).getFirst())
                                        .getAddress());
            }
            MaskedValues out = new MaskedValues();
            Columns.mask(packed, List.of(utf8("unknown")), out);
            assertThat(out.unfit()).isEqualTo(1);
            assertThat(bytes(out)).isEmpty();
        }
    }

    private static byte[] bytes(MaskedValues out) {
        return Arrays.copyOfRange(out.bytes(), out.start(0), out.start(0) + out.length(0));
    }

    @Test
    void flatAddressesAreUniqueAndKeepNoPrefix() {
        MaskingRule flat = rule("ip-address", Map.of("method", "flat"));
        String[] addresses =
                IntStream.range(0, 65_536)
                        .mapToObj(each -> dotted(0x0A00_0000 | each))
                        .toArray(String[]::new);
        List<String> masked = maskText(flat, text(), addresses);
        assertThat(new HashSet<>(masked)).hasSize(addresses.length);
        assertThat(masked.stream().map(each -> each.split("\\.")[0]).distinct().count())
                .isGreaterThan(200);
        assertThat(maskText(flat, text(), "2001:db8::1").getFirst()).matches("[0-9a-f:]{20,39}");
    }

    @Test
    void hardwareAddressesKeepTheirLayoutAndFlags() {
        assertThat(maskText("mac-address", "08:00:2b:01:02:03"))
                .matches("[0-9a-f][048c](:[0-9a-f]{2}){5}");
        assertThat(maskText("mac-address", "0A-00-2B-01-02-03"))
                .matches("[0-9A-F][26AE](-[0-9A-F]{2}){5}")
                .matches(".*[A-F].*");
        assertThat(maskText("mac-address", "0800.2b01.0203"))
                .matches("[0-9a-f]{4}(\\.[0-9a-f]{4}){2}");
        assertThat(maskText("mac-address", "08002B010203")).matches("[0-9A-F]{12}");
        assertThat(
                        maskText(
                                        rule("mac-address", Map.of("vendor", "keep")),
                                        text(),
                                        "08:00:2B:01:02:03")
                                .getFirst())
                .matches("08:00:2B(:[0-9A-F]{2}){3}")
                .isNotEqualTo("08:00:2B:01:02:03");
        assertThat(maskText("mac-address", "08:00:2b-01:02:03")).matches("\\d\\d:.*"); // scrambled
        for (String spelling : List.of("08:00:%02x:%02x:00:01", "08:00:%02X:%02X:00:01")) {
            String[] addresses =
                    IntStream.range(0, 65_536)
                            .mapToObj(each -> spelling.formatted(each >> 8, each & 255))
                            .toArray(String[]::new);
            assertThat(new HashSet<>(maskText(MaskingRule.of("mac-address"), text(), addresses)))
                    .hasSize(65_536);
        }
    }

    @Test
    void keysArePermutedWithinTheirRange() {
        MaskingRule rule = rule("key", Map.of("from", 1, "to", 5000));
        List<byte @Nullable []> small = new ArrayList<>();
        List<byte @Nullable []> large = new ArrayList<>();
        for (int i = 1; i <= 5000; i++) {
            small.add(int4(i));
            large.add(int8(i));
        }
        List<byte @Nullable []> maskedSmall =
                Columns.mask(bind(rule, Columns.of(ValueForm.INT4)), small);
        List<byte @Nullable []> maskedLarge =
                Columns.mask(bind(rule, Columns.of(ValueForm.INT8)), large);
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            int masked = ByteBuffer.wrap(maskedSmall.get(i)).getInt();
            assertThat(masked).isBetween(1, 5000);
            assertThat(seen.add(masked)).isTrue();
            assertThat(ByteBuffer.wrap(maskedLarge.get(i)).getLong()).isEqualTo(masked);
        }
    }

    @Test
    void keysOutsideTheirRangeStayOutsideAndAreCounted() {
        MaskingRule rule = rule("key", Map.of("from", 100, "to", 4_000_000));
        MaskedValues out = new MaskedValues();
        List<byte @Nullable []> values = new ArrayList<>();
        for (long each :
                new long[] {-5, 0, 99, 4_000_001, Integer.MAX_VALUE, 1L << 40, Long.MIN_VALUE}) {
            values.add(int8(each));
        }
        values.add(int8(100));
        Columns.mask(bind(rule, Columns.of(ValueForm.INT8)), values, out);
        assertThat(out.unfit()).isEqualTo(7);
        for (int i = 0; i < 7; i++) {
            long masked = ByteBuffer.wrap(out.bytes()).getLong(out.start(i));
            assertThat(masked < 100 || masked > 4_000_000).isTrue();
            assertThat(masked).isNotEqualTo(ByteBuffer.wrap(values.get(i)).getLong());
        }
        assertThat(ByteBuffer.wrap(out.bytes()).getLong(out.start(7))).isBetween(100L, 4_000_000L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 1000, 999_999, 1_000_000, 1_048_577})
    void rangesArePermutedWhole(long size) {
        long[] numbers = IntStream.range(0, (int) size).asLongStream().toArray();
        new RangePermutation(KEYS, "keys", size).apply(numbers, numbers.length);
        boolean[] seen = new boolean[(int) size];
        for (long each : numbers) {
            assertThat(seen[(int) each]).isFalse();
            seen[(int) each] = true;
        }
    }

    @Test
    void hostsAreThoseOfExamples() {
        assertThat(maskText("hostname", "mail.keller.example"))
                .matches("[a-z2-7]{16}\\.example\\.(com|net|org)");
        assertThat(maskText("hostname", "keller-laptop")).matches("[a-z2-7]{16}");
        assertThat(maskText("hostname", "10.0.0.1")).matches("\\d\\d\\.\\d\\.\\d\\.\\d");
    }

    @Test
    void tokensKeepTheirLengthAndAlphabet() {
        assertThat(maskText("api-token", "9f86d081884c7d659a2feaa0c55ad015"))
                .matches("[0-9a-f]{32}");
        assertThat(maskText("api-token", "AKIAIOSFODNN7EXAMPLE")).matches("[A-Z0-9]{20}");
        assertThat(maskText("api-token", "sk_live_4eC39HqLyjWDarjtT1zdp7dc"))
                .matches("[A-Za-z0-9]{2}_[A-Za-z0-9]{4}_[A-Za-z0-9]{24}");
        MaskingRule rule = rule("api-token", Map.of("prefix", "sk_test_"));
        assertThat(maskText(rule, text(), "sk_live_4eC39HqLyjWDarjtT1zdp7dc").getFirst())
                .matches("sk_test_[A-Za-z0-9]{24}")
                .doesNotContain("4eC39HqLyjWDarjtT1zdp7dc");
        assertThat(maskText("api-token", "none")).matches("[a-z]{4}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW | \\$2b\\$12\\$[A-Za-z0-9]{21}[.Oeu][A-Za-z0-9]{30}[.CGKOSWaeimquy26]",
                "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b7dWRWJTmaasgM6MTi0wM2FFDs | \\$argon2id\\$v=19\\$m=65536,t=3,p=4\\$[A-Za-z0-9]{21}[AQgw]\\$[A-Za-z0-9]{42}[AEIMQUYcgkosw048]",
                "$6$rounds=5000$usesomesillystri$D4IrlXatmP7rx3P3InaxBeoomnAihCKRVQAr/36eYUhgXV7sd6V8.MNBLNXI0OIEFPHPsBgSq6vLzqQ1h7VqK1 | \\$6\\$rounds=5000\\$[A-Za-z0-9]{16}\\$[A-Za-z0-9]{85}[./01]",
                "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8 | \\$5\\$[A-Za-z0-9./]{10}\\$[A-Za-z0-9]{42}[./0-9A-D]",
                "$P$BJTe8iBJUuOui0O.A4JDRkLMfqqraF. | \\$P\\$B[A-Za-z0-9]{29}[./01]",
                "pbkdf2_sha256$260000$U7bVIYTzZ1qD3eVs$9i4jBLpgI3VHoCcN3aZYoFDG7G1ZB3YpOy2v3kFCqZU= | pbkdf2_sha256\\$260000\\$[A-Za-z0-9]{16}\\$[A-Za-z0-9]{42}[AEIMQUYcgkosw048]=",
                "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9gqPpoqkAZzqA== | \\{SSHA\\}[A-Za-z0-9]{37}[AQgw]==",
                "5f4dcc3b5aa765d61d8327deb882cf99 | [0-9a-f]{32}",
                "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8 | [0-9A-F]{40}",
            })
    void storedPasswordsKeepTheirLayout(String stored, String layout) {
        assertThat(maskText("password-hash", stored)).matches(layout).isNotEqualTo(stored);
        MaskedValues out = new MaskedValues();
        Columns.mask(bind(MaskingRule.of("password-hash"), text()), List.of(utf8(stored)), out);
        assertThat(out.unfit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2", "correct horse battery staple", "$2b$12$short", "$secret$a$b$c",
                "anna.keller$pass$0123456789012345678901", "{SSHA}", "$$$",
                        "5f4dcc3b5aa765d61d8327DEB882cf99"
            })
    void whatIsNoStoredPasswordIsScrambledAndCounted(String stored) {
        assertThat(maskText("password-hash", stored)).hasSameSizeAs(stored);
        MaskedValues out = new MaskedValues();
        Columns.mask(bind(MaskingRule.of("password-hash"), text()), List.of(utf8(stored)), out);
        assertThat(out.unfit()).isEqualTo(1);
    }

    @Test
    void everybodyMayGetThePasswordOfTheTests() {
        String hash = "$2b$04$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
        MaskingRule rule = rule("password-hash", Map.of("test-hash", hash));
        assertThat(maskText(rule, text(), "a", "n/a")).containsExactly(hash, hash);
        assertThat(Maskers.check(rule("password-hash", Map.of("test-hash", "secret"))).getFirst())
                .contains("no stored password");
    }

    @Test
    void pathsKeepFoldersDepthAndExtension() {
        List<String> masked =
                maskText(
                        MaskingRule.of("file-path"),
                        text(),
                        "/home/anna/cv 2024.pdf",
                        "/home/anna/photo.JPEG",
                        "C:\\Users\\anna.keller",
                        "notes.txt",
                        "/home/anna/");
        assertThat(masked.get(0)).matches("/[a-z]{4}/[a-z]{4}/[a-z]{2} \\d{4}\\.pdf");
        assertThat(masked.get(1))
                .startsWith(masked.get(0).substring(0, 11))
                .matches(".*/[a-z]{5}\\.JPEG");
        assertThat(masked.get(2)).matches("[A-Z]:\\\\[A-Z][a-z]{4}\\\\[a-z]{4}\\.[a-z]{6}");
        assertThat(masked.get(2)).doesNotContain("keller").doesNotContain("anna");
        assertThat(masked.get(3)).matches("[a-z]{5}\\.txt");
        assertThat(masked.get(4)).isEqualTo(masked.get(0).substring(0, 11));
    }

    @Test
    void coordinatesMoveNoFurtherThanAsked() {
        Random random = new Random(SEED);
        String[] places = new String[2000];
        for (int i = 0; i < places.length; i++) {
            places[i] =
                    String.format(
                            Locale.ROOT,
                            "%.6f, %.6f",
                            random.nextDouble(-90, 90),
                            random.nextDouble(-180, 180));
        }
        List<String> moved = maskText(MaskingRule.of("coordinate"), text(), places);
        for (int i = 0; i < places.length; i++) {
            assertThat(moved.get(i))
                    .as("seed %d", SEED)
                    .isNotEqualTo(places[i])
                    .matches("-?\\d+\\.\\d{6}, -?\\d+\\.\\d{6}");
            assertThat(metres(places[i], moved.get(i)))
                    .as("seed %d", SEED)
                    .isLessThanOrEqualTo(1000);
            double[] radians = radians(moved.get(i));
            assertThat(Math.abs(radians[0])).isLessThanOrEqualTo(Math.PI / 2);
            assertThat(Math.abs(radians[1])).isLessThanOrEqualTo(Math.PI);
        }
        MaskingRule grid =
                rule(
                        "coordinate",
                        Map.of("axis", "latitude", "method", "grid", "metres", 11_169.4));
        assertThat(maskText(grid, text(), "52.5201", "52.5999", "-0.01"))
                .containsExactly("52.5500", "52.5500", "-0.05");
        MaskingRule latitude = rule("coordinate", Map.of("axis", "latitude"));
        byte[] masked =
                Columns.mask(
                                bind(latitude, Columns.of(ValueForm.NUMERIC)),
                                List.of(Columns.numeric("89.999999")))
                        .getFirst();
        assertThat(Double.parseDouble(Columns.numericText(Objects.requireNonNull(masked))))
                .isBetween(89.98, 90.0);
        MaskedValues out = new MaskedValues();
        Columns.mask(
                bind(latitude, Columns.of(ValueForm.NUMERIC)), List.of(Columns.numeric("91")), out);
        assertThat(out.unfit()).isEqualTo(1);
    }

    /// By the haversine formula, on a sphere of the largest radius of WGS 84.
    private static double metres(String one, String other) {
        double[] a = radians(one);
        double[] b = radians(other);
        double latitude = Math.sin((b[0] - a[0]) / 2);
        double longitude = Math.sin((b[1] - a[1]) / 2);
        double h = latitude * latitude + Math.cos(a[0]) * Math.cos(b[0]) * longitude * longitude;
        return 2 * 6_378_137 * Math.asin(Math.sqrt(h));
    }

    private static double[] radians(String pair) {
        return Arrays.stream(pair.split(", "))
                .mapToDouble(each -> Math.toRadians(Double.parseDouble(each)))
                .toArray();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, prefix",
        "10.1.2.0/24, prefix",
        "10.1.2.3/24, prefix",
        "2001:db8::1, prefix",
        "2001:db8::/48, prefix",
        "0.0.0.0/0, prefix",
        "10.1.2.3/8, flat",
        "2001:db8::1, flat",
    })
    void addressesBecomeTheSameInEveryTypeOfColumn(String text, String method) {
        MaskingRule rule = Columns.rule("ip-address", Map.of("method", method));
        String expected = Columns.maskText(rule, text(), text).getFirst();
        for (ValueForm form : List.of(ValueForm.INET, ValueForm.CIDR)) {
            byte[] value = NetworkAddress.encode(form, text);
            if (value != null && (form == ValueForm.INET || method.equals("prefix"))) {
                assertThat(Columns.mask(bind(rule, Columns.of(form)), List.of(value)))
                        .containsExactly(NetworkAddress.encode(form, expected));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mask", "keep"})
    void hardwareAddressesBecomeTheSameInEveryTypeOfColumn(String vendor) {
        MaskingRule rule = Columns.rule("mac-address", Map.of("vendor", vendor));
        byte[] expected = octets(Columns.maskText(rule, text(), "08:00:2b:01:02:03").getFirst());
        byte[] longer =
                bytes(
                        expected[0],
                        expected[1],
                        expected[2],
                        0xFF,
                        0xFE,
                        expected[3],
                        expected[4],
                        expected[5]);
        assertThat(
                        Columns.mask(
                                bind(rule, Columns.of(ValueForm.MACADDR)),
                                List.of(octets("08:00:2b:01:02:03"))))
                .containsExactly(expected);
        assertThat(
                        Columns.mask(
                                bind(rule, Columns.of(ValueForm.MACADDR8)),
                                List.of(octets("08:00:2b:ff:fe:01:02:03"))))
                .containsExactly(longer);
        byte[] other =
                Columns.mask(
                                bind(rule, Columns.of(ValueForm.MACADDR8)),
                                List.of(octets("08:00:2b:ff:ff:01:02:03")))
                        .getFirst();
        assertThat(other[3] << 8 | other[4] & 0xFF).isNotEqualTo((short) 0xFFFE);
        assertThat(Arrays.copyOf(other, 3)).isEqualTo(Arrays.copyOf(expected, 3));
    }

    @Test
    void aNetworkCannotBecomeAnyAddress() {
        assertThatThrownBy(() ->
                        bind(
                                Columns.rule("ip-address", Map.of("method", "flat")),
                                Columns.of(ValueForm.CIDR)))
                .isInstanceOf(MaskingRefused.class)
                .hasMessage(
                        "public.t.c: rule ip-address with method flat makes addresses but the column is cidr, of networks; use method prefix");
    }

    private static byte[] octets(String text) {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }

    private static String dotted(int address) {
        return "%d.%d.%d.%d"
                .formatted(
                        address >>> 24, address >>> 16 & 255, address >>> 8 & 255, address & 255);
    }

    private static int number(String dotted) {
        NetworkAddress address = new NetworkAddress();
        assertThat(address.read(utf8(dotted), 0, dotted.length())).isTrue();
        return (int) (address.high() >>> 32);
    }

    private static byte[] bytes(int... numbers) {
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        return bytes;
    }
}
