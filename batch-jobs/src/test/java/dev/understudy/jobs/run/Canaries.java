package dev.understudy.jobs.run;

import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.ValueForm;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Original values of masked columns, some of them planted, that must be found nowhere behind a
/// run.
final class Canaries {
    private static final int PER_COLUMN = 50;

    /// So many bits make it unlikely that masking comes upon the same text by chance.
    private static final double BITS = 40;

    /// Those whose results are taken from a list may return what stands in the source.
    private static final Set<String> FROM_LISTS =
            Set.of(
                    "first-name",
                    "last-name",
                    "full-name",
                    "city",
                    "street",
                    "postcode",
                    "constant",
                    "choice");

    private static final Set<ValueForm> JSON = Set.of(ValueForm.JSON, ValueForm.JSONB);

    /// Which JSON and arrays write as they are.
    private static final Pattern PLAIN = Pattern.compile("[^\"\\\\\\p{Cntrl}]+");

    private final Random random = new Random(4711);
    private final Connection source;
    private final Plan plan;
    private final Map<String, String> columns = new TreeMap<>();
    private final Set<String> planted = new TreeSet<>();

    private Canaries(Connection source, Plan plan) {
        this.source = source;
        this.plan = plan;
    }

    /// Plants canaries into the source, and picks values of every masked column that holds text.
    static Canaries plant(Connection source, Plan plan) throws SQLException {
        var canaries = new Canaries(source, plan);
        try (Statement statement = source.createStatement()) {
            statement.execute("SET session_replication_role = replica");
        }
        for (TableCopy table : plan.tables()) {
            for (Decision column : table.columns()) {
                if (!column.kept()) {
                    canaries.plant(table.table(), column);
                }
            }
        }
        for (TableCopy table : plan.tables()) {
            for (Decision column : table.columns()) {
                if (!column.kept() && !FROM_LISTS.contains(column.rule().masker())) {
                    canaries.pick(table.name(), column);
                }
            }
        }
        canaries.forgetWhatIsKept();
        return canaries;
    }

    /// All of them, in lower case.
    Set<String> all() {
        return columns.keySet();
    }

    Set<String> planted() {
        return planted;
    }

    /// Where a canary comes from.
    String origin(String canary) {
        return columns.get(canary);
    }

    private void plant(Table table, Decision column) throws SQLException {
        if (column.profile().unique() || isKey(table, column.column().name())) {
            return;
        }
        var text = new StringBuilder("canary");
        while (text.length() < 20) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        String quoted = TableName.quote(column.column().name());
        String literal =
                JSON.contains(column.profile().form())
                        ? "'{\"note\": [\"%s\", 1]}'".formatted(text)
                        : column.profile().array() ? "'{%s,x}'".formatted(text) : "'" + text + "'";
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            if (statement.executeUpdate(
                            "UPDATE ONLY %1$s SET %2$s = (%3$s)::%4$s WHERE ctid = (SELECT min(ctid) FROM ONLY %1$s)"
                                    .formatted(
                                            table.name().quoted(),
                                            quoted,
                                            literal,
                                            column.column().type().sql()))
                    == 1) {
                statement.execute(
                        "SELECT 1/strpos(string_agg(t.%s::text, ' '), '%s') FROM ONLY %s t"
                                .formatted(quoted, text, table.name().quoted()));
                source.commit();
                planted.add(text.toString());
                columns.put(text.toString(), "planted in " + column.profile().path());
            }
        } catch (SQLException _) {
            // The column's type, length or checks hold no such text, or not the whole of it.
        } finally {
            source.rollback();
            source.setAutoCommit(true);
        }
    }

    private boolean isKey(Table table, String column) {
        return table.keys().stream().anyMatch(each -> each.columns().contains(column))
                || plan.database().tables().stream()
                        .flatMap(each -> each.foreignKeys().stream())
                        .anyMatch(each -> takesPart(each, table.name(), column));
    }

    private static boolean takesPart(ForeignKey key, TableName table, String column) {
        return (key.table().equals(table) && key.columns().contains(column))
                || (key.referenced().equals(table) && key.referencedColumns().contains(column));
    }

    private void pick(TableName table, Decision column) throws SQLException {
        String quoted = TableName.quote(column.column().name());
        String values;
        if (JSON.contains(column.profile().form())) {
            String leaves = "jsonb_path_query(%s, '$.** ? (@.type() == \"string\")') #>> '{}'";
            values =
                    leaves.formatted(
                            column.profile().array()
                                    ? "to_jsonb(" + quoted + ")"
                                    : quoted + "::jsonb");
        } else if (column.profile().form() == ValueForm.TEXT) {
            values = (column.profile().array() ? "unnest(%s)" : "%s").formatted(quoted) + "::text";
        } else {
            return;
        }
        String sql =
                "SELECT v FROM (SELECT DISTINCT %s v FROM ONLY %s) x WHERE char_length(v) BETWEEN %d AND 2000 ORDER BY md5(v) LIMIT %d"
                        .formatted(values, table.quoted(), Needles.SHORTEST, 10 * PER_COLUMN);
        int picked = 0;
        try (Statement statement = source.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next() && picked < PER_COLUMN) {
                String value = rows.getString(1).strip();
                if (bits(value) >= BITS && PLAIN.matcher(value).matches()) {
                    columns.putIfAbsent(
                            value.toLowerCase(Locale.ROOT), table + "." + column.column().name());
                    picked++;
                }
            }
        }
    }

    private static double bits(String value) {
        return value.chars()
                .mapToDouble(
                        each -> Character.isLetter(each) ? 4.7 : Character.isDigit(each) ? 3.3 : 0)
                .sum();
    }

    /// What stands in a kept column or in a name as well may be found.
    private void forgetWhatIsKept() throws SQLException {
        var needles = new Needles(columns.keySet());
        var kept = new HashSet<String>();
        for (TableCopy table : plan.tables()) {
            String list =
                    table.columns().stream()
                            .filter(Decision::kept)
                            .map(each -> TableName.quote(each.column().name()))
                            .collect(Collectors.joining(", "));
            if (!list.isEmpty()) {
                Texts.forEach(
                        source,
                        "SELECT %s FROM ONLY %s".formatted(list, table.name().quoted()),
                        text -> kept.addAll(needles.in(text)));
            }
        }
        Texts.forEach(
                source,
                "SELECT nspname FROM pg_namespace UNION SELECT relname FROM pg_class UNION SELECT attname FROM pg_attribute UNION SELECT enumlabel FROM pg_enum",
                text -> kept.addAll(needles.in(text)));
        columns.keySet().removeAll(kept);
    }
}
