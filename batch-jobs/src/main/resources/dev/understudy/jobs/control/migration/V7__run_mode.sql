-- Whether a run copies everything or what has changed, and why everything where changes were expected: a restart must not
-- decide otherwise.
ALTER TABLE understudy_run ADD COLUMN mode VARCHAR(20);
ALTER TABLE understudy_run ADD COLUMN mode_reason TEXT;
