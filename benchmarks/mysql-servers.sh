#!/usr/bin/env bash
# Two MariaDB servers in the scratch folder: a source, whose data is kept between runs, and a target, new each time.
#   mysql-servers.sh start    stops what a former run left, starts both, writes $BENCH_DIR/mysql.env
#   mysql-servers.sh stop     stops both
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SERVERS=$BENCH_DIR/mysql
PATH=$PATH:/usr/sbin
for program in mariadbd mariadb-install-db mariadb; do
  command -v "$program" >/dev/null || die "$program is missing: apt-get install mariadb-server-core mariadb-client-core"
done

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# A server is recognised by its data folder: the process whose number the file holds, and which has the folder open.
stop_server() {
  local file=$SERVERS/$1/server.pid pid
  pid=$(cat "$file" 2>/dev/null) || return 0
  if grep -qs "$SERVERS/$1" "/proc/$pid/cmdline"; then
    kill "$pid"
    while [ -e "/proc/$pid" ]; do sleep 0.1; done
  fi
  rm -f "$file"
}

# Durable as a real server: the log is flushed by every commit. Room in it for the largest scenario.
start_server() {
  local name=$1 port=$2 folder=$SERVERS/$1
  if [ ! -e "$folder/complete" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    [ "$(id -u)" -ne 0 ] || chown "$(server_user)" "$folder"
    as_server mariadb-install-db --no-defaults --datadir="$folder" --auth-root-authentication-method=normal --skip-test-db >/dev/null
    as_server touch "$folder/complete"
  fi
  as_server mariadbd --no-defaults --datadir="$folder" --port="$port" --bind-address=127.0.0.1 --socket="$folder/socket" \
    --pid-file="$folder/server.pid" --innodb-buffer-pool-size="${BUFFER_POOL:-512M}" --innodb-log-file-size=4G \
    --innodb-flush-log-at-trx-commit=1 --character-set-server=utf8mb4 --local-infile=1 --max-allowed-packet=64M \
    >"$SERVERS/$name.log" 2>&1 9>&- &
  for _ in $(seq 600); do
    mariadb --no-defaults -h 127.0.0.1 -P "$port" -u root -e "SELECT 1" >/dev/null 2>&1 && break
    sleep 0.1
  done
  mariadb --no-defaults -h 127.0.0.1 -P "$port" -u root -e \
    "CREATE OR REPLACE USER bench@'%' IDENTIFIED BY 'bench'; GRANT ALL ON *.* TO bench@'%'" \
    || { tail -20 "$SERVERS/$name.log" >&2; die "the $name server did not start"; }
}

case "${1:-}" in
  start)
    make_scratch
    stop_server source
    stop_server target
    mkdir -p "$SERVERS"
    [ "$(id -u)" -ne 0 ] || chown "$(server_user)" "$SERVERS"
    rm -rf "$SERVERS/target"
    source_port=$(free_port)
    start_server source "$source_port"
    target_port=$(free_port)
    start_server target "$target_port"
    echo "export MYSQL_SERVERS='$SERVERS' MYSQL_SOURCE_PORT=$source_port MYSQL_TARGET_PORT=$target_port" >"$BENCH_DIR/mysql.env"
    ;;
  stop)
    stop_server source
    stop_server target
    rm -f "$BENCH_DIR/mysql.env"
    ;;
  *) die "usage: mysql-servers.sh start | stop" ;;
esac
