#!/usr/bin/env bash
# The reference of a plain Spring Batch job. The empty table stands ready; the job builds the primary key at its end.
set -euo pipefail
. "$BENCH_DIR/servers.env"
export BENCH_SOURCE_URL=jdbc:postgresql://127.0.0.1:$SOURCE_PORT/$1
export BENCH_TARGET_URL=jdbc:postgresql://127.0.0.1:$TARGET_PORT/$2
cd "$BENCH_HOME/spring-batch-plain/target"
exec "$JAVA_HOME/bin/java" -Xmx1g -cp 'job.jar:lib/*' plain.PlainJob
