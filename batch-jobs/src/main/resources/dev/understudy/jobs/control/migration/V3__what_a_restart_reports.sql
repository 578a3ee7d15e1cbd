-- Known to the execution that prepared the run only; the report of one that just publishes needs them too.
ALTER TABLE understudy_run ADD COLUMN not_carried TEXT;
ALTER TABLE understudy_run ADD COLUMN snapshots INT DEFAULT 0 NOT NULL;
