-- When a run began by each source's own clock: windows end there, whenever a later execution goes on.
ALTER TABLE understudy_run ADD COLUMN clocks TEXT;
