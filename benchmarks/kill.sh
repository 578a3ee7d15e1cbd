#!/usr/bin/env bash
# Kills runs with kill -9 at random moments, goes on with them, and compares what they leave with an undisturbed run's.
#   kill.sh N [ROWS] [SEED]      N kills, 100000 rows, a seed to repeat a series
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case "${1:-}" in
  '' | *[!0-9]*) sed -n 's/^# \{0,1\}//; 2,3p' "$0" >&2; exit 2 ;;
esac
use_jdk
make_scratch
lock_scratch
fetch_duckdb
build_understudy
trap '"$BENCH_HOME/servers.sh" stop 9>&-' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$BENCH_HOME/servers.sh" start
. "$BENCH_DIR/servers.env"
python3 "$BENCH_HOME/kill.py" "$@" 9>&-
