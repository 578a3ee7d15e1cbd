package dev.understudy.jobs.run;

/// A small source with everything that the copy treats in its own way: serial, uuid, text and
/// composite keys, no key at all, partitions, enum arrays, composite values, cyclic and self
/// references, generated and identity columns, empty tables.
final class ShopSql {
    private ShopSql() {}

    static String of(int customers) {
        return """
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
        CREATE TYPE place AS (street text, town text, moods mood[]);
        CREATE TABLE customer (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, first_name text NOT NULL,
            last_name varchar(60), phone text, born date, moods mood[], home place, spent numeric(12,2) NOT NULL,
            spent_gross numeric GENERATED ALWAYS AS (spent * 1.2) STORED, favourite bigint);
        CREATE TABLE orders (
            customer bigint REFERENCES customer, number int, placed timestamptz NOT NULL, note text,
            PRIMARY KEY (customer, number));
        ALTER TABLE customer ADD COLUMN last_order int,
            ADD FOREIGN KEY (favourite) REFERENCES customer DEFERRABLE INITIALLY DEFERRED,
            ADD FOREIGN KEY (id, last_order) REFERENCES orders (customer, number) DEFERRABLE;
        CREATE TABLE session (id uuid PRIMARY KEY, customer bigint REFERENCES customer, address inet, search tsquery);
        CREATE TABLE subscription (email text PRIMARY KEY REFERENCES customer (email), since date);
        CREATE TABLE log (at timestamptz, line text);
        CREATE TABLE payment (id int, paid date NOT NULL, amount numeric, PRIMARY KEY (id, paid)) PARTITION BY RANGE (paid);
        CREATE TABLE payment_2024 PARTITION OF payment FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE payment_rest PARTITION OF payment DEFAULT;
        CREATE TABLE nothing_yet (id int PRIMARY KEY, secret text);
        CREATE TABLE "Odd ""name"" . x" ("Sélect" int PRIMARY KEY, "from" text);
        CREATE VIEW happy AS SELECT id, first_name FROM customer WHERE 'happy' = ANY (moods);
        CREATE INDEX ON customer (lower(last_name));
        INSERT INTO customer (email, first_name, last_name, phone, born, moods, home, spent)
            SELECT 'person' || i || '@real-company.test', 'Realfirst' || i %% 977, CASE WHEN i %% 7 > 0 THEN 'Reallast' || i END,
                '+49 170 ' || 1000000 + i, date '1950-01-01' + i %% 20000, ARRAY['ok','happy']::mood[],
                ROW('Realstreet ' || i, 'Realtown', ARRAY['sad']::mood[])::place, i %% 1000 / 7.0
            FROM generate_series(1, %1$d) i;
        INSERT INTO orders SELECT i, n, timestamptz '2024-05-01' + i * interval '1 min', 'call person' || i || '@real-company.test'
            FROM generate_series(1, %1$d) i, generate_series(1, 2) n;
        UPDATE customer SET favourite = 1 + id %% 10, last_order = 2 WHERE id %% 3 = 0;
        INSERT INTO session SELECT gen_random_uuid(), i, ('10.0.' || i %% 200 || '.7')::inet, 'fat & rat'::tsquery FROM generate_series(1, %1$d) i;
        INSERT INTO subscription SELECT email, born FROM customer WHERE id %% 2 = 0;
        INSERT INTO log SELECT now(), 'line ' || i FROM generate_series(1, %1$d) i;
        INSERT INTO payment SELECT i, date '2023-06-01' + i %% 700, i FROM generate_series(1, %1$d) i;
        INSERT INTO "Odd ""name"" . x" VALUES (1, 'x'), (2, NULL);
        ANALYZE;
        """
                .formatted(customers);
    }

    /// Decides every column.
    static final String RULES =
            """
            columns:
              public.customer.email: email
              public.customer.first_name: first-name
              public.customer.last_name: last-name
              public.customer.phone: phone
              public.customer.born: shift-date
              public.customer.home: { mask: "null" }
              public.orders.note: text-scramble
              public.log.line: redact
              public.session.address: { mask: "null" }
              public.nothing_yet.secret: redact
              "*.*": keep
            tuning: { workers: 2, batch-rows: 500, split-rows: 2000 }
            """;
}
