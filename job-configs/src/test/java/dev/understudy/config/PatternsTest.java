package dev.understudy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.Reference.End;
import dev.understudy.masking.MaskingRule;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PatternsTest {
    private static final Location HERE = new Location(1, 1, "");

    @Test
    void missingPartsMatchEverything() {
        assertThat(rule("public.customer.email").matches("", "public", "customer", "email"))
                .isTrue();
        assertThat(rule("public.customer.email").matches("", "public", "customer", "mail"))
                .isFalse();
        assertThat(rule("customer.email").matches("", "any", "customer", "email")).isTrue();
        assertThat(rule("customer.email").matches("", "customer", "email", "x")).isFalse();
        assertThat(rule("email").matches("", "any", "table", "email")).isTrue();
        assertThat(rule("*.*_id").matches("", "any", "table", "customer_id")).isTrue();
        assertThat(rule("*.*_id").matches("", "any", "table", "idle")).isFalse();
        assertThat(new TablePattern("audit_*", HERE).matches("", "any", "audit_2026")).isTrue();
        assertThat(new TablePattern("public.*", HERE).matches("", "private", "t")).isFalse();
    }

    @Test
    void caseCounts() {
        assertThat(rule("email").matches("", "s", "t", "Email")).isFalse();
    }

    @Test
    void quotedPartsAreTakenAsTheyStand() {
        assertThat(rule("public.\"odd.name\".col").matches("", "public", "odd.name", "col"))
                .isTrue();
        assertThat(rule("\"a \"\"b\"\" *\"").matches("", "s", "t", "a \"b\" *")).isTrue();
        assertThat(rule("\"*\"").matches("", "s", "t", "anything")).isFalse();
    }

    @Test
    void refusesWhatIsNoPattern() {
        for (String text :
                List.of(
                        "", ".", "a.", ".a", "a..b", "a.b.c.d", "a b", "\"", "\"\"", "a\"b\"",
                        "a,b")) {
            assertThatThrownBy(() -> rule(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theColumnPartDecidesFirstThenTheTableThenTheSchema() {
        List<String> fromMostToLeast =
                List.of(
                        "public.customer.email",
                        "customer.email",
                        "public.cust*.email",
                        "cust*.email",
                        "public.*.email",
                        "pub*.*.email",
                        "*.email",
                        "public.customer.e_mail*",
                        "*.e*mail",
                        "*.e*ma*l",
                        "*.*_id",
                        "public.customer.*",
                        "customer.*",
                        "public.*.*",
                        "*");
        for (int i = 0; i < fromMostToLeast.size(); i++) {
            for (int j = 0; j < fromMostToLeast.size(); j++) {
                ColumnRule one = rule(fromMostToLeast.get(i));
                ColumnRule other = rule(fromMostToLeast.get(j));
                assertThat(Integer.signum(one.compareSpecificity(other)))
                        .as("%s and %s", one.pattern(), other.pattern())
                        .isEqualTo(Integer.compare(j, i));
            }
        }
    }

    @Test
    void differentPatternsCanBeEquallySpecific() {
        assertThat(rule("a*").compareSpecificity(rule("*a"))).isZero();
        assertThat(rule("email").compareSpecificity(rule("*.*.email"))).isZero();
    }

    /// Oracle: regular expressions.
    @Test
    void matchesLikeARegularExpression() {
        long seed = 42;
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String pattern = text(random, "ab*", 1 + random.nextInt(6));
            String name = text(random, "ab", random.nextInt(8));
            boolean expected = name.matches(pattern.replace("*", ".*"));
            assertThat(rule(pattern).matches("", "s", "t", name))
                    .as("seed %d: %s on %s", seed, pattern, name)
                    .isEqualTo(expected);
        }
    }

    /// A pattern that matches only names that another matches too is never the less specific one.
    @Test
    void theNarrowerOfTwoPatternsIsNotLessSpecific() {
        long seed = 7;
        var random = new Random(seed);
        List<String> names =
                IntStream.range(0, 400).mapToObj(i -> text(random, "ab", i % 9)).toList();
        for (int i = 0; i < 3_000; i++) {
            ColumnRule wide = rule(text(random, "ab**", 1 + random.nextInt(5)));
            String narrowText =
                    wide.pattern().replaceFirst(Pattern.quote("*"), text(random, "ab", 2));
            ColumnRule narrow = rule(narrowText);
            for (String name : names) {
                if (narrow.matches("", "s", "t", name)) {
                    assertThat(wide.matches("", "s", "t", name))
                            .as("seed %d: %s", seed, name)
                            .isTrue();
                }
            }
            assertThat(narrow.compareSpecificity(wide))
                    .as("seed %d: %s and %s", seed, narrow.pattern(), wide.pattern())
                    .isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void readsReferences() {
        Reference one = Reference.parse(" public.ticket.author->public.customer.id ", HERE);
        assertThat(one.kind()).isEqualTo(Reference.Kind.FOREIGN_KEY);
        assertThat(one.from())
                .isEqualTo(new End(Optional.empty(), "public", "ticket", List.of("author")));
        assertThat(one.to())
                .isEqualTo(new End(Optional.empty(), "public", "customer", List.of("id")));

        Reference composite = Reference.parse("a.\"b.(\".( x , \"y z\" ) -> c.d.(u,v)", HERE);
        assertThat(composite.from().table()).isEqualTo("b.(");
        assertThat(composite.from().columns()).containsExactly("x", "y z");
        assertThat(composite.to().columns()).containsExactly("u", "v");

        Reference alike =
                Reference.parse("crm:app.contact.email ~ shop:public.customer.email", HERE);
        assertThat(alike.kind()).isEqualTo(Reference.Kind.ALIKE);
        assertThat(alike.from().source()).contains("crm");
        assertThat(alike.to())
                .isEqualTo(new End(Optional.of("shop"), "public", "customer", List.of("email")));
    }

    @Test
    void aPatternMayNameASource() {
        ColumnRule ofCrm = rule("crm:app.contact.email");
        assertThat(ofCrm.matches("crm", "app", "contact", "email")).isTrue();
        assertThat(ofCrm.matches("shop", "app", "contact", "email")).isFalse();
        assertThat(rule("email").matches("crm", "app", "contact", "email")).isTrue();
        assertThat(rule("crm:email").compareSpecificity(rule("email"))).isPositive();
        assertThat(rule("crm:email").compareSpecificity(rule("contact.email"))).isNegative();
        assertThat(rule("\"crm:email\"").matches("", "s", "t", "crm:email")).isTrue();
        assertThat(new TablePattern("crm:*", HERE).matches("crm", "app", "contact")).isTrue();
        assertThat(new TablePattern("crm:*", HERE).matches("shop", "app", "contact")).isFalse();
    }

    private static ColumnRule rule(String pattern) {
        return new ColumnRule(pattern, MaskingRule.of("keep"), HERE);
    }

    private static String text(Random random, String alphabet, int length) {
        return random.ints(length, 0, alphabet.length())
                .mapToObj(index -> alphabet.substring(index, index + 1))
                .collect(Collectors.joining());
    }
}
