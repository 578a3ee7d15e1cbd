package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.StructureStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Reads a {@link Blueprint}.
final class MySqlStructureReader {
    /// From this size on a table gets its indexes after its rows. Below, a second statement costs
    /// more than it saves.
    static final long LARGE_BYTES = 8L << 20;

    /// Engines whose commits are one with those of our checkpoints.
    private static final Set<String> TRANSACTIONAL = Set.of("innodb", "rocksdb");

    /// Engines whose tables hold their own rows. What is written to one of MERGE, FEDERATED,
    /// CONNECT or SPIDER would go to other tables, of the source even.
    private static final Set<String> LOCAL =
            Set.of(
                    "innodb",
                    "rocksdb",
                    "myisam",
                    "aria",
                    "memory",
                    "csv",
                    "archive",
                    "blackhole",
                    "columnstore",
                    "mroonga",
                    "tokudb",
                    "s3",
                    "ndbcluster");

    /// "Command denied to user".
    private static final int DENIED = 1142;

    /// No such column, table or function; denied tables and columns; and "Cannot execute statement
    /// in a READ ONLY transaction", which MariaDB says of a view that draws from a sequence.
    private static final Set<Integer> UNREADABLE = Set.of(1054, 1146, 1305, DENIED, 1143, 1792);

    private static final Set<String> MARIADB_TYPES = Set.of("uuid", "inet4", "inet6", "xmltype");

    /// Modes of MariaDB that change nothing in a program; the first is on by default.
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("NO_AUTO_CREATE_USER", "IGNORE_BAD_TABLE_OPTIONS");

    /// Modes in which MariaDB alone reads or runs programs.
    private static final Set<String> MARIADB_MODES =
            Set.of(
                    "ORACLE",
                    "MSSQL",
                    "DB2",
                    "MAXDB",
                    "POSTGRESQL",
                    "EMPTY_STRING_IS_NULL",
                    "SIMULTANEOUS_ASSIGNMENT",
                    "TIME_ROUND_FRACTIONAL");

    /// Names of one order: bytes, without padding.
    private static final Map<String, String> SAME =
            Map.of(
                    "utf8mb4_0900_bin", "utf8mb4_nopad_bin",
                    "utf8mb4_nopad_bin", "utf8mb4_0900_bin");

    private static final Pattern EVENT_STATUS =
            Pattern.compile("(ON COMPLETION (?:NOT )?PRESERVE )(?:ENABLE|DISABLE(?: ON \\w+)?)");

    private final Statement source;
    private final Predicate<TableName> wanted;
    private final MySqlTarget target;
    private final String schema;
    private final long largeBytes;

    private final List<StructureStatement> beforeRows = new ArrayList<>();
    private final Map<TableName, List<StructureStatement>> afterRows = new HashMap<>();
    private final List<StructureStatement> afterAllRows = new ArrayList<>();
    private final List<StructureStatement> afterSwap = new ArrayList<>();
    private final List<NotCarried> notCarried = new ArrayList<>();

    /// The source's tables by name, with their sizes; and what of it is carried.
    private final Map<String, Long> tables = new TreeMap<>();

    private final Set<TableName> carried = new HashSet<>();
    private final Map<String, String> collations = new HashMap<>();

    MySqlStructureReader(
            Statement source, Predicate<TableName> wanted, MySqlTarget target, long largeBytes)
            throws SQLException {
        this.largeBytes = largeBytes;
        this.source = source;
        this.wanted = wanted;
        this.target = target;
        this.schema = source.getConnection().getCatalog();
    }

