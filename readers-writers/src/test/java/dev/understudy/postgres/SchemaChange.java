package dev.understudy.postgres;

import java.util.Arrays;
import java.util.List;

/// A change of the structure of {@link #BASE}, and what becomes of a twin's tables by it.
///
/// @param name what happens, for people
/// @param ddl that does it in the source
/// @param effect `COMPATIBLE`, `RELOAD`, `GONE`, or `RULE` where nobody has decided about a column
/// @param anew tables of schema shop that are loaded in full again, or for the first time
public record SchemaChange(String name, String ddl, String effect, List<String> anew) {
    /// What all changes start from. Column `email` is one that jobs mask, all others are kept.
    public static final String BASE =
            """
            CREATE SCHEMA shop;
            SET search_path = shop;
            CREATE TYPE mood AS ENUM ('calm', 'glad');
            CREATE DOMAIN code AS text CHECK (VALUE <> '');
            CREATE TYPE place AS (street text, town text);
            CREATE SEQUENCE ticket START 7;
            CREATE FUNCTION doubled(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
            CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TABLE customer (
                id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(40) NOT NULL,
                email varchar(60), phone varchar(20), feeling mood, kind code, born date,
                note text DEFAULT 'none', points int, home place, CONSTRAINT has_points CHECK (points >= 0));
            CREATE TABLE orders (
                id bigserial PRIMARY KEY, customer int, amount numeric(10,2) NOT NULL, twice numeric GENERATED ALWAYS AS (amount * 2) STORED,
                placed date, ticket bigint DEFAULT nextval('ticket'), word text COLLATE "C",
                CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customer);
            CREATE TABLE line (order_id bigint, no int, what text, PRIMARY KEY (order_id, no),
                CONSTRAINT of_order FOREIGN KEY (order_id) REFERENCES orders);
            CREATE TABLE event (id int, at date, what text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
            CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            CREATE TABLE event_2027 (id int NOT NULL, at date NOT NULL, what text, PRIMARY KEY (id, at));
            CREATE TABLE thing (a int PRIMARY KEY);
            CREATE TABLE tool (b int) INHERITS (thing);
            CREATE TABLE plain (a int, b text);
            CREATE INDEX by_name ON customer (name);
            CREATE UNIQUE INDEX once ON customer (phone);
            CREATE INDEX event_what ON event (what);
            CREATE VIEW big AS SELECT id, amount FROM orders WHERE amount > 10;
            CREATE VIEW bigger AS SELECT id FROM big WHERE amount > 20;
            CREATE VIEW phones AS SELECT id, phone FROM customer;
            CREATE MATERIALIZED VIEW totals AS SELECT customer, sum(amount) AS total FROM orders GROUP BY customer;
            CREATE INDEX ON totals (total);
            CREATE TRIGGER stamped BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
            CREATE STATISTICS together ON customer, placed FROM orders;
            CREATE POLICY mine ON plain USING (a > 0);
            COMMENT ON TABLE line IS 'what an order has';
            INSERT INTO customer (name, email, phone, feeling, kind, points, home)
                SELECT 'n' || n, 'e' || n || '@shop.example', 'p' || n, 'calm'::mood, 'k', n, ROW('s', 't')::place FROM generate_series(1, 9) n;
            INSERT INTO orders (customer, amount, placed, word) SELECT n, n * 5, '2026-01-01', 'w' FROM generate_series(1, 9) n;
            INSERT INTO line SELECT n, 1, 'l' FROM generate_series(1, 9) n;
            INSERT INTO event VALUES (1, '2025-05-05', 'a'), (2, '2026-06-06', 'b');
            INSERT INTO event_2027 VALUES (3, '2027-07-07', 'c');
            INSERT INTO thing VALUES (1); INSERT INTO tool VALUES (2, 3); INSERT INTO plain VALUES (1, 'x');
            REFRESH MATERIALIZED VIEW totals;
            """;

    private static SchemaChange compatible(String name, String ddl) {
        return new SchemaChange(name, ddl, "COMPATIBLE", List.of());
    }

    private static SchemaChange reload(String name, String ddl, String... anew) {
        return new SchemaChange(name, ddl, "RELOAD", Arrays.asList(anew));
    }

    private static SchemaChange gone(String name, String ddl) {
        return new SchemaChange(name, ddl, "GONE", List.of());
    }

    private static SchemaChange rule(String name, String ddl, String... anew) {
        return new SchemaChange(name, ddl, "RULE", Arrays.asList(anew));
    }

