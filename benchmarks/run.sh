#!/usr/bin/env bash
# Sets up both sides of a scenario, measures them in turn, and writes results/<scenario>-<date>.md.
#   run.sh SCENARIO [ROWS] [PAIRS]
# Scenarios: one-table, two-tables, twin-and-lake, lake-vs-spark, vs-spring-batch, small-tables, memory, startup,
#   delta, delta-tables, mysql.
# BENCH_DIR is the scratch folder (up to 20 GB for the full sizes); UNDERSTUDY another ./understudy to measure.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scenario=${1:-}
case "$scenario" in
  one-table | two-tables | twin-and-lake | lake-vs-spark | vs-spring-batch | small-tables | memory | startup | delta | delta-tables | mysql) ;;
  *) sed -n 's/^# \{0,1\}//; 2,6p' "$0" >&2; exit 2 ;;
esac
use_jdk
case "$scenario" in
  two-tables | small-tables)
    command -v pgcopydb >/dev/null || die "this scenario measures against pgcopydb: apt-get install pgcopydb" ;;
  vs-spring-batch) build_job spring-batch-plain ;;
  mysql)
    command -v mydumper >/dev/null || die "this scenario measures against mydumper: apt-get install mydumper"
    build_job spring-batch-plain ;;
  lake-vs-spark) build_job spark ;;
esac
make_scratch
lock_scratch
fetch_duckdb
build_understudy
stop() {
  "$BENCH_HOME/servers.sh" stop 9>&-
  [ "$scenario" != mysql ] || "$BENCH_HOME/mysql-servers.sh" stop 9>&-
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$BENCH_HOME/servers.sh" start
. "$BENCH_DIR/servers.env"
if [ "$scenario" = mysql ]; then
  "$BENCH_HOME/mysql-servers.sh" start
  . "$BENCH_DIR/mysql.env"
fi
python3 "$BENCH_HOME/bench.py" "$@" 9>&-