    Blueprint read() throws SQLException {
        // Otherwise names and types come in the words of other products.
        source.execute("SET SESSION sql_quote_show_create = 1");
        var views = new ArrayList<String>();
        var sequences = new ArrayList<String>();
        for (Map<String, String> each :
                rows(
                        "SELECT table_name, table_type, data_length FROM information_schema.tables WHERE table_schema = "
                                + MySqlName.literal(schema)
                                + " ORDER BY table_name")) {
            String name = text(each, "table_name");
            switch (text(each, "table_type")) {
                case "VIEW", "SYSTEM VIEW" -> views.add(name);
                case "SEQUENCE" -> sequences.add(name);
                default -> {
                    String bytes = text(each, "data_length");
                    tables.put(name, bytes.isEmpty() ? 0 : Long.parseLong(bytes));
                    if (text(each, "table_type").equals("SYSTEM VERSIONED")) {
                        notCarried.add(
                                new NotCarried(
                                        "history of table",
                                        name,
                                        "rows that were changed or deleted are not read"));
                    }
                }
            }
        }
        tables.keySet().stream().filter(this::isCarried).map(this::named).forEach(carried::add);
        checkNames();
        checkTypes();
        reportUnseen();
        sequences(sequences);
        for (TableName table : carried.stream().sorted().toList()) {
            table(table);
        }
        routines();
        views(views);
        triggers();
        events();
        return new Blueprint(beforeRows, afterRows, afterAllRows, afterSwap, carried, notCarried);
    }

    /// What the user may not see is as if it were not there.
    private void reportUnseen() throws SQLException {
        MySqlPrivileges privileges = MySqlPrivileges.of(source.getConnection());
        String account = privileges.account();
        for (String each : privileges.missing(schema, List.of("TRIGGER", "EVENT"))) {
            unseen(
                    each.toLowerCase(Locale.ROOT) + "s",
                    MySqlGrants.on(schema, List.of(each), account));
        }
        MySqlVersion version = MySqlVersion.of(source.getConnection());
        if (!MySqlGrants.showsRoutines(privileges, schema, version)) {
            unseen(
                    "functions and procedures of others",
                    MySqlGrants.routines(schema, account, version));
        }
    }

    private void unseen(String kind, String grant) {
        notCarried.add(
                new NotCarried(
                        kind,
                        "if there are any",
                        "the source does not show them to this user; ask for: " + grant));
    }

    private TableName named(String table) {
        return new TableName(schema, table);
    }

    private boolean isCarried(String table) {
        if (table.equals(MySqlTwin.STAMP)) {
            return false;
        }
        if (table.equals(MySqlTwin.REST) || table.startsWith(MySqlTwin.LEDGER)) {
            notCarried.add(new NotCarried("table", table, "the name is Understudy's own"));
            return false;
        }
        return wanted.test(named(table));
    }

    private void checkNames() {
        if (!target.foldsNames()) {
            return;
        }
        var folded = new HashMap<String, String>();
        for (TableName table : carried) {
            String other = folded.put(table.name().toLowerCase(Locale.ROOT), table.name());
            if (other != null) {
                throw new Failure(
                        Failure.Kind.CONFIG,
                        "tables %s and %s are one to the twin's server, which takes small and capital letters for the same (lower_case_table_names); leave one out, or choose another server"
                                .formatted(other, table.name()));
            }
        }
    }

