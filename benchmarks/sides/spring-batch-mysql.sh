#!/usr/bin/env bash
# The reference of a plain Spring Batch job between two MariaDB servers. The empty table stands ready, with its key.
set -euo pipefail
. "$BENCH_DIR/mysql.env"
export BENCH_SOURCE_URL="jdbc:mysql://127.0.0.1:$MYSQL_SOURCE_PORT/$1?user=bench&password=bench"
export BENCH_TARGET_URL="jdbc:mysql://127.0.0.1:$MYSQL_TARGET_PORT/$2?user=bench&password=bench"
cd "$BENCH_HOME/spring-batch-plain/target"
exec "$JAVA_HOME/bin/java" -Xmx1g -cp 'job.jar:lib/*' plain.PlainJob
