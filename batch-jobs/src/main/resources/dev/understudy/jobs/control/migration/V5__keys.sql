-- Which key a run masks with: its id, never the key.
ALTER TABLE understudy_run ADD COLUMN key_id VARCHAR(8);
ALTER TABLE understudy_run ADD COLUMN epoch INT;
