#!/usr/bin/env bash
# Two PostgreSQL servers in a scratch folder: a source, whose data is kept between runs, and a target, new each time.
#   servers.sh start    stops what a former run left, starts both, writes $BENCH_DIR/servers.env
#   servers.sh stop     stops both
#   servers.sh clean    stops both and removes the scratch folder
#   servers.sh psql source|target [psql's arguments]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PG=$(find_postgres)
SERVERS=$BENCH_DIR/servers

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# A server is recognised by its data folder: a postmaster.pid whose process is gone means a crash, and nothing to stop.
stop_server() {
  [ -e "$SERVERS/$1/postmaster.pid" ] || return 0
  as_server "$PG/pg_ctl" -D "$SERVERS/$1" -m "$2" -w -t 120 stop >/dev/null 2>&1 || true
}

init_server() {
  local name=$1
  as_server "$PG/initdb" -D "$SERVERS/$name" -U bench --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  # Durable as a real server: fsync, full_page_writes and synchronous_commit stay on. Room for the write-ahead log of
  # the largest scenario, so that no forced checkpoint falls into one side's time and not into the other's. Autovacuum
  # would start at moments of its own.
  as_server tee -a "$SERVERS/$name/postgresql.conf" >/dev/null <<CONF
fsync = on
shared_buffers = ${SHARED_BUFFERS:-512MB}
maintenance_work_mem = 256MB
max_wal_size = 16GB
checkpoint_timeout = 1h
autovacuum = off
log_line_prefix = '%n [%p] '
log_timezone = 'UTC'
timezone = 'UTC'
CONF
}

start_server() {
  local name=$1 port=$2
  as_server "$PG/pg_ctl" -D "$SERVERS/$name" -l "$SERVERS/$name.log" -w -t 300 \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$SERVERS'" start >/dev/null \
    || { tail -20 "$SERVERS/$name.log" >&2; die "the $name server did not start"; }
}

start() {
  make_scratch
  stop_server source fast
  stop_server target immediate
  mkdir -p "$SERVERS"
  [ "$(id -u)" -ne 0 ] || chown "$(server_user)" "$SERVERS"
  rm -rf "$SERVERS/target" "$SERVERS"/*.log
  local major
  major=$("$PG/initdb" --version | sed 's/.* \([0-9]*\).*/\1/')
  # Half an initdb, or another version's data: begin anew.
  if [ "$(cat "$SERVERS/source/PG_VERSION" 2>/dev/null)" != "$major" ] || [ ! -e "$SERVERS/source/complete" ]; then
    rm -rf "$SERVERS/source"
    init_server source
    as_server touch "$SERVERS/source/complete"
  fi
  init_server target
  local source_port target_port
  source_port=$(free_port)
  start_server source "$source_port"
  target_port=$(free_port)
  start_server target "$target_port"
  {
    echo "export PG_BIN='$PG' SERVERS='$SERVERS'"
    echo "export SOURCE_PORT=$source_port TARGET_PORT=$target_port"
  } >"$BENCH_DIR/servers.env"
  say "PostgreSQL $major: source on port $source_port, target on port $target_port, under $SERVERS"
}

stop() {
  stop_server source fast
  stop_server target immediate
  rm -f "$BENCH_DIR/servers.env"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  clean)
    [ -e "$BENCH_DIR/.understudy-benchmarks" ] || die "$BENCH_DIR is not a folder of these benchmarks"
    stop
    rm -rf "$BENCH_DIR"
    ;;
  psql)
    [ -e "$BENCH_DIR/servers.env" ] || die "no servers run in $BENCH_DIR: servers.sh start"
    . "$BENCH_DIR/servers.env"
    port=TARGET_PORT
    [ "${2:-}" != source ] || port=SOURCE_PORT
    shift 2
    exec "$PG_BIN/psql" -h 127.0.0.1 -p "${!port}" -U bench "$@"
    ;;
  *) die "usage: servers.sh start | stop | clean | psql source|target [arguments]" ;;
esac
