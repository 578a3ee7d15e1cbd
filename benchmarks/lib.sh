# Sourced by the scripts of this folder: where things are, and who runs the servers.

BENCH_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BENCH_DIR=${BENCH_DIR:-${TMPDIR:-/tmp}/understudy-benchmarks}
export BENCH_HOME BENCH_DIR

say() { printf '%s\n' "$*" >&2; }
die() { say "benchmarks: $*"; exit 2; }

# The folder with initdb, pg_ctl and psql of the newest PostgreSQL of this machine.
find_postgres() {
  local bin
  for bin in "${PG_BIN:-}" $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -rV) \
      "$(command -v initdb >/dev/null 2>&1 && dirname "$(readlink -f "$(command -v initdb)")")"; do
    [ -n "$bin" ] && [ -x "$bin/initdb" ] && [ -x "$bin/pg_ctl" ] || continue
    printf '%s\n' "$bin"
    return
  done
  die "no PostgreSQL server found in PG_BIN, /usr/lib/postgresql or on the PATH: apt-get install postgresql"
}

# PostgreSQL refuses to run as root: then its servers belong to postgres, or else to nobody.
server_user() {
  if [ "$(id -u)" -ne 0 ]; then id -un
  elif id -u postgres >/dev/null 2>&1; then echo postgres
  else echo nobody
  fi
}

# Runs a command as the servers' user, without the lock that the caller may hold.
as_server() {
  local user
  user=$(server_user)
  if [ "$user" = "$(id -un)" ]; then "$@" 9>&-
  elif command -v setpriv >/dev/null; then setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@" 9>&-
  elif command -v runuser >/dev/null; then runuser -u "$user" -- "$@" 9>&-
  else die "started as root, and neither setpriv nor runuser is here to become $user: apt-get install util-linux"
  fi
}

# Makes the scratch folder. Only a folder that bears the mark is ever emptied.
make_scratch() {
  mkdir -p "$BENCH_DIR"
  if [ ! -e "$BENCH_DIR/.understudy-benchmarks" ]; then
    [ -z "$(ls -A "$BENCH_DIR")" ] || die "$BENCH_DIR is not empty and not ours: set BENCH_DIR to a new folder"
    : >"$BENCH_DIR/.understudy-benchmarks"
  fi
  chmod a+rx "$BENCH_DIR"
}

# One benchmark at a time in a scratch folder; held until the calling script ends.
lock_scratch() {
  exec 9>"$BENCH_DIR/lock"
  flock -n 9 || die "another benchmark runs in $BENCH_DIR: wait for it, or set BENCH_DIR to another folder"
}

use_jdk() {
  . "$BENCH_HOME/../bin/find-jdk"
  JAVA_HOME=$(find_jdk_25) || exit 2
  export JAVA_HOME
}

# A reference side's Maven project, with its libraries beside its jar.
build_job() {
  local folder=$BENCH_HOME/$1
  [ "$folder/target/job.jar" -nt "$folder/pom.xml" ] && [ -d "$folder/target/lib" ] \
    && [ -z "$(find "$folder/src" -newer "$folder/target/job.jar" -type f)" ] && return
  say "building $1"
  mvn -B -ntp -q -f "$folder/pom.xml" clean package >&2
}

# The independent reader of Parquet that the checks use.
fetch_duckdb() {
  ls "$BENCH_DIR"/lib/duckdb_jdbc-*.jar >/dev/null 2>&1 && return
  say "fetching DuckDB's driver"
  mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
    -Dartifact=org.duckdb:duckdb_jdbc:2.0.0.1 -DoutputDirectory="$BENCH_DIR/lib" >&2
}

# Starts the product once, which builds it where its sources are newer: that is no part of a measurement.
build_understudy() {
  export UNDERSTUDY=${UNDERSTUDY:-$(cd "$BENCH_HOME/.." && pwd)/understudy}
  [ -x "$UNDERSTUDY" ] || die "$UNDERSTUDY is not there or not executable"
  "$UNDERSTUDY" --help >/dev/null 9>&-
}
