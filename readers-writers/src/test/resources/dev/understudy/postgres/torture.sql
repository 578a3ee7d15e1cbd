-- Everything that a structure may hold and that PostgreSQL 15 knows.
CREATE SCHEMA "Sch""ema . é";
CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'it''s the app';
CREATE SCHEMA empty;
CREATE EXTENSION btree_gist WITH SCHEMA app;
CREATE EXTENSION hstore;

CREATE COLLATION app.folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION app.plain (provider = libc, locale = 'C');
CREATE TYPE app.mood AS ENUM ('sad', 'o''k', 'happy');
CREATE TYPE app.nothing AS ENUM ();
CREATE TYPE app.point3 AS (x int, y numeric(10, 2), "label z" text COLLATE app.plain);
COMMENT ON TYPE app.point3 IS 'three';
COMMENT ON COLUMN app.point3.y IS 'the y';
CREATE TYPE app.line3 AS (a app.point3, b app.point3[], m app.mood);
CREATE TYPE app.span AS RANGE (subtype = float8, subtype_diff = float8mi, multirange_type_name = app.spans);
CREATE DOMAIN app.positive AS int DEFAULT 1 NOT NULL CONSTRAINT more_than_none CHECK (VALUE > 0);
CREATE DOMAIN app.small AS app.positive CONSTRAINT below CHECK (VALUE < 1000);
COMMENT ON CONSTRAINT below ON DOMAIN app.small IS 'small';
CREATE DOMAIN app.folded_text AS text COLLATE app.folded;
CREATE DOMAIN app.later AS text;
ALTER DOMAIN app.later ADD CONSTRAINT not_empty CHECK (VALUE <> '') NOT VALID;

CREATE FUNCTION app.twice(n int) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT 2 * n';
COMMENT ON FUNCTION app.twice(int) IS 'doubles';
CREATE FUNCTION app.is_even(n int, VARIADIC more text[] DEFAULT '{}') RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 7
    SET work_mem = '1MB' AS $$BEGIN -- a comment; with a semicolon
    RETURN n % 2 = 0; END$$;
