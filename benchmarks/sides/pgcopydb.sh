#!/usr/bin/env bash
# The reference of whole databases: pgcopydb, two copying and two index-building processes, nothing masked.
set -euo pipefail
. "$BENCH_DIR/servers.env"
work=$BENCH_DIR/pgcopydb
rm -rf "$work"
exec pgcopydb clone --dir "$work" --table-jobs 2 --index-jobs 2 --no-owner --no-acl ${PGCOPYDB_OPTIONS:-} \
  --source "host=127.0.0.1 port=$SOURCE_PORT user=bench dbname=$1" \
  --target "host=127.0.0.1 port=$TARGET_PORT user=bench dbname=$2" >&2
