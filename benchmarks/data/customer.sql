-- The wide table: 14 columns, about 370 bytes a row as binary COPY. psql variable: customers, the number of rows.
CREATE TABLE customer (
    id bigint NOT NULL,
    email text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    phone text NOT NULL,
    tax_number varchar(9) NOT NULL,
    birth_date date NOT NULL,
    balance numeric(12,2) NOT NULL,
    registered_at timestamptz NOT NULL,
    status text NOT NULL,
    subscribed boolean NOT NULL,
    note text NOT NULL,
    city text NOT NULL,
    visits integer NOT NULL
);
INSERT INTO customer
SELECT i,
    generate.email(i),
    generate.first_name(i),
    generate.last_name(i),
    generate.phone(i),
    lpad(generate.draw(i, 10, 1000000000)::text, 9, '0'),
    date '1935-01-01' + generate.draw(i, 11, 26000)::int,
    generate.draw(i, 12, 1000000000)::numeric / 100,
    generate.moment(i),
    ('{active,dormant,closed,blocked}'::text[])[1 + generate.draw(i, 13, 4)],
    generate.draw(i, 14, 3) = 0,
    generate.note(i),
    ('{Aachen,Berlin,Bordeaux,Cordoba,Dortmund,Eindhoven,Firenze,Gdansk,Hamburg,Istanbul,Jena,Kolding,Lisboa,Malmo,Napoli,Oslo}'::text[])[1 + generate.draw(i, 15, 16)],
    generate.draw(i, 16, 500)::int
FROM generate_series(1, :customers) AS i;
ALTER TABLE customer ADD PRIMARY KEY (id);
