-- The second, longer table: 10 columns, about 140 bytes a row. psql variables: orders and customers, the numbers of rows.
CREATE TABLE orders (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    contact_email text NOT NULL,
    contact_phone text NOT NULL,
    recipient text NOT NULL,
    amount numeric(10,2) NOT NULL,
    ordered_at timestamptz NOT NULL,
    status text NOT NULL,
    quantity integer NOT NULL,
    reference text NOT NULL
);
INSERT INTO orders
SELECT i,
    c,
    generate.email(c),
    generate.phone(c),
    generate.last_name(c),
    generate.draw(i, 21, 10000000)::numeric / 100,
    generate.moment(i),
    ('{open,paid,sent,returned}'::text[])[1 + generate.draw(i, 22, 4)],
    1 + generate.draw(i, 23, 20)::int,
    'R-' || i
FROM (SELECT i, 1 + generate.draw(i, 20, :customers) AS c FROM generate_series(1, :orders) AS i) AS numbered;
ALTER TABLE orders ADD PRIMARY KEY (id);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customer (id);
