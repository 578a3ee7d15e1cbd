-- What a masking job needs of its source, and not more: to read it.
GRANT USAGE ON SCHEMA shop, hr, support TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA shop, hr, support TO reader;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA shop, hr, support TO reader;
-- Tables that come later are seen, too, so that the job can refuse what nobody decided about.
ALTER DEFAULT PRIVILEGES IN SCHEMA shop, hr, support GRANT SELECT ON TABLES TO reader;
-- For deltas: when the transactions of others began.
GRANT pg_read_all_stats TO reader;