    /// What the target does not know is known by another name, or refused.
    private void checkTypes() throws SQLException {
        var unknown = new StringJoiner("; ");
        int more = 0;
        for (Map<String, String> each :
                rows(
                        "SELECT table_name, column_name, data_type, collation_name FROM information_schema.columns WHERE table_schema = "
                                + MySqlName.literal(schema)
                                + " ORDER BY table_name, ordinal_position")) {
            TableName table = named(text(each, "table_name"));
            String collation = text(each, "collation_name");
            String type = text(each, "data_type");
            if (!carried.contains(table)) {
                continue;
            }
            String problem = "";
            if (!target.mariaDb() && MARIADB_TYPES.contains(type)) {
                problem = "type " + type;
            } else if (!collation.isEmpty() && !target.collations().contains(collation)) {
                Optional<String> same = sameCollation(collation);
                same.ifPresent(name -> collations.put(collation, name));
                problem = same.isPresent() ? "" : "collation " + collation;
            }
            if (!problem.isEmpty() && more++ < 5) {
                unknown.add(table.name() + "." + text(each, "column_name") + ": " + problem);
            }
        }
        if (more > 0) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "%s, the twin's server, does not know what %d columns are made of (%s%s), and nothing that means the same; choose a server like the source's, or leave the tables out"
                            .formatted(target.product(), more, unknown, more > 5 ? "; ..." : ""));
        }
    }

    private Optional<String> sameCollation(String collation) {
        String other =
                collation.startsWith("utf8mb3_")
                        ? "utf8_" + collation.substring(8)
                        : collation.startsWith("utf8_")
                                ? "utf8mb3_" + collation.substring(5)
                                : SAME.getOrDefault(collation, "");
        return Optional.of(other).filter(target.collations()::contains);
    }

    private String translated(String sql) {
        if (collations.isEmpty()) {
            return sql;
        }
        return SqlText.outsideQuotes(
                sql,
                part -> {
                    String changed = part;
                    for (Map.Entry<String, String> each : collations.entrySet()) {
                        changed =
                                changed.replaceAll("\\b" + each.getKey() + "\\b", each.getValue());
                    }
                    return changed;
                });
    }

    private void sequences(List<String> sequences) throws SQLException {
        for (String name : sequences) {
            if (!target.mariaDb()) {
                notCarried.add(
                        new NotCarried("sequence", name, target.product() + " has no sequences"));
                continue;
            }
            String quoted = MySqlName.quote(name);
            String create = show("SHOW CREATE SEQUENCE " + quoted, "Create Table");
            add(beforeRows, "sequence", name, create, tableExists(name));
            String next =
                    text(
                            rows("SELECT next_not_cached_value FROM " + quoted).getFirst(),
                            "next_not_cached_value");
            add(
                    afterAllRows,
                    StructureStatement.NEXT_NUMBER,
                    name,
                    "DO SETVAL(%s, %s, 0)".formatted(quoted, next),
                    "");
        }
    }

    private void table(TableName table) throws SQLException {
        String name = table.name();
        String shown = show("SHOW CREATE TABLE " + MySqlName.quote(name), "Create Table");
        TableDefinition definition = TableDefinition.parse(translated(shown));
        TableDefinition moved = definition.anywhere();
        if (!moved.equals(definition)) {
            notCarried.add(
                    new NotCarried("directory of table", name, "the target places its own files"));
        }
        if (shown.contains("val(`")) {
            moved = withoutDrawnDefaults(table, moved);
        }
        moved = new OtherProduct(target, notCarried).translate(moved);
        String engine = definition.engine();
        boolean local = LOCAL.contains(engine.toLowerCase(Locale.ROOT));
        boolean known = local && target.engines().contains(engine.toLowerCase(Locale.ROOT));
        boolean transactional = TRANSACTIONAL.contains(engine.toLowerCase(Locale.ROOT));
        if (!known) {
            notCarried.add(
                    new NotCarried(
                            "engine of table",
                            name,
                            local
                                    ? "%s does not have %s, so it is InnoDB"
                                            .formatted(target.product(), engine)
                                    : engine
                                            + " shows rows that lie elsewhere, so it is InnoDB and has them itself"));
            moved = moved.withoutOthers();
        }
        Optional<String> next = moved.nextNumber();
        moved = moved.withoutNextNumber();
        String counting = "";
        boolean returns = known && !transactional;
        if (!known || !transactional) {
            moved = moved.withEngine("InnoDB");
            Optional<String> counted = moved.countedWithinIndex();
            if (returns && target.deltas() && counted.isEmpty()) {
                returns = false;
                notCarried.add(
                        new NotCarried(
                                "engine of table",
                                name,
                                engine
                                        + " has no transactions, which deltas need, so it is InnoDB"));
            }
            if (counted.isPresent()) {
                moved = moved.withoutCounting(counted.get());
                counting = "MODIFY %s, ".formatted(counted.get());
            }
            if (counted.isPresent() && !known) {
                notCarried.add(
                        new NotCarried(
                                "numbering of table",
                                name,
                                "InnoDB does not count in a column that no index begins with"));
                next = Optional.empty();
            }
        }
        boolean large = tables.getOrDefault(name, 0L) >= largeBytes;
        List<TableDefinition.Index> first = large ? moved.neededForRows() : moved.indexes();
        beforeRows.add(
                new StructureStatement(
                        "table",
                        name,
                        Optional.of(table),
                        true,
                        List.of(),
                        moved.create(first),
                        Optional.of(tableExists(name)),
                        moved.parts(first)));
        var later = new ArrayList<StructureStatement>();
        indexes(
                table,
                moved.indexes().stream().filter(each -> !first.contains(each)).toList(),
                later);
        if (returns) {
            later.add(
                    new StructureStatement(
                            "engine",
                            name,
                            Optional.of(table),
                            true,
                            List.of(),
                            // Archives take no row whose number lies below the next one.
                            "ALTER TABLE %s %sENGINE = %s%s"
                                    .formatted(
                                            MySqlName.quote(name),
                                            counting,
                                            engine,
                                            engine.equals("ARCHIVE") ? ", AUTO_INCREMENT = 1" : ""),
                            Optional.of(
                                    tableExists(name)
                                            + " AND engine = "
                                            + MySqlName.literal(engine))));
        }
        afterRows.put(table, later);
        foreignKeys(table, moved.foreign());
        next.ifPresent(number -> nextNumber(table, number));
    }

    // A default that draws from a sequence names its database, for ever that in which it was made:
    // so it is made when the twin has its name.
    private TableDefinition withoutDrawnDefaults(TableName table, TableDefinition definition)
            throws SQLException {
        TableDefinition without = definition;
        for (Map<String, String> each :
                rows(
                        "SELECT column_name, column_default FROM information_schema.columns WHERE table_schema = %s AND table_name = %s AND column_default REGEXP '(next|last|set)val[(]`'"
                                .formatted(
                                        MySqlName.literal(schema),
                                        MySqlName.literal(table.name())))) {
            String column = text(each, "column_name");
            String drawn = text(each, "column_default");
            without = without.withoutDefault(column, drawn);
            String here = drawn.replace(MySqlName.quote(schema) + ".", "");
            String reason =
                    !target.mariaDb()
                            ? target.product() + " has no sequences"
                            : here.contains("`.`") ? "its sequence is another database's" : "";
            if (!reason.isEmpty()) {
                notCarried.add(
                        new NotCarried("default of column", table.name() + "." + column, reason));
                continue;
            }
            afterSwap.add(
                    new StructureStatement(
                            "default",
                            table.name() + "." + column,
                            Optional.of(table),
                            false,
                            List.of(),
                            "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s"
                                    .formatted(
                                            MySqlName.quote(table.name()),
                                            MySqlName.quote(column),
                                            here),
                            Optional.empty()));
        }
        return without;
    }

    // Rows that come with greater numbers have moved it already.
    private void nextNumber(TableName table, String number) {
        afterAllRows.add(
                new StructureStatement(
                        StructureStatement.NEXT_NUMBER,
                        table.name(),
                        Optional.of(table),
                        false,
                        List.of(),
                        "ALTER TABLE %s AUTO_INCREMENT = %s"
                                .formatted(MySqlName.quote(table.name()), number),
                        Optional.of(
                                tableExists(table.name()) + " AND auto_increment >= " + number)));
    }

    private void indexes(
            TableName table, List<TableDefinition.Index> indexes, List<StructureStatement> out) {
        var together = indexes.stream().filter(each -> !each.isAlone()).toList();
        if (!together.isEmpty()) {
            out.add(addIndexes(table, together));
        }
        // The server makes one full-text index at a time.
        indexes.stream()
                .filter(TableDefinition.Index::isAlone)
                .forEach(each -> out.add(addIndexes(table, List.of(each))));
    }

    private static StructureStatement addIndexes(
            TableName table, List<TableDefinition.Index> indexes) {
        var adds = new StringJoiner(", ");
        indexes.forEach(each -> adds.add("ADD " + each.sql()));
        String first = indexes.getFirst().name();
        return new StructureStatement(
                "index",
                table.name() + "." + first,
                Optional.of(table),
                true,
                List.of(),
                "ALTER TABLE %s %s".formatted(MySqlName.quote(table.name()), adds),
                // All of them are there, or none.
                Optional.of(
                        "SELECT 1 FROM information_schema.statistics WHERE table_schema = database() AND table_name = %s AND index_name = %s LIMIT 1"
                                .formatted(
                                        MySqlName.literal(table.name()), MySqlName.literal(first))),
                indexes.stream().map(TableDefinition.Index::part).toList());
    }

    private void foreignKeys(TableName table, List<TableDefinition.Foreign> keys) {
        var adds = new StringJoiner(", ");
        String first = "";
        for (TableDefinition.Foreign key : keys) {
            if (!key.schema().isEmpty() || !carried.contains(named(key.table()))) {
                String referenced =
                        key.schema().isEmpty() ? key.table() : key.schema() + "." + key.table();
                boolean exists = !key.schema().isEmpty() || tables.containsKey(key.table());
                notCarried.add(
                        new NotCarried(
                                "foreign key",
                                table.name() + "." + key.name(),
                                "it needs table %s, which %s"
                                        .formatted(
                                                referenced,
                                                exists ? "is left out" : "does not exist")));
                continue;
            }
            adds.add("ADD " + key.sql());
            first = first.isEmpty() ? key.name() : first;
        }
        if (!first.isEmpty()) {
            afterAllRows.add(
                    new StructureStatement(
                            "foreign key",
                            table.name() + "." + first,
                            Optional.of(table),
                            false,
                            List.of(),
                            "ALTER TABLE %s %s".formatted(MySqlName.quote(table.name()), adds),
                            Optional.of(
                                    "SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = database() AND table_name = %s AND constraint_name = %s"
                                            .formatted(
                                                    MySqlName.literal(table.name()),
                                                    MySqlName.literal(first)))));
        }
    }

    private void routines() throws SQLException {
        for (Map<String, String> each :
                rows(
                        "SELECT routine_type, routine_name, sql_mode, collation_connection FROM information_schema.routines WHERE routine_schema = "
                                + MySqlName.literal(schema)
                                + " ORDER BY routine_type, routine_name")) {
            String kind = text(each, "routine_type");
            String name = text(each, "routine_name");
            if (!kind.equals("FUNCTION") && !kind.equals("PROCEDURE")) {
                notCarried.add(
                        new NotCarried(
                                kind.toLowerCase(Locale.ROOT), name, "packages are not read"));
                continue;
            }
            String create =
                    show(
                            "SHOW CREATE " + kind + " " + MySqlName.quote(name),
                            kind.equals("FUNCTION") ? "Create Function" : "Create Procedure");
            program(kind.toLowerCase(Locale.ROOT), name, create, each);
        }
    }

    private void triggers() throws SQLException {
        for (Map<String, String> each :
                rows(
                        "SELECT trigger_name, event_manipulation, event_object_table, action_statement, action_timing, sql_mode, collation_connection FROM information_schema.triggers WHERE trigger_schema = "
                                + MySqlName.literal(schema)
                                + " ORDER BY event_object_table, action_timing, event_manipulation, action_order")) {
            String table = text(each, "event_object_table");
            if (carried.contains(named(table))) {
                String create =
                        "CREATE TRIGGER %s %s %s ON %s FOR EACH ROW %s"
                                .formatted(
                                        MySqlName.quote(text(each, "trigger_name")),
                                        text(each, "action_timing"),
                                        text(each, "event_manipulation"),
                                        MySqlName.quote(table),
                                        text(each, "action_statement"));
                program("trigger", text(each, "trigger_name"), create, each);
            }
        }
    }

    private void events() throws SQLException {
        for (Map<String, String> each :
                rows(
                        "SELECT event_name, event_type, on_completion, sql_mode, collation_connection, time_zone, execute_at < now() AS past FROM information_schema.events WHERE event_schema = "
                                + MySqlName.literal(schema)
                                + " ORDER BY event_name")) {
            String name = text(each, "event_name");
            if (text(each, "past").equals("1")) {
                notCarried.add(new NotCarried("event", name, "its time has passed"));
                continue;
            }
            String create = show("SHOW CREATE EVENT " + MySqlName.quote(name), "Create Event");
            program(
                    "event",
                    name,
                    SqlText.outsideQuotes(
                            create, part -> EVENT_STATUS.matcher(part).replaceFirst("$1DISABLE")),
                    each);
        }
    }

    private void program(String kind, String name, String create, Map<String, String> settings) {
        if (create.isEmpty()) {
            notCarried.add(
                    new NotCarried(kind, name, "the source does not show its text to this user"));
            return;
        }
        if (SqlText.names(create, schema)) {
            notCarried.add(
                    new NotCarried(
                            kind,
                            name,
                            "its text names the source's database, which it would go on using"));
            return;
        }
        if (SqlText.namesOthers(create, schema)) {
            notCarried.add(
                    new NotCarried(
                            kind,
                            name,
                            "its text names another database, which it would go on using"));
            return;
        }
        var modes = new ArrayList<>(List.of(text(settings, "sql_mode").split(",", -1)));
        if (!target.mariaDb()) {
            Optional<String> other = modes.stream().filter(MARIADB_MODES::contains).findFirst();
            if (other.isPresent()) {
                notCarried.add(
                        new NotCarried(
                                kind,
                                name,
                                "%s has no sql_mode %s".formatted(target.product(), other.get())));
                return;
            }
            modes.removeAll(WITHOUT_EFFECT);
        }
        var before = new ArrayList<String>();
        before.add("DROP %s IF EXISTS %s".formatted(kind, MySqlName.quote(name)));
        if (settings.containsKey("time_zone")) {
            before.add("SET SESSION time_zone = " + MySqlName.literal(text(settings, "time_zone")));
        }
        before.addAll(collation(text(settings, "collation_connection")));
        before.add("SET SESSION sql_mode = " + MySqlName.literal(String.join(",", modes)));
        afterSwap.add(
                new StructureStatement(
                        kind,
                        name,
                        Optional.empty(),
                        false,
                        before,
                        translated(SqlText.withoutDefiner(create)),
                        Optional.empty()));
    }

    // The text itself comes in utf8mb4; what it means for literals is the connection's collation.
    private List<String> collation(String name) {
        String known = collations.getOrDefault(name, name);
        return target.collations().contains(known)
                ? List.of("SET SESSION collation_connection = " + known)
                : List.of();
    }

    private record View(String sql, List<String> settings, Set<String> needs) {}

    private void views(List<String> names) throws SQLException {
        List<String> functions =
                afterSwap.stream()
                        .filter(each -> each.kind().equals("function"))
                        .map(StructureStatement::object)
                        .toList();
        var views = new LinkedHashMap<String, View>();
        Map<String, String> broken = broken(names);
        for (String name : names) {
            if (broken.containsKey(name)) {
                continue;
            }
            Map<String, String> shown = shownView(name);
            String sql =
                    SqlText.withoutSchema(
                            SqlText.withoutDefiner(text(shown, "create view")), schema);
            for (String function : functions) {
                sql =
                        sql.replace(
                                MySqlName.quoted(named(function)) + "(",
                                MySqlName.quote(function) + "(");
            }
            var needs = new HashSet<>(SqlText.loneNames(sql));
            needs.remove(name);
            views.put(
                    name,
                    new View(
                            translated(sql.replaceFirst("^CREATE ", "CREATE OR REPLACE ")),
                            collation(text(shown, "collation_connection")),
                            needs));
        }
        leaveOut(views, broken);
        var done = new HashSet<String>();
        views.keySet().forEach(each -> view(each, views, done));
    }

    private Map<String, String> shownView(String name) throws SQLException {
        try {
            return rows("SHOW CREATE VIEW " + MySqlName.quote(name)).getFirst();
        } catch (SQLException e) {
            if (e.getErrorCode() != DENIED) {
                throw e;
            }
            String account = MySqlPrivileges.of(source.getConnection()).account();
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "the user %s may not see what the view %s is made of; ask for: %s"
                            .formatted(
                                    account,
                                    name,
                                    MySqlGrants.on(schema, List.of("SHOW VIEW"), account)));
        }
    }

    /// Views whose tables, columns or functions are gone, or not this user's to see, or that write,
    /// and what the source says. It goes on showing their text, but no server would make them.
    /// Views of such views are not among them.
    private Map<String, String> broken(List<String> names) throws SQLException {
        var broken = new HashMap<String, String>();
        for (String name : names) {
            source.execute(
                    "SELECT view_definition INTO @understudy FROM information_schema.views WHERE table_schema = %s AND table_name = %s"
                            .formatted(MySqlName.literal(schema), MySqlName.literal(name)));
            try {
                source.execute("PREPARE understudy FROM @understudy");
            } catch (SQLException e) {
                if (UNREADABLE.contains(e.getErrorCode())) {
                    broken.put(name, String.valueOf(e.getMessage()));
                } else if (MySqlFailure.isLost(e)) {
                    throw e;
                }
            }
        }
        return broken;
    }

    /// Takes out views that need what is not there, until none does.
    private void leaveOut(Map<String, View> views, Map<String, String> broken) {
        broken.forEach((name, why) ->
                notCarried.add(new NotCarried("view", name, "the source cannot read it: " + why)));
        boolean found = true;
        var left = new HashSet<>(broken.keySet());
        tables.keySet().stream().filter(each -> !carried.contains(named(each))).forEach(left::add);
        notCarried.stream()
                .filter(each -> each.kind().equals("function"))
                .map(NotCarried::object)
                .forEach(left::add);
        while (found) {
            found = false;
            for (Map.Entry<String, View> each : List.copyOf(views.entrySet())) {
                Optional<String> missing =
                        each.getValue().needs().stream()
                                .filter(left::contains)
                                .sorted()
                                .findFirst();
                boolean foreign =
                        SqlText.databases(each.getValue().sql()).stream()
                                .anyMatch(name -> !name.equalsIgnoreCase("information_schema"));
                if (missing.isPresent() || foreign) {
                    notCarried.add(
                            new NotCarried(
                                    "view",
                                    each.getKey(),
                                    missing.map(name -> "it needs " + name + ", which is left out")
                                            .orElse("it reads other databases too")));
                    views.remove(each.getKey());
                    left.add(each.getKey());
                    found = true;
                }
            }
        }
    }

    private void view(String name, Map<String, View> views, Set<String> done) {
        View view = views.get(name);
        if (view == null || !done.add(name)) {
            return;
        }
        view.needs().stream().sorted().forEach(each -> view(each, views, done));
        afterSwap.add(
                new StructureStatement(
                        "view",
                        name,
                        Optional.empty(),
                        false,
                        view.settings(),
                        view.sql(),
                        Optional.empty()));
    }

    private static void add(
            List<StructureStatement> out, String kind, String object, String sql, String done) {
        out.add(
                new StructureStatement(
                        kind,
                        object,
                        Optional.empty(),
                        false,
                        List.of(),
                        sql,
                        Optional.of(done).filter(each -> !each.isEmpty())));
    }

    private static String tableExists(String name) {
        return "SELECT 1 FROM information_schema.tables WHERE table_schema = database() AND table_name = "
                + MySqlName.literal(name);
    }

    private String show(String sql, String column) throws SQLException {
        return text(rows(sql).getFirst(), column.toLowerCase(Locale.ROOT));
    }

    private static String text(Map<String, String> row, String column) {
        return row.getOrDefault(column, "");
    }

    /// Rows by column labels in lower case; an absent text is NULL.
    private List<Map<String, String>> rows(String sql) throws SQLException {
        var all = new ArrayList<Map<String, String>>();
        try (ResultSet rows = source.executeQuery(sql)) {
            var labels = rows.getMetaData();
            while (rows.next()) {
                var row = new HashMap<String, String>();
                for (int i = 1; i <= labels.getColumnCount(); i++) {
                    String text = rows.getString(i);
                    if (text != null) {
                        row.put(labels.getColumnLabel(i).toLowerCase(Locale.ROOT), text);
                    }
                }
                all.add(row);
            }
        }
        return all;
    }
}
