package dev.understudy.masking;

import static dev.understudy.masking.Declarations.UNIQUE;
import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.fixed;
import static dev.understudy.masking.Declarations.integer;
import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.Declarations.needCharacters;
import static dev.understudy.masking.Declarations.number;
import static dev.understudy.masking.Declarations.oneOf;
import static dev.understudy.masking.Declarations.promise;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.Declarations.tagged;
import static dev.understudy.masking.ValueForm.BYTES;
import static dev.understudy.masking.ValueForm.CIDR;
import static dev.understudy.masking.ValueForm.FLOAT4;
import static dev.understudy.masking.ValueForm.FLOAT8;
import static dev.understudy.masking.ValueForm.INET;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.MACADDR;
import static dev.understudy.masking.ValueForm.MACADDR8;
import static dev.understudy.masking.ValueForm.NUMERIC;
import static dev.understudy.masking.ValueForm.TEXT;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The maskers of what machines are called and recognised by: addresses, keys, tokens, places.
final class TechnicalMaskers {
    private TechnicalMaskers() {}

    static List<Masker> all() {
        return List.of(
                key(),
                ipAddress(),
                macAddress(),
                hostname(),
                IdentityMaskers.word(
                        "user-agent", "a browser's name of a dictionary", Words.USER_AGENTS),
                apiToken(),
                passwordHash(),
                filePath(),
                coordinate());
    }

    private static Masker key() {
        return new Masker(
                "key",
                "another integer of a range, unique for each; those outside are replaced outside, and counted",
                List.of(
                        new Parameter("from", "integer", false, "the smallest of the range, 1"),
                        new Parameter("to", "integer", true, "the largest of the range")),
                EnumSet.of(INT2, INT4, INT8),
                always(promise(true, true, false)),
                (rule, problem) -> {
                    long from = integer(rule, "from", 1);
                    long to = integer(rule, "to", 0);
                    if (from >= to) {
                        problem.accept("to must be larger than from");
                    } else if (to - from < 0 || to - from == Long.MAX_VALUE) {
                        problem.accept("from and to must be less than 2^63 apart");
                    } else if (leavesOneAlone(from, to)) {
                        problem.accept(
                                "from and to leave one number alone before the end of a type; take it in");
                    }
                },
                (rule, column, keys, domain) -> {
                    long from = integer(rule, "from", 1);
                    long to = integer(rule, "to", 0);
                    IntegerRange range = IntegerRange.of(column);
                    long largest = range.most();
                    if (to > largest || from < range.least()) {
                        throw new MaskingRefused(
                                "%s: rule key has a range from %d to %d but the column is %s, which ends at %d; use a smaller range, or digits"
                                        .formatted(
                                                column.path(),
                                                from,
                                                to,
                                                column.sqlType(),
                                                largest));
                    }
                    return new KeyMasker(column.form(), from, to, keys, domain);
                });
    }

    /// A number that is alone outside could only become itself.
    private static boolean leavesOneAlone(long from, long to) {
        return Stream.of(INT2, INT4, INT8)
                .mapToLong(Integers::largest)
                .anyMatch(largest -> to == largest - 1 || from == -largest);
    }

    private static Masker ipAddress() {
        return new Masker(
                "ip-address",
                "another IPv4 or IPv6 address, the same in text, inet and packed bytes; addresses of one network stay in one network",
                List.of(
                        new Parameter(
                                "method",
                                "string",
                                false,
                                "prefix (default): common prefixes stay common; or flat: nothing stays"),
                        new Parameter(
                                "spelling",
                                "string",
                                false,
                                "of text: any (default), or shortest, as RFC 5952 writes it: other texts count as no address, which makes it unique for each value")),
                EnumSet.of(TEXT, INET, CIDR, BYTES),
                (rule, column) ->
                        promise(
                                switch (column.form()) {
                                    case TEXT -> string(rule, "spelling", "any").equals("shortest");
                                    case BYTES -> false;
                                    default -> true;
                                },
                                true,
                                false),
                (rule, problem) -> {
                    oneOf(rule, "method", problem, "prefix", "flat");
                    oneOf(rule, "spelling", problem, "any", "shortest");
                },
                (rule, column, keys, domain) -> {
                    boolean flat = string(rule, "method", "prefix").equals("flat");
                    AddressMasker addresses = new AddressMasker(column.form(), flat, keys, domain);
                    if (column.form() == CIDR && flat) {
                        throw new MaskingRefused(
                                "%s: rule ip-address with method flat makes addresses but the column is %s, of networks; use method prefix"
                                        .formatted(column.path(), column.sqlType()));
                    }
                    if (column.form() == BYTES) {
                        return new FitMasker(
                                (bytes, start, length) -> NetworkAddress.isPacked(length),
                                addresses,
                                () -> Declarations.fixed(new byte[0]));
                    }
                    if (column.form() != TEXT) {
                        return addresses;
                    }
                    needCharacters(rule, column, NetworkAddress.LONGEST_IPV4);
                    NetworkAddress address = new NetworkAddress();
                    boolean any = string(rule, "spelling", "any").equals("any");
                    return fittingApart(
                            (bytes, start, length) ->
                                    (any
                                                    ? address.read(bytes, start, length)
                                                    : address.readShortest(bytes, start, length))
                                            && address.longest() <= longest(column),
                            addresses,
                            keys,
                            domain);
                });
    }

