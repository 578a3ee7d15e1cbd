package dev.understudy.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.Problem;
import dev.understudy.jobs.plan.Decision.Origin;
import dev.understudy.schema.Key;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final String KEEP_IDS = "  \"*.*_id\": keep\n";

    private final Sketch shop =
            new Sketch()
                    .table("customer", "customer_id int4 primary", "email varchar(80) not-null")
                    .table(
                            "ticket",
                            "ticket_id int4 primary",
                            "customer_id int4 -> customer.customer_id",
                            "note text");

    @Test
    void everyColumnIsDecidedByTheMostSpecificRule() {
        Plan plan =
                shop.plan(
                        """
                        columns:
                          "*": text-scramble
                          "*_id": keep
                          public.customer.email: email
                        """);

        assertThat(decisions(plan, "customer")).containsExactly("customer_id keep", "email email");
        assertThat(decisions(plan, "ticket"))
                .containsExactly("ticket_id keep", "customer_id keep", "note text-scramble");
    }

    private static final String GROUP =
            """
            groups:
              public.address: { place: { city: city, postcode: zip, country: country } }
            columns:
              id: keep
            """;

    private final Sketch addresses =
            new Sketch()
                    .table("country", "id text primary")
                    .table(
                            "address",
                            "id int4 primary",
                            "city text",
                            "zip varchar(10)",
                            "country text -> country.id");

    @Test
    void aGroupDecidesAboutItsColumnsButNotAboutThoseThatTheyFollow() {
        Plan followed = addresses.plan(GROUP);

        assertThat(decisions(followed, "address"))
                .containsExactly("id keep", "city place", "zip place", "country keep");
        assertThat(decision(followed, "address", "city").decidedBy())
                .isEqualTo("place of public.address, line 5");

        var alone =
                new Sketch()
                        .table(
                                "address",
                                "id int4 primary",
                                "city text",
                                "zip text",
                                "country text");
        assertThat(decisions(alone.plan(GROUP), "address")).endsWith("country country");
        assertThat(decisions(alone.plan(GROUP + "  country: text-scramble\n"), "address"))
                .endsWith("country text-scramble");
    }

    @Test
    void refusesARuleForAColumnThatAGroupDecidesAbout() {
        List<Problem> problems = addresses.found(GROUP + "  public.address.city: city\n");

        assertThat(problems).extracting(Sketch::brief).containsExactly("group-disagrees:8");
        assertThat(problems.getFirst().message())
                .isEqualTo(
                        "public.address.city is decided by public.address.city: city, but also, in line 5, by place of public.address: place");
    }

    @Test
    void saysWhichRuleAGroupHasMadeUseless() {
        List<Problem> problems = addresses.found(GROUP + "  zip: postcode\n");

        assertThat(problems).extracting(Sketch::brief).containsExactly("rule-matches-nothing:8");
        assertThat(problems.getFirst().message())
                .isEqualTo(
                        "zip: postcode decides about no column: public.address.zip is decided by place of public.address, line 5");
    }

    @Test
    void aCheckOnAColumnWhoseRuleReadsOthersIsLeftToTheTwin() {
        var sketch =
                new Sketch()
                        .table("t", "id int4 primary", "born date", "zip text", "city text")
                        .check("t", "born > '1900-01-01'", "born")
                        .check("t", "zip ~ '^[0-9]{5}$'", "zip");

        Plan plan =
                sketch.plan(
                        """
                        columns:
                          id: keep
                          born: { mask: shift-date, per: id }
                        groups: { t: { place: { city: city, postcode: zip } } }
                        """);

        assertThat(plan.warnings())
                .extracting(Problem::id)
                .containsExactly("check-unproven", "check-unproven");
    }

    private static List<String> decisions(Plan plan, String table) {
        return copy(plan, table).columns().stream()
                .map(each -> each.column().name() + " " + each.rule().masker())
                .toList();
    }

    private static TableCopy copy(Plan plan, String table) {
        return plan.tables().stream()
                .filter(each -> each.name().equals(Sketch.name(table)))
                .findFirst()
                .orElseThrow();
    }

    private static Decision decision(Plan plan, String table, String column) {
        return copy(plan, table).columns().stream()
                .filter(each -> each.column().name().equals(column))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void allUndecidedColumnsAreReportedAtOnceWithARuleToPaste() {
        List<Problem> problems = shop.found("columns: { \"*_id\": keep }");

        assertThat(problems).extracting(Problem::id).containsOnly("undecided-column");
        assertThat(problems)
                .extracting(Problem::message)
                .containsExactly(
                        "public.customer.email (varchar(80)): no rule decides about this column",
                        "public.ticket.note (text): no rule decides about this column");
        assertThat(problems)
                .extracting(Problem::hint)
                .containsExactly("public.customer.email: email", "public.ticket.note: redact");
    }

    @Test
    void unlistedColumnsAreMaskedByTheirTypeIfTheConfigSaysSo() {
        Plan plan = shop.plan("unlisted: mask");

        assertThat(decisions(plan, "customer"))
                .containsExactly("customer_id digits", "email text-scramble");
        assertThat(decision(plan, "ticket", "ticket_id").origin()).isEqualTo(new Origin.ByType());
        assertThat(decision(plan, "ticket", "customer_id").decidedBy())
                .isEqualTo("references public.customer.customer_id");
    }

    @Test
    void aReferencingColumnFollowsWhatItReferencesAlthoughABroadRuleKeepsIt() {
        Plan plan =
                shop.plan(
                        """
                        columns:
                          "*_id": keep
                          public.customer.customer_id: digits
                          email: email
                          note: text-scramble
                        """);

        assertThat(decision(plan, "ticket", "customer_id").rule().masker()).isEqualTo("digits");
        assertThat(decision(plan, "ticket", "ticket_id").rule().masker()).isEqualTo("keep");
    }

    @Test
    void refusesExplicitRulesOnBothEndsOfAForeignKeyThatDisagree() {
        List<Problem> problems =
                shop.found(
                        """
                        columns:
                          public.customer.customer_id: digits
                          public.ticket.customer_id: keep
                          ticket_id: keep
                          email: email
                          note: text-scramble
                        """);

        assertThat(problems).extracting(Sketch::brief).containsExactly("foreign-key-disagrees:6");
        assertThat(problems.getFirst().message())
                .contains("public.ticket.customer_id (keep)")
                .contains("public.customer.customer_id (digits, line 5)");
    }

    @Test
    void refusesToMaskAReferencingColumnWhoseReferencedOneIsKeptUnlessItBecomesNull() {
        String rules = "columns:\n  \"*_id\": keep\n  email: email\n  note: text-scramble\n";

        assertThat(shop.problems(rules + "  public.ticket.customer_id: digits\n"))
                .containsExactly("foreign-key-disagrees:8");
        assertThat(shop.problems(rules + "  public.ticket.customer_id: \"null\"\n")).isEmpty();
    }

    @Test
    void rulesFollowReferencesThroughChainsAndCycles() {
        var source =
                new Sketch()
                        .table("a", "id int4 primary -> b.id")
                        .table("b", "id int4 primary -> a.id")
                        .table("c", "a int4 primary -> a.id", "self int4 -> c.a")
                        .table("d", "c int4 -> c.a");

        Plan plan = source.plan("columns: { public.b.id: digits }");

        assertThat(plan.tables())
                .flatExtracting(TableCopy::columns)
                .allMatch(each -> each.rule().masker().equals("digits"));
        assertThat(source.problems("columns: { public.b.id: digits, public.d.c: hash }"))
                .containsExactly("foreign-key-disagrees:4");
    }

    @Test
    void compositeKeysFollowPairwise() {
        var source =
                new Sketch()
                        .table("seat", "room int4 not-null", "number varchar(9) not-null")
                        .key("seat", "room", "number")
                        .table("ticket", "number varchar(20)", "room int4")
                        .foreignKey(
                                "ticket",
                                List.of("room", "number"),
                                "seat",
                                List.of("room", "number"));

        Plan plan =
                source.plan(
                        "columns: { public.seat.room: keep, public.seat.number: text-scramble }");

        assertThat(decisions(plan, "ticket")).containsExactly("number text-scramble", "room keep");
        // Both ends must be cut alike, so the shorter one counts for both.
        assertThat(decision(plan, "ticket", "number").profile().maxLength()).hasValue(9);
    }

    @Test
    void undeclaredReferencesAreFollowedToo() {
        var source =
                new Sketch()
                        .table("customer", "id int4 primary")
                        .table("log", "who text", "at timestamptz");
        String rules = "columns: { public.customer.id: digits, at: keep }\n";

        Plan plan = source.plan(rules + "references: [\"public.log.who -> public.customer.id\"]");

        assertThat(decision(plan, "log", "who").rule().masker()).isEqualTo("digits");
        assertThat(
                        source.problems(
                                rules + "references: [\"public.log.whom -> public.customer.id\"]"))
                .contains("reference-unknown:5", "undecided-column");
        assertThat(source.found(rules + "references: [\"public.logs.who -> public.customer.id\"]"))
                .extracting(Problem::hint)
                .contains("did you mean public.log?");
        assertThat(source.problems(rules + "references: [\"public.log.at -> public.customer.id\"]"))
                .contains("reference-types-differ:5");
    }

    @Test
    void refusesTwoEquallySpecificRulesThatDisagree() {
        var source = new Sketch().table("t", "abc text");

        assertThat(source.problems("columns:\n  \"a*\": email\n  \"*c\": hash\n"))
                .containsExactly("ambiguous-rule:6");
    }

    @Test
    void refusesARuleThatDecidesNothing() {
        String rules = "columns:\n  \"*_id\": keep\n  email: email\n  note: text-scramble\n";

        List<Problem> problems = shop.found(rules + "  public.custommer.email: email\n");
        assertThat(problems).extracting(Sketch::brief).containsExactly("rule-matches-nothing:8");
        assertThat(problems.getFirst().hint()).isEqualTo("did you mean public.customer.email?");

        assertThat(shop.problems(rules + "  \"n*\": hash\n"))
                .containsExactly("rule-matches-nothing:8");
        assertThat(shop.problems("tables: { include: [\"*\"], exclude: [ticket] }\n" + rules))
                .contains("rule-matches-nothing:8");
    }

    @Test
    void refusesPatternsThatMatchNoTable() {
        String rules = "\nunlisted: mask\n";

        assertThat(shop.problems("tables: { include: [public.custmer] }" + rules))
                .containsExactly("pattern-matches-nothing:4");
        assertThat(shop.problems("tables:\n  include: [\"*\"]\n  exclude: [tmp]" + rules))
                .containsExactly("pattern-matches-nothing:6");
        assertThat(
                        shop.problems(
                                "tables:\n  include: [ticket]\n  structure-only: [customer]"
                                        + rules))
                .contains("pattern-matches-nothing:6");
    }

    @Test
    void partitionsFollowTheirRootInSelectionAndRules() {
        var source =
                new Sketch()
                        .partitioned("visit", "day", "day date", "name text", "id int4")
                        .partition("visit_1", "visit", "id int4", "day date", "name text");
        String rules = "columns: { day: keep, id: keep, name: full-name }\n";

        Plan plan = source.plan(rules);
        assertThat(plan.selected()).contains(Sketch.name("visit"), Sketch.name("visit_1"));
        assertThat(plan.tables())
                .extracting(TableCopy::name)
                .containsExactly(Sketch.name("visit_1"));
        assertThat(copy(plan, "visit_1").lakeTable()).isEqualTo(Sketch.name("visit"));
        assertThat(decisions(plan, "visit_1"))
                .containsExactly("day keep", "name full-name", "id keep");
        assertThat(decision(plan, "visit_1", "name").origin())
                .isEqualTo(new Origin.Parent(Sketch.name("visit")));

        assertThat(source.problems("tables: { include: [\"*\"], exclude: [visit_1] }\n" + rules))
                .containsExactly("partition-apart-from-root:4");
        assertThat(source.problems("tables: { include: [visit_1] }\n" + rules))
                .contains("partition-apart-from-root:4");
        assertThat(source.plan("tables: { include: [visit] }\n" + rules).tables()).hasSize(1);
        assertThat(source.problems("columns:\n  \"*\": keep\n  name: hash\n  visit_1.name: keep\n"))
                .contains("parent-disagrees:7");
        assertThat(source.problems("columns: { name: hash, id: keep, day: shift-date }"))
                .containsExactly("partition-key-masked:4");
    }

    @Test
    void inheritedColumnsFollowTheirParent() {
        var source =
                new Sketch()
                        .table("person", "name text")
                        .child("employee", "person", "name text inherited", "badge text");

        Plan plan = source.plan("columns: { public.person.name: full-name, badge: hash }");

        assertThat(decisions(plan, "employee")).containsExactly("name full-name", "badge hash");
        assertThat(copy(plan, "employee").lakeTable()).isEqualTo(Sketch.name("employee"));
        assertThat(
                        source.problems(
                                "columns:\n  person.name: full-name\n  employee.name: hash\n  badge: hash\n"))
                .containsExactly("parent-disagrees:6");
        assertThat(
                        source.problems(
                                "tables: { include: [\"*\"], exclude: [person] }\nunlisted: mask"))
                .containsExactly("parent-left-out:4");
    }

    @Test
    void tablesWithoutRowsNeedNoDecisionsButNobodyMayReferenceTheirRows() {
        String tables = "tables: { include: [\"*\"], structure-only: [%s] }\n";
        String rules = "columns: { \"*_id\": keep, email: email }\n";

        Plan plan = shop.plan(tables.formatted("ticket") + rules);
        assertThat(copy(plan, "ticket").structureOnly()).isTrue();
        assertThat(copy(plan, "ticket").columns()).isEmpty();

        assertThat(
                        shop.problems(
                                tables.formatted("customer")
                                        + "columns: { \"*_id\": keep, note: hash }"))
                .containsExactly("foreign-key-to-structure-only:4");
        assertThat(
                        shop.problems(
                                tables.formatted("customer")
                                        + "columns: { ticket_id: keep, customer_id: \"null\", note: hash }"))
                .isEmpty();
    }

    @Test
    void foreignKeysThatOnlyAPartitionHasCountToo() {
        var source =
                new Sketch()
                        .table("room", "room_id int4 primary")
                        .partitioned("visit", "day", "day date", "room_id int4")
                        .partition("visit_1", "visit", "day date", "room_id int4 -> room.room_id");

        assertThat(
                        source.problems(
                                "tables: { include: [\"*\"], structure-only: [room] }\ncolumns: { \"*\": keep }"))
                .containsExactly("foreign-key-to-structure-only:4");
    }

    @Test
    void warnsThatAForeignKeyToAnExcludedTableIsNotCarried() {
        assertThat(
                        shop.problems(
                                "tables: { include: [\"*\"], exclude: [customer] }\ncolumns: { \"*_id\": keep, note: hash }"))
                .containsExactly("foreign-key-left-out:4");
    }

    @Test
    void warnsOfKeptColumnsThatLookPersonalUnlessSomebodySaysWhy() {
        String rules = "columns:\n  \"*_id\": keep\n  note: hash\n";

        assertThat(shop.problems(rules + "  email: keep\n")).containsExactly("W104:7");
        assertThat(shop.problems(rules + "  email: { mask: keep, reason: \"...\" }\n"))
                .containsExactly("W104:7");
        for (String pattern : List.of("email", "customer.*")) {
            assertThat(
                            shop.problems(
                                    rules
                                            + "  %s: { mask: keep, reason: \"test accounts\" }\n"
                                                    .formatted(pattern)))
                    .doesNotContain("W104:7");
        }
        for (String pattern : List.of("*", "*.*", "public.*.*")) {
            assertThat(
                            shop.problems(
                                    rules
                                            + "  \"%s\": { mask: keep, reason: \"test accounts\" }\n"
                                                    .formatted(pattern)))
                    .contains("W104:7");
        }
    }

    @Test
    void refusesRulesThatTheColumnCannotHold() {
        var source =
                new Sketch()
                        .table(
                                "t",
                                "id int4 primary",
                                "short varchar(3)",
                                "needed text not-null",
                                "name text unique",
                                "place point");
        String good =
                "columns:\n  id: keep\n  short: hash\n  needed: hash\n  name: hash\n  place: keep\n";

        assertThat(source.problems(good)).isEmpty();
        assertThat(source.problems(good.replace("short: hash", "short: email")))
                .containsExactly("rule-does-not-fit:6");
        assertThat(source.problems(good.replace("id: keep", "id: email")))
                .containsExactly("rule-does-not-fit:5");
        assertThat(source.problems(good.replace("needed: hash", "needed: \"null\"")))
                .containsExactly("rule-does-not-fit:7");
        assertThat(source.problems(good.replace("name: hash", "name: first-name")))
                .containsExactly("rule-does-not-fit:8");
        assertThat(source.problems(good.replace("place: keep", "place: hash")))
                .containsExactly("rule-does-not-fit:9");
    }

    @Test
    void refusesMaskersThatMayMakeRowsOfACompositeKeyEqual() {
        var source =
                new Sketch()
                        .table("t", "a text", "b text", "id int4 primary")
                        .key("t", "a", "b")
                        .key("t", "a", "id");

        assertThat(source.problems("columns: { a: first-name, b: keep, id: keep }"))
                .containsExactly("key-not-injective:4");
        assertThat(source.problems("columns: { a: hash, b: keep, id: keep }")).isEmpty();
    }

    @Test
    void warnsWhereMaskedValuesLetOtherRowsUnderAKey() {
        var source =
                new Sketch()
                        .table("t", "a int4", "gone int4", "gone_at timestamptz", "id int4 primary")
                        .partialKey("t", "((gone = 0) AND (gone_at IS NULL))", "a");
        String kept = "columns: { a: keep, id: keep, ";

        assertThat(source.problems(kept + "gone: keep, gone_at: shift-date }")).isEmpty();
        assertThat(source.problems(kept + "gone: keep, gone_at: 'null' }"))
                .containsExactly("unique-under-condition:4");
        assertThat(source.problems(kept + "gone: { mask: constant, value: 0 }, gone_at: keep }"))
                .containsExactly("unique-under-condition:4");
    }

    @Test
    void uniqueIndexesOverExpressionsNeedInjectiveMaskers() {
        var source = new Sketch().table("t", "login text expression");

        assertThat(source.problems("columns: { login: email }")).isEmpty();
        assertThat(source.problems("columns: { login: text-scramble }"))
                .containsExactly("unique-in-expression:4");
        assertThat(source.problems("columns: { login: first-name }"))
                .contains("rule-does-not-fit:4");
    }

    @Test
    void readsByThePrimaryKeyOrElseByAUniqueKeyThatIsNeverNull() {
        var source =
                new Sketch()
                        .table("a", "x text unique not-null", "id int4 primary")
                        .table("b", "x text unique not-null", "y text unique")
                        .table("c", "x point unique not-null", "y text unique")
                        .table("d", "x text not-null", "y text not-null")
                        .key("d", "y", "x");

        Plan plan = source.plan("columns: { \"*\": keep }");

        assertThat(keyOf(plan, "a")).contains(List.of("id"));
        assertThat(keyOf(plan, "b")).contains(List.of("x"));
        assertThat(keyOf(plan, "c")).isEmpty();
        assertThat(keyOf(plan, "d")).contains(List.of("y", "x"));
        assertThat(plan.tables())
                .extracting(TableCopy::name)
                .containsExactly(
                        Sketch.name("d"), Sketch.name("c"), Sketch.name("b"), Sketch.name("a"));
    }

    private static Optional<List<String>> keyOf(Plan plan, String table) {
        return copy(plan, table).orderKey().map(Key::columns);
    }

    @Test
    void generatedColumnsNeedNoDecision() {
        var source = new Sketch().table("t", "a text", "b text generated");

        assertThat(decisions(source.plan("columns: { a: hash }"), "t")).containsExactly("a hash");
    }

    @Test
    void aThousandTablesAndRulesMeetOnlyWhereTheyCouldMatch() {
        var source = new Sketch();
        var rules = new StringBuilder("columns:\n" + KEEP_IDS);
        for (int i = 0; i < 1000; i++) {
            source.table("t" + i, "row_id int4 primary", "name text", "up_id int4 -> t0.row_id");
            rules.append("  public.t%d.name: hash\n".formatted(i));
        }
        var config = Sketch.config(rules.toString());
        var findings = new Findings(List.of());
        var database = source.database();

        Decider decider =
                Decider.decide(
                        config,
                        database,
                        Selection.of(config.tables(), database, findings),
                        new ProfileRules(config, Sketch.TODAY),
                        findings);

        assertThat(findings.all()).isEmpty();
        // A rule of its own for each name, and the one broad rule for all columns.
        assertThat(decider.comparisons()).isEqualTo(1000 + 3 * 1000);
    }
}
