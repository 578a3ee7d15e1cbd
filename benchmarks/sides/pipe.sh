#!/usr/bin/env bash
# The reference of one table: COPY binary piped into COPY binary, two halves of the key range at once, nothing masked.
# The empty table stands ready; the primary key is built afterwards. Prints how long the copying alone took, too.
set -euo pipefail
. "$BENCH_DIR/servers.env"
source=("$PG_BIN/psql" -X -q -At -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$SOURCE_PORT" -U bench -d "$1")
target=("$PG_BIN/psql" -X -q -At -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$TARGET_PORT" -U bench -d "$2")

copy() {
  "${source[@]}" -c "COPY (SELECT * FROM customer WHERE $1) TO STDOUT (FORMAT binary)" \
    | "${target[@]}" -c "COPY customer FROM STDIN (FORMAT binary)"
}

now() { date +%s%3N; }

begin=$(now)
half=$("${source[@]}" -c 'SELECT max(id) / 2 FROM customer')
copy "id <= $half" & first=$!
copy "id > $half" & second=$!
wait "$first"
wait "$second"
copied=$(now)
"${target[@]}" -c 'ALTER TABLE customer ADD PRIMARY KEY (id)'
end=$(now)
echo "{\"status\": \"COMPLETED\", \"copyMillis\": $((copied - begin)), \"durationMillis\": $((end - begin))}"