CREATE DOMAIN app.even AS int CHECK (app.is_even(VALUE));
CREATE PROCEDURE app.nothing_much(INOUT a int) LANGUAGE plpgsql AS $$BEGIN a := a + 1; END$$;
CREATE AGGREGATE app.sum_twice(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
CREATE AGGREGATE app.count_all(*) (sfunc = int8inc, stype = int8, initcond = '0');
COMMENT ON AGGREGATE app.sum_twice(int) IS 'sums';
COMMENT ON AGGREGATE app.count_all(*) IS 'counts';

CREATE FUNCTION app.same_mood(app.mood, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
CREATE FUNCTION app.same_mood(text, app.mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $2::text = $1';
CREATE OPERATOR app.=== (FUNCTION = app.same_mood, LEFTARG = app.mood, RIGHTARG = text, COMMUTATOR = OPERATOR(app.===), RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR app.=== (FUNCTION = app.same_mood, LEFTARG = text, RIGHTARG = app.mood, COMMUTATOR = OPERATOR(app.===));
COMMENT ON OPERATOR app.=== (app.mood, text) IS 'same';
CREATE FUNCTION app.mood_number(app.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (app.mood AS int) WITH FUNCTION app.mood_number AS ASSIGNMENT;
CREATE CAST (app.point3 AS text) WITH INOUT;
CREATE TEXT SEARCH DICTIONARY app.words (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION app.search (COPY = english);
ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR word, asciiword WITH app.words, english_stem;
CREATE SEQUENCE app.free_seq AS smallint INCREMENT -3 MINVALUE -30000 MAXVALUE -1 START -5 CACHE 7 CYCLE;
SELECT nextval('app.free_seq');
CREATE SEQUENCE app.unused_seq START 42;
CREATE SEQUENCE app.set_seq;
SELECT setval('app.set_seq', 77, false);

CREATE TABLE app.customer (
    gone int,
    id bigserial PRIMARY KEY,
    email text NOT NULL COLLATE "C",
    mood app.mood DEFAULT 'sad'::app.mood,
    moods app.mood[] DEFAULT ARRAY['happy']::app.mood[],
    place app.point3, line app.line3[], size app.small DEFAULT 3, folded app.folded_text,
    spans app.spans, e app.even, l app.later,
    tags hstore, born date DEFAULT '2000-01-31', wait interval DEFAULT '1 day 02:03:04',
    seen timestamptz DEFAULT '2020-02-02 20:20:20+00', ratio float8 DEFAULT 0.1,
    referrer bigint, best_order bigint,
    doubled int GENERATED ALWAYS AS (app.twice(size)) STORED,
    CONSTRAINT "a check" CHECK (email ~ '^[^@]+@[^@]+$' AND email <> E'tab\there''s'),
    CONSTRAINT alone CHECK (id > 0) NO INHERIT
) WITH (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off);
ALTER TABLE app.customer DROP COLUMN gone;
ALTER TABLE app.customer ADD COLUMN "last Column" varchar(20) DEFAULT 'x''y' NOT NULL;
ALTER TABLE app.customer ALTER COLUMN email SET STORAGE EXTERNAL;
ALTER TABLE app.customer ALTER COLUMN folded SET COMPRESSION pglz;
ALTER TABLE app.customer ALTER COLUMN email SET STATISTICS 250;
ALTER TABLE app.customer ALTER COLUMN born SET (n_distinct = -0.5, n_distinct_inherited = 17);
COMMENT ON TABLE app.customer IS E'line one\nline ''two'' \\ end';
COMMENT ON COLUMN app.customer."last Column" IS 'the last';
COMMENT ON CONSTRAINT "a check" ON app.customer IS 'checked';
CREATE UNIQUE INDEX customer_email ON app.customer (lower(email)) WHERE mood <> 'sad';
ALTER INDEX app.customer_email ALTER COLUMN 1 SET STATISTICS 50;
COMMENT ON INDEX app.customer_email IS 'unique when not sad';
CREATE INDEX customer_born ON app.customer USING btree (born DESC NULLS LAST) INCLUDE (size) WITH (fillfactor = 60);
CREATE INDEX customer_moods ON app.customer USING gin (tags, moods);
CREATE INDEX customer_folded ON app.customer (folded COLLATE "C" text_pattern_ops);
ALTER TABLE app.customer CLUSTER ON customer_born;
CREATE STATISTICS app.customer_stats (dependencies, mcv) ON born, mood FROM app.customer;
ALTER STATISTICS app.customer_stats SET STATISTICS 33;
CREATE STATISTICS app.customer_expression ON (size + 1) FROM app.customer;
COMMENT ON STATISTICS app.customer_stats IS 'stats';

CREATE TABLE app.orders (
    id bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 10 SEQUENCE NAME app.order_numbers),
    part smallint GENERATED BY DEFAULT AS IDENTITY,
    customer bigint NOT NULL, code text, parent_id bigint, parent_part smallint,
    period tstzrange, room int,
    CONSTRAINT orders_pk PRIMARY KEY (id, part) INCLUDE (code) WITH (fillfactor = 80) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT code_once UNIQUE NULLS NOT DISTINCT (code, room),
    CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, period WITH &&) WHERE (room > 0)
);
ALTER TABLE app.orders ADD CONSTRAINT orders_replica UNIQUE (id);
ALTER TABLE app.orders REPLICA IDENTITY USING INDEX orders_replica;
COMMENT ON CONSTRAINT orders_pk ON app.orders IS 'the key';
ALTER TABLE app.orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES app.customer ON DELETE CASCADE ON UPDATE RESTRICT;
ALTER TABLE app.orders ADD CONSTRAINT orders_self FOREIGN KEY (parent_id) REFERENCES app.orders (id) MATCH FULL DEFERRABLE;
ALTER TABLE app.customer ADD CONSTRAINT customer_order FOREIGN KEY (best_order) REFERENCES app.orders (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE app.customer ADD CONSTRAINT customer_referrer FOREIGN KEY (referrer) REFERENCES app.customer ON DELETE SET NULL (referrer) NOT VALID;
ALTER TABLE app.customer ADD CONSTRAINT later CHECK (born > '1900-01-01') NOT VALID;

CREATE UNLOGGED TABLE app.scratch (a int, b text) WITH (autovacuum_enabled = false);
ALTER TABLE app.scratch REPLICA IDENTITY FULL;
CREATE TABLE app.typed OF app.point3 (x WITH OPTIONS NOT NULL DEFAULT 5, PRIMARY KEY (x));
CREATE TABLE app.no_columns ();
CREATE TABLE "Sch""ema . é"."Tablé ""x"" 名前" ("select" int PRIMARY KEY, "Ünï" text, "with ""quotes""" text UNIQUE, "with 'quote" text DEFAULT '''');
CREATE TABLE a23456789b23456789c23456789d23456789e23456789f23456789g23456789 (
    a23456789b23456789c23456789d23456789e23456789f23456789h23456789 serial PRIMARY KEY,
    a23456789b23456789c23456789d23456789e23456789f23456789i23456789 int REFERENCES app.orders (id),
    other int UNIQUE);

-- Partitions, with a sub-partition and a default one, whose columns are not in their parent's order.
CREATE TABLE app.event (id bigint NOT NULL, at timestamptz NOT NULL, kind text DEFAULT 'none', who bigint, CONSTRAINT known CHECK (id > 0), CONSTRAINT event_pk PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
CREATE TABLE app.event_2020 PARTITION OF app.event FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2021-01-01 00:00:00+00');
CREATE TABLE app.event_2021 (kind text NOT NULL DEFAULT 'own', dropped int, at timestamptz NOT NULL, id bigint NOT NULL, who bigint, CONSTRAINT known CHECK (id > 0), CONSTRAINT own CHECK (kind <> 'x')) PARTITION BY LIST (kind);
ALTER TABLE app.event_2021 DROP COLUMN dropped;
ALTER TABLE app.event ATTACH PARTITION app.event_2021 FOR VALUES FROM ('2021-01-01 00:00:00+00') TO (MAXVALUE);
CREATE TABLE app.event_2021_a PARTITION OF app.event_2021 FOR VALUES IN ('a', 'it''s', 'b');
CREATE TABLE app.event_2021_rest PARTITION OF app.event_2021 DEFAULT;
CREATE TABLE app.event_default PARTITION OF app.event DEFAULT WITH (fillfactor = 50);
CREATE INDEX event_who ON app.event (who);
CREATE INDEX event_kind ON app.event_2020 (kind);
CREATE UNIQUE INDEX event_unique ON app.event (at, id, kind) WHERE who IS NOT NULL;
ALTER TABLE app.event ADD CONSTRAINT event_customer FOREIGN KEY (who) REFERENCES app.customer;
CREATE TABLE app.event_note (event bigint, at timestamptz, kind text, FOREIGN KEY (event, at, kind) REFERENCES app.event);
CREATE TABLE app.hashed (id int, t text) PARTITION BY HASH (id, lower(t));
CREATE TABLE app.hashed_0 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE app.hashed_1 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);

-- Inheritance: own columns, own defaults, two parents, a column that is inherited and local.
CREATE TABLE app.base (id int NOT NULL, name text DEFAULT 'base', CONSTRAINT named CHECK (name <> ''));
CREATE TABLE app.other_base (id int, extra text, computed int GENERATED ALWAYS AS (id * 2) STORED);
CREATE TABLE app.child (own text, name text DEFAULT 'child' NOT NULL, CONSTRAINT own_check CHECK (own <> 'z')) INHERITS (app.base, app.other_base);
CREATE TABLE app.grandchild () INHERITS (app.child);
CREATE TABLE app.says_again (own int, computed int) INHERITS (app.other_base);
CREATE TABLE app.had_it_before (id int, extra text, computed int GENERATED ALWAYS AS (id * 2) STORED);
ALTER TABLE app.had_it_before INHERIT app.other_base;
ALTER TABLE app.grandchild ALTER COLUMN name DROP DEFAULT;
ALTER TABLE app.grandchild ALTER COLUMN extra SET NOT NULL;
ALTER TABLE app.grandchild ALTER COLUMN extra SET DEFAULT 'grand';
ALTER TABLE app.base ADD CONSTRAINT unproven CHECK (id < 1000000) NOT VALID;
CREATE TABLE app.foster (id int NOT NULL, name text, CONSTRAINT named CHECK (name <> ''));
CREATE TABLE app.adopted (own int, name text, id int NOT NULL DEFAULT 4, CONSTRAINT named CHECK (name <> ''));
ALTER TABLE app.adopted INHERIT app.foster;
CREATE TABLE app.late_child () INHERITS (app.base);

CREATE FUNCTION app.count_customers(at_least int DEFAULT 0) RETURNS bigint LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT count(*) FROM app.customer c WHERE c.size >= at_least; END;
CREATE PROCEDURE app.two_steps(n bigint) LANGUAGE sql
    BEGIN ATOMIC
      UPDATE app.customer SET size = CASE WHEN id = n THEN 1 ELSE size END;
      INSERT INTO app.orders (customer, code) VALUES (n, 'two;steps');
    END;
CREATE VIEW app.counted AS SELECT app.count_customers(5) AS n, c.id, c.email FROM app.customer c;
CREATE FUNCTION app.counted_rows() RETURNS SETOF app.counted LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT n, id, email FROM app.counted; END;
CREATE VIEW app.happy AS SELECT id FROM app.customer WHERE mood OPERATOR(app.===) 'happy'::text AND to_tsvector('app.search', email) IS NOT NULL;
CREATE VIEW app.counted_again WITH (security_barrier, check_option = cascaded) AS SELECT id, email FROM app.customer WHERE size > 1;
CREATE VIEW app.above AS SELECT r.email AS "E mail", count(*) AS n FROM app.counted_rows() r GROUP BY 1;
CREATE VIEW app.by_key AS SELECT c.id, c.email, c.born, count(o.id) AS orders FROM app.customer c LEFT JOIN app.orders o ON o.customer = c.id GROUP BY c.id;
CREATE RECURSIVE VIEW app.tree (id, depth) AS SELECT id, 1 FROM app.customer WHERE referrer IS NULL UNION ALL SELECT c.id, t.depth + 1 FROM app.customer c JOIN tree t ON t.id = c.referrer;
CREATE VIEW app.with_default AS SELECT id, email FROM app.customer;
ALTER VIEW app.with_default ALTER COLUMN email SET DEFAULT 'new@example.com';
CREATE VIEW app.invoker WITH (security_invoker = true) AS SELECT 1 AS one;
COMMENT ON VIEW app.tree IS 'a tree';
COMMENT ON COLUMN app.tree.depth IS 'how deep';
-- A circle: the view calls a function that returns the view's rows.
CREATE VIEW app.circle AS SELECT 1 AS a, 'x'::text COLLATE "C" AS b;
CREATE FUNCTION app.circle_rows() RETURNS SETOF app.circle LANGUAGE sql AS 'SELECT 1, ''x''::text';
CREATE OR REPLACE VIEW app.circle AS SELECT 1 AS a, 'x'::text COLLATE "C" AS b WHERE EXISTS (SELECT FROM app.circle_rows() LIMIT 0);
-- One of a view alone.
CREATE VIEW app.itself AS SELECT 1 AS a;
CREATE OR REPLACE VIEW app.itself AS SELECT a FROM app.itself;
-- Another: a table's check and default take the table's own row.
CREATE TABLE app.selfish (id int, n int);
CREATE FUNCTION app.fits(app.selfish) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION app.next_n(app.selfish DEFAULT NULL) RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TABLE app.selfish ADD CONSTRAINT fits CHECK (app.fits(selfish));
ALTER TABLE app.selfish ALTER COLUMN n SET DEFAULT app.next_n();

CREATE MATERIALIZED VIEW app.z_first WITH (fillfactor = 55) AS SELECT id, email FROM app.counted WITH DATA;
CREATE MATERIALIZED VIEW app.a_second AS SELECT count(*) AS n FROM app.z_first WITH DATA;
CREATE MATERIALIZED VIEW app.not_filled AS SELECT 1 AS n WITH NO DATA;
CREATE UNIQUE INDEX z_first_id ON app.z_first (id);
COMMENT ON MATERIALIZED VIEW app.z_first IS 'kept';
CREATE VIEW app.over_kept AS SELECT * FROM app.a_second;

CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER touch_customer BEFORE INSERT OR UPDATE OF email ON app.customer FOR EACH ROW WHEN (NEW.email IS NOT NULL) EXECUTE FUNCTION app.touch('a', 'b''c');
CREATE TRIGGER disabled AFTER DELETE ON app.customer FOR EACH STATEMENT EXECUTE FUNCTION app.touch();
ALTER TABLE app.customer DISABLE TRIGGER disabled;
CREATE TRIGGER always AFTER TRUNCATE ON app.customer EXECUTE FUNCTION app.touch();
ALTER TABLE app.customer ENABLE ALWAYS TRIGGER always;
CREATE CONSTRAINT TRIGGER constrained AFTER UPDATE ON app.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER of_partitions AFTER INSERT ON app.event FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.event_2020 DISABLE TRIGGER of_partitions;
CREATE TRIGGER instead INSTEAD OF INSERT ON app.with_default FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER moved AFTER UPDATE ON app.orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.touch();
COMMENT ON TRIGGER disabled ON app.customer IS 'off';
CREATE RULE no_delete AS ON DELETE TO app.scratch DO INSTEAD NOTHING;
CREATE RULE logged AS ON UPDATE TO app.scratch DO ALSO INSERT INTO app.scratch VALUES (NEW.a, OLD.b);
CREATE RULE twice AS ON INSERT TO app.scratch WHERE NEW.a > 5 DO ALSO (DELETE FROM app.scratch WHERE a = 1; UPDATE app.scratch SET b = '{?}' WHERE a = 2);
ALTER TABLE app.scratch DISABLE RULE logged;
COMMENT ON RULE no_delete ON app.scratch IS 'kept';

ALTER TABLE app.customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.orders FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON app.customer AS RESTRICTIVE FOR UPDATE TO postgres USING (id > 0) WITH CHECK (EXISTS (SELECT FROM app.orders o WHERE o.customer = customer.id));
CREATE POLICY all_rows ON app.customer USING (true);
CREATE POLICY inserted ON app.orders FOR INSERT WITH CHECK (true);
COMMENT ON POLICY all_rows ON app.customer IS 'all';

INSERT INTO app.customer (email, size, e) VALUES ('a@example.com', 5, 2), ('b@example.com', 6, 4);
INSERT INTO app.orders (customer, code, room) VALUES (1, 'x', 1);
REFRESH MATERIALIZED VIEW app.z_first;
REFRESH MATERIALIZED VIEW app.a_second;
