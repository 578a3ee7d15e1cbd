-- Patterns of the tables that a run of changes loads in full, because somebody asked for it: a restart must do it, too.
ALTER TABLE understudy_run ADD COLUMN tables TEXT;
