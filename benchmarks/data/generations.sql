-- For kill.sh: every table bears the number of the source's generation, and one table has no key.
CREATE TABLE journal AS
    SELECT i AS entry, generate.email(i) AS email, generate.note(i) AS note FROM generate_series(1, :customers) AS i;
CREATE TABLE department (
    id integer PRIMARY KEY,
    parent_id integer REFERENCES department (id),
    head text NOT NULL
);
INSERT INTO department SELECT i, nullif(i / 2, 0), generate.last_name(i) FROM generate_series(1, 50) AS i;
ALTER TABLE customer ADD COLUMN generation integer NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN generation integer NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN generation integer NOT NULL DEFAULT 0;
ALTER TABLE department ADD COLUMN generation integer NOT NULL DEFAULT 0;
