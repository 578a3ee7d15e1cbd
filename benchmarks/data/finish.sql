-- Hint bits set, statistics known, everything on disk: the measured reads find the tables as they will stay.
SET client_min_messages = warning;
DROP SCHEMA generate CASCADE;
VACUUM (FREEZE, ANALYZE);
CHECKPOINT;
