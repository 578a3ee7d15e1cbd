#!/usr/bin/env bash
# mydumper into files, myloader out of them: two threads each, chunks of a quarter of a million rows.
set -euo pipefail
. "$BENCH_DIR/mysql.env"
dump=$BENCH_DIR/mydumper
rm -rf "$dump"
began=$(date +%s%N)
mydumper -h 127.0.0.1 -P "$MYSQL_SOURCE_PORT" -u bench -p bench -B "$1" -o "$dump" -t 2 --rows 250000
dumped=$(date +%s%N)
myloader -h 127.0.0.1 -P "$MYSQL_TARGET_PORT" -u bench -p bench -d "$dump" -s "$1" -B "$2" -o -t 2
ended=$(date +%s%N)
echo "{\"status\": \"done\", \"durationMillis\": $(((ended - began) / 1000000)), \"dumpMillis\": $(((dumped - began) / 1000000))}"
