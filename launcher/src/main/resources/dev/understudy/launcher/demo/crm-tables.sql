CREATE TABLE contact (
    id          int          NOT NULL PRIMARY KEY,
    email       varchar(200) NOT NULL UNIQUE,
    full_name   varchar(200) NOT NULL,
    phone       varchar(40),
    channel     varchar(20)  NOT NULL,
    created_at  datetime(6)  NOT NULL
);
CREATE TABLE conversation (
    id           int         NOT NULL AUTO_INCREMENT PRIMARY KEY,
    contact_id   int         NOT NULL,
    topic        varchar(40) NOT NULL,
    body         text        NOT NULL,
    satisfaction tinyint,
    opened_at    datetime(6) NOT NULL,
    FOREIGN KEY (contact_id) REFERENCES contact (id)
)
