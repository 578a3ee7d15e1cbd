-- Many small tables: 10 columns, 20 rows, a primary key, an index, and a foreign key to the next table; the last one
-- points to the first, so that they form one great cycle. psql variable: tables, their number.
-- One statement a transaction: two thousand tables in one would need more locks than a server has.
SET synchronous_commit = off;
SELECT format('CREATE TABLE small_%s (id integer PRIMARY KEY, next_id integer NOT NULL, email text, name text, '
    'amount numeric(10,2), created_at timestamptz, active boolean, code varchar(12), born date, note text)', t)
FROM generate_series(1, :tables) AS t \gexec
SELECT format('INSERT INTO small_%s SELECT i, i, generate.email(%s * 20 + i), generate.last_name(i), i * 1.25, '
    'generate.moment(i), i %% 2 = 0, ''C'' || i, date ''1980-01-01'' + i, generate.note(i) FROM generate_series(1, 20) AS i', t, t)
FROM generate_series(1, :tables) AS t \gexec
SELECT format('CREATE INDEX ON small_%s (created_at)', t) FROM generate_series(1, :tables) AS t \gexec
SELECT format('ALTER TABLE small_%s ADD FOREIGN KEY (next_id) REFERENCES small_%s', t, t % :tables + 1)
FROM generate_series(1, :tables) AS t \gexec
