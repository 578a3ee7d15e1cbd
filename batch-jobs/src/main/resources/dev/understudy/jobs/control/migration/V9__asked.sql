-- What somebody wants of a run of changes beyond the config, as JSON: a restart must do it, too.
ALTER TABLE understudy_run ADD COLUMN asked TEXT;
