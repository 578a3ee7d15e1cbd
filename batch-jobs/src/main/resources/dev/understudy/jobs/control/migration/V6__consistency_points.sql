-- When each source was as the run has read it: known to the execution that read it only.
ALTER TABLE understudy_run ADD COLUMN points TEXT;
