-- Two tables that are hard on memory: 300 columns, and values of 10 MB.
-- psql variables: wide_rows and big_rows, their numbers of rows.
SELECT 'CREATE TABLE wide_300 (id bigint PRIMARY KEY, '
    || string_agg(CASE c % 6
        WHEN 0 THEN format('email_%s text', c)
        WHEN 1 THEN format('number_%s integer', c)
        WHEN 2 THEN format('amount_%s numeric(10,2)', c)
        WHEN 3 THEN format('moment_%s timestamptz', c)
        WHEN 4 THEN format('flag_%s boolean', c)
        ELSE format('code_%s text', c) END, ', ' ORDER BY c)
    || ')'
FROM generate_series(2, 300) AS c \gexec
SELECT 'INSERT INTO wide_300 SELECT i, '
    || string_agg(CASE c % 6
        WHEN 0 THEN 'generate.email(i)'
        WHEN 1 THEN format('(i + %s)::int', c)
        WHEN 2 THEN format('((i + %s) %% 1000000)::numeric / 100', c)
        WHEN 3 THEN 'generate.moment(i)'
        WHEN 4 THEN 'i % 2 = 0'
        ELSE format('''C'' || i * %s', c) END, ', ' ORDER BY c)
    || format(' FROM generate_series(1, %s) AS i', :wide_rows)
FROM generate_series(2, 300) AS c \gexec

-- Not compressed by the server, so that its CPU does not hide the copier's.
CREATE TABLE big_values (id bigint PRIMARY KEY, email text, portrait bytea, letter text);
ALTER TABLE big_values ALTER portrait SET STORAGE EXTERNAL, ALTER letter SET STORAGE EXTERNAL;
CREATE TEMPORARY TABLE megabyte AS
    SELECT string_agg(md5(i::text), '') AS hex FROM generate_series(1, 32768) AS i;
-- 10 MB of bytes in every row, and 10 MB of text in every tenth.
INSERT INTO big_values
SELECT i, generate.email(i), decode(repeat(hex, 20), 'hex'), CASE WHEN i % 10 = 1 THEN repeat(hex, 10) ELSE 'none' END
FROM generate_series(1, :big_rows) AS i, megabyte;