    public static final List<SchemaChange> ALL =
            List.of(
                    rule(
                            "new table",
                            "CREATE TABLE extra (id int PRIMARY KEY, secret text); INSERT INTO extra VALUES (1, 's')",
                            "extra"),
                    gone("dropped table", "DROP TABLE line"),
                    rule("renamed table", "ALTER TABLE line RENAME TO item", "item"),
                    rule(
                            "table in another schema",
                            "CREATE SCHEMA other; ALTER TABLE plain SET SCHEMA other",
                            "other.plain"),
                    rule(
                            "new column",
                            "ALTER TABLE customer ADD mobile text; UPDATE customer SET mobile = 'm'",
                            "customer"),
                    rule(
                            "new column with a default",
                            "ALTER TABLE customer ADD mobile text NOT NULL DEFAULT 'm'",
                            "customer"),
                    rule(
                            "new column of a parent",
                            "ALTER TABLE thing ADD secret text",
                            "thing",
                            "tool"),
                    rule(
                            "new column of a partitioned table",
                            "ALTER TABLE event ADD secret text",
                            "event",
                            "event_2025",
                            "event_2026"),
                    reload(
                            "new computed column",
                            "ALTER TABLE customer ADD size int GENERATED ALWAYS AS (points + 1) STORED",
                            "customer"),
                    gone("dropped column", "ALTER TABLE orders DROP word"),
                    gone(
                            "dropped column that a view shows",
                            "ALTER TABLE customer DROP phone CASCADE"),
                    gone("dropped column of a partitioned table", "ALTER TABLE event DROP what"),
                    rule("renamed column", "ALTER TABLE plain RENAME b TO c", "plain"),
                    rule(
                            "column dropped and made again",
                            "ALTER TABLE plain DROP b; ALTER TABLE plain ADD c text",
                            "plain"),
                    reload(
                            "another type",
                            "ALTER TABLE customer ALTER points TYPE bigint",
                            "customer"),
                    reload(
                            "text to a number",
                            "UPDATE plain SET b = '1'; ALTER TABLE plain ALTER b TYPE int USING b::int",
                            "plain"),
                    compatible(
                            "longer text of a kept column",
                            "ALTER TABLE customer ALTER name TYPE varchar(80)"),
                    compatible(
                            "longer text that a view shows",
                            "DROP VIEW phones; ALTER TABLE customer ALTER phone TYPE text; CREATE VIEW phones AS SELECT id, phone FROM customer"),
                    reload(
                            "longer text of a masked column",
                            "ALTER TABLE customer ALTER email TYPE varchar(90)",
                            "customer"),
                    reload(
                            "shorter text",
                            "ALTER TABLE customer ALTER name TYPE varchar(30)",
                            "customer"),
                    reload(
                            "more digits",
                            "DROP VIEW bigger, big; DROP MATERIALIZED VIEW totals; ALTER TABLE orders DROP twice; ALTER TABLE orders ALTER amount TYPE numeric(12,2)",
                            "orders"),
                    compatible(
                            "another collation",
                            "ALTER TABLE orders ALTER word TYPE text COLLATE \"POSIX\""),
                    compatible("not null", "ALTER TABLE customer ALTER points SET NOT NULL"),
                    compatible("nullable", "ALTER TABLE customer ALTER name DROP NOT NULL"),
                    compatible(
                            "not null of a partitioned table",
                            "ALTER TABLE event ALTER what SET NOT NULL"),
                    compatible("a default", "ALTER TABLE customer ALTER points SET DEFAULT 1"),
                    compatible("no default", "ALTER TABLE customer ALTER note DROP DEFAULT"),
                    compatible(
                            "another default",
                            "ALTER TABLE customer ALTER note SET DEFAULT 'some'"),
                    compatible(
                            "a default by a new function",
                            "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER TABLE customer ALTER points SET DEFAULT one()"),
                    compatible("no identity", "ALTER TABLE customer ALTER id DROP IDENTITY"),
                    compatible(
                            "identity by default",
                            "ALTER TABLE customer ALTER id SET GENERATED BY DEFAULT"),
                    reload(
                            "computed otherwise",
                            "ALTER TABLE orders ALTER twice SET EXPRESSION AS (amount * 3)",
                            "orders"),
                    rule(
                            "computed no more",
                            "ALTER TABLE orders ALTER twice DROP EXPRESSION",
                            "orders"),
                    reload(
                            "another primary key",
                            "ALTER TABLE line DROP CONSTRAINT line_pkey, ADD PRIMARY KEY (no, order_id)",
                            "line"),
                    reload("no primary key", "ALTER TABLE line DROP CONSTRAINT line_pkey", "line"),
                    reload("a primary key", "ALTER TABLE plain ADD PRIMARY KEY (a)", "plain"),
                    reload(
                            "renamed primary key",
                            "ALTER TABLE line RENAME CONSTRAINT line_pkey TO line_key",
                            "line"),
                    compatible("a unique constraint", "ALTER TABLE customer ADD UNIQUE (name)"),
                    reload(
                            "a unique constraint over a masked column",
                            "ALTER TABLE customer ADD UNIQUE (email)",
                            "customer"),
                    compatible("no unique index", "DROP INDEX once"),
                    compatible(
                            "a partial unique index",
                            "CREATE UNIQUE INDEX ON customer (born) WHERE points > 5"),
                    compatible(
                            "a foreign key",
                            "ALTER TABLE plain ADD FOREIGN KEY (a) REFERENCES customer"),
                    compatible("no foreign key", "ALTER TABLE line DROP CONSTRAINT of_order"),
                    compatible(
                            "another foreign key",
                            "ALTER TABLE line DROP CONSTRAINT of_order, ADD CONSTRAINT of_order FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE"),
                    compatible(
                            "a check",
                            "ALTER TABLE customer ADD CONSTRAINT born_late CHECK (born > '1900-01-01')"),
                    compatible("no check", "ALTER TABLE customer DROP CONSTRAINT has_points"),
                    compatible(
                            "another check",
                            "ALTER TABLE customer DROP CONSTRAINT has_points, ADD CONSTRAINT has_points CHECK (points > -5)"),
                    compatible("an index", "CREATE INDEX ON orders (placed)"),
                    compatible("an index of a partitioned table", "CREATE INDEX ON event (at)"),
                    compatible("no index", "DROP INDEX by_name"),
                    compatible("no index of a partitioned table", "DROP INDEX event_what"),
                    compatible("renamed index", "ALTER INDEX by_name RENAME TO by_full_name"),
                    reload("a label more", "ALTER TYPE mood ADD VALUE 'sad'", "customer"),
                    reload(
                            "renamed label",
                            "ALTER TYPE mood RENAME VALUE 'calm' TO 'quiet'",
                            "customer"),
                    reload(
                            "a domain's check",
                            "ALTER DOMAIN code ADD CHECK (length(VALUE) < 9)",
                            "customer"),
                    reload(
                            "an attribute more",
                            "ALTER TYPE place ADD ATTRIBUTE land text",
                            "customer"),
                    reload(
                            "new partition",
                            "CREATE TABLE event_2028 PARTITION OF event FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')",
                            "event_2028"),
                    reload(
                            "attached partition",
                            "ALTER TABLE event ATTACH PARTITION event_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
                            "event_2027"),
                    reload(
                            "detached partition",
                            "ALTER TABLE event DETACH PARTITION event_2025",
                            "event_2025"),
                    gone("dropped partition", "DROP TABLE event_2025"),
                    reload(
                            "other bounds",
                            "ALTER TABLE event DETACH PARTITION event_2026; ALTER TABLE event ATTACH PARTITION event_2026 FOR VALUES FROM ('2026-01-01') TO ('2026-12-31')",
                            "event_2026"),
                    reload("no parent", "ALTER TABLE tool NO INHERIT thing", "tool"),
                    compatible("a view", "CREATE VIEW names AS SELECT name FROM customer"),
                    compatible(
                            "another view",
                            "CREATE OR REPLACE VIEW big AS SELECT id, amount FROM orders WHERE amount > 11"),
                    compatible("no view", "DROP VIEW bigger"),
                    compatible(
                            "another materialized view",
                            "DROP MATERIALIZED VIEW totals; CREATE MATERIALIZED VIEW totals AS SELECT customer, max(amount) AS most FROM orders GROUP BY customer"),
                    compatible(
                            "a function",
                            "CREATE FUNCTION tripled(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 3'"),
                    compatible(
                            "another function",
                            "CREATE OR REPLACE FUNCTION doubled(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + $1'"),
                    compatible(
                            "a function with another result",
                            "DROP FUNCTION doubled; CREATE FUNCTION doubled(int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1::bigint * 2'"),
                    compatible("no function", "DROP FUNCTION doubled"),
                    compatible(
                            "a trigger",
                            "CREATE TRIGGER again BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp()"),
                    compatible("no trigger", "DROP TRIGGER stamped ON orders"),
                    compatible(
                            "a trigger switched off", "ALTER TABLE orders DISABLE TRIGGER stamped"),
                    compatible(
                            "a rule",
                            "CREATE RULE quietly AS ON DELETE TO plain DO INSTEAD NOTHING"),
                    compatible("a sequence", "CREATE SEQUENCE numbers"),
                    compatible("another sequence", "ALTER SEQUENCE ticket INCREMENT 5"),
                    compatible("a comment", "COMMENT ON COLUMN customer.name IS 'in full'"),
                    compatible("no comment", "COMMENT ON TABLE line IS NULL"),
                    compatible("another policy", "ALTER POLICY mine ON plain USING (a > 1)"),
                    compatible("row security", "ALTER TABLE plain ENABLE ROW LEVEL SECURITY"),
                    compatible("no statistics", "DROP STATISTICS together"),
                    compatible(
                            "options",
                            "ALTER TABLE customer SET (fillfactor = 70, toast.autovacuum_enabled = off)"),
                    compatible(
                            "storage",
                            "ALTER TABLE customer ALTER note SET STORAGE EXTERNAL, ALTER name SET STATISTICS 50"),
                    compatible("unlogged", "ALTER TABLE plain SET UNLOGGED"),
                    compatible("replica identity", "ALTER TABLE line REPLICA IDENTITY FULL"),
                    compatible("clustered", "ALTER TABLE customer CLUSTER ON by_name"),
                    compatible(
                            "a schema",
                            "CREATE SCHEMA other; CREATE VIEW other.names AS SELECT name FROM shop.customer"),
                    compatible("an extension", "CREATE EXTENSION citext SCHEMA shop"));

    /// The statements, to be executed in the source.
    public String sql() {
        return "SET search_path = shop; " + ddl;
    }

    @Override
    public String toString() {
        return name;
    }
}