    private static Masker macAddress() {
        return new Masker(
                "mac-address",
                "another hardware address in the same layout, unique for each",
                List.of(
                        new Parameter(
                                "vendor",
                                "string",
                                false,
                                "the first three bytes: mask (default) or keep")),
                EnumSet.of(TEXT, MACADDR, MACADDR8),
                always(UNIQUE),
                (rule, problem) -> oneOf(rule, "vendor", problem, "mask", "keep"),
                (rule, column, keys, domain) -> {
                    boolean keep = string(rule, "vendor", "mask").equals("keep");
                    MacMasker addresses = new MacMasker(column.form(), keep, keys, domain);
                    return column.form() == TEXT
                            ? fittingApart(MacMasker::isAddress, addresses, keys, domain)
                            : addresses;
                });
    }

    private static Masker hostname() {
        return new Masker(
                "hostname",
                "a host of a domain reserved for examples, unique for each; without a domain, a name alone",
                List.of(),
                EnumSet.of(TEXT),
                always(promise(true, true, false)),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    needCharacters(rule, column, Duds.LONGEST_HOST);
                    var stream = new TagStream(keys, domain, Duds.HOST_PICKS);
                    return fittingApart(
                            Duds::isHost,
                            tagged(column, keys, domain, stream, Duds.host(stream)),
                            keys,
                            domain);
                });
    }

    private static Masker apiToken() {
        return new Masker(
                "api-token",
                "a token of the same length and alphabet that opens nothing, unique for each",
                List.of(
                        new Parameter(
                                "prefix",
                                "string",
                                false,
                                "what stands over the first characters: sk_test_; none")),
                EnumSet.of(TEXT),
                always(UNIQUE),
                (rule, problem) -> {
                    if (!string(rule, "prefix", "").matches("[A-Za-z0-9_.~:=+/-]{0,16}")) {
                        problem.accept(
                                "prefix must be at most 16 letters, digits and signs of -_.~:=+/");
                    }
                },
                (rule, column, keys, domain) -> {
                    byte[] prefix = string(rule, "prefix", "").getBytes(StandardCharsets.US_ASCII);
                    var stream = new TagStream(keys, domain);
                    return fittingApart(
                            (bytes, start, length) ->
                                    Duds.isToken(bytes, start, length, prefix.length),
                            tagged(column, keys, domain, stream, Duds.token(prefix, stream)),
                            keys,
                            domain);
                });
    }

    private static Masker passwordHash() {
        return new Masker(
                "password-hash",
                "a stored password of the same layout that no password fits, unique for each",
                List.of(
                        new Parameter(
                                "test-hash",
                                "string",
                                false,
                                "the stored password that all become, of a password for tests; none"),
                        new Parameter(
                                "test-password",
                                "string",
                                false,
                                "a password for tests, whose hash all become: ${env:TEST_PASSWORD}; none"),
                        new Parameter(
                                "algorithm",
                                "string",
                                false,
                                "of that hash: bcrypt (default), or argon2id, with memory, passes and lanes of each value that is Argon2's and has at most 64 MiB, 9 and 9, and otherwise 19 MiB, 2 and 1; rows of the same cost become equal, salt included"),
                        new Parameter(
                                "cost",
                                "integer",
                                false,
                                "of a bcrypt hash, as bcrypt counts it, 4 to 16; 10")),
                EnumSet.of(TEXT),
                (rule, column) ->
                        rule.parameters().containsKey("test-hash")
                                        || rule.parameters().containsKey("test-password")
                                ? promise(false, true, false)
                                : UNIQUE,
                TechnicalMaskers::checkPassword,
                (rule, column, keys, domain) -> {
                    if (rule.parameters().get("test-hash") instanceof String hash) {
                        return fixed(Constants.encode(hash, rule, column));
                    }
                    if (rule.parameters().containsKey("test-password")) {
                        return TestPassword.bind(rule, column, keys, domain);
                    }
                    var stream = new TagStream(keys, domain);
                    return fittingApart(
                            new PasswordHash()::read,
                            tagged(column, keys, domain, stream, PasswordHash.writer(stream)),
                            keys,
                            domain);
                });
    }

    private static void checkPassword(MaskingRule rule, Consumer<String> problem) {
        byte[] hash = string(rule, "test-hash", "").getBytes(StandardCharsets.UTF_8);
        if (hash.length > 0 && !new PasswordHash().read(hash, 0, hash.length)) {
            problem.accept(
                    "test-hash is no stored password of bcrypt, Argon2, SHA-crypt or another known layout");
        }
        TestPassword.check(rule, problem);
    }

    private static Masker filePath() {
        return new Masker(
                "file-path",
                "other names in the same folders, with a well-known extension kept, unique for each",
                List.of(),
                EnumSet.of(TEXT),
                always(UNIQUE),
                Declarations::anything,
                (rule, column, keys, domain) -> new PathMasker(keys, domain));
    }

    private static Masker coordinate() {
        return new Masker(
                "coordinate",
                "a latitude or longitude some metres away",
                List.of(
                        new Parameter(
                                "axis",
                                "string",
                                false,
                                "latitude, longitude, or both (default): a text of both, 52.52, 13.405"),
                        new Parameter(
                                "metres",
                                "number",
                                false,
                                "how far at most, or a cell's side; at least a unit of the last decimal; 1000"),
                        new Parameter(
                                "method",
                                "string",
                                false,
                                "jitter (default), or grid: into the middle of a cell")),
                EnumSet.of(TEXT, FLOAT4, FLOAT8, NUMERIC),
                always(promise(false, true, false)),
                (rule, problem) -> {
                    oneOf(rule, "axis", problem, "latitude", "longitude", "both");
                    oneOf(rule, "method", problem, "jitter", "grid");
                    double metres = number(rule, "metres", 1000);
                    if (!(metres >= 1 && metres <= 1_000_000)) {
                        problem.accept("metres must be from 1 to 1000000");
                    }
                },
                (rule, column, keys, domain) -> {
                    var axis =
                            Coordinates.Axis.valueOf(
                                    string(rule, "axis", "both").toUpperCase(Locale.ROOT));
                    needRoom(rule, column, axis);
                    boolean grid = string(rule, "method", "jitter").equals("grid");
                    Coordinates coordinates =
                            new Coordinates(axis, number(rule, "metres", 1000), grid);
                    ColumnMasker masker =
                            tagged(column, keys, domain, coordinates.writer(column.form()));
                    return column.form() == TEXT
                            ? fittingApart(coordinates::fits, masker, keys, domain)
                            : masker;
                });
    }

    private static void needRoom(MaskingRule rule, ColumnProfile column, Coordinates.Axis axis) {
        needCharacters(rule, column, Coordinates.LONGEST);
        if (column.form() != TEXT && axis == Coordinates.Axis.BOTH) {
            throw new MaskingRefused(
                    "%s: rule coordinate needs an axis for a column of type %s; give axis: latitude or axis: longitude"
                            .formatted(column.path(), column.sqlType()));
        }
        if (column.form() == NUMERIC
                && longest(column) - Maskers.scale(column) < axis.wholeDigits()) {
            throw new MaskingRefused(
                    "%s: rule coordinate needs %d digits before the point but the column is %s; use noise"
                            .formatted(column.path(), axis.wholeDigits(), column.sqlType()));
        }
    }

    /// As {@link Declarations#fitting}, where scrambling may turn what is unfit into what fits.
    private static ColumnMasker fittingApart(
            FitMasker.Fit fit, ColumnMasker masker, MaskingKeys keys, String domain) {
        return new FitMasker(
                fit, masker, () -> new OutsideMasker(fit, new ScrambleMasker(keys, domain)));
    }
}
