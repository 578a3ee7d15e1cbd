-- The wide table as MariaDB has it; its rows come from the PostgreSQL source.
CREATE TABLE customer (
    id bigint NOT NULL PRIMARY KEY,
    email varchar(120) NOT NULL,
    first_name varchar(60) NOT NULL,
    last_name varchar(60) NOT NULL,
    phone varchar(40) NOT NULL,
    tax_number varchar(9) NOT NULL,
    birth_date date NOT NULL,
    balance decimal(12,2) NOT NULL,
    registered_at datetime(6) NOT NULL,
    status varchar(20) NOT NULL,
    subscribed tinyint(1) NOT NULL,
    note text NOT NULL,
    city varchar(60) NOT NULL,
    visits int NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
