-- H2 hands out 32 numbers ahead, and a killed process takes the rest of them with it.
ALTER TABLE understudy_run ALTER COLUMN run SET CACHE 1;
