#!/usr/bin/env python3
"""Measures two sides against each other, pair by pair, and writes a Markdown report. Started by run.sh.

    bench.py SCENARIO [ROWS] [PAIRS]

Needs nothing but Python 3.8 and Linux. The servers of servers.sh must be running.
"""

import datetime
import glob
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import namedtuple

HOME = os.path.dirname(os.path.abspath(__file__))
UNDERSTUDY = os.environ.get("UNDERSTUDY", os.path.join(os.path.dirname(HOME), "understudy"))
DIR = os.environ["BENCH_DIR"]
TICKS = os.sysconf("SC_CLK_TCK")


def stop(message):
    sys.exit(f"benchmarks: {message}")


def say(message):
    print(message, file=sys.stderr, flush=True)


# ---------------------------------------------------------------- servers


class Server:
    """One of the two PostgreSQL servers."""

    def __init__(self, name):
        self.name = name
        self.port = os.environ[name.upper() + "_PORT"]
        self.folder = os.path.join(os.environ["SERVERS"], name)
        self.log = self.folder + ".log"

    def psql(self, database, *arguments, script=None, **variables):
        """Runs psql, on a script if given, and returns what it printed: fields parted by |, a line a row."""
        command = [os.path.join(os.environ["PG_BIN"], "psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1",
                   "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-d", database]
        for name, value in variables.items():
            command += ["-v", f"{name}={value}"]
        done = subprocess.run(command + list(arguments), input=script, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True)
        if done.returncode:
            raise RuntimeError(f"{self.name} server: {done.stderr.strip()}")
        return done.stdout.strip()

    def query(self, database, sql):
        return self.psql(database, "-c", sql)

    def settle(self):
        """Writes everything to disk, so that no run pays for the one before."""
        self.query("postgres", "CHECKPOINT")

    pid_file = "postmaster.pid"

    def cpu_seconds(self):
        """Of the server, its living children, and those that it has reaped."""
        with open(os.path.join(self.folder, self.pid_file)) as file:
            postmaster = int(file.readline())
        ticks = 0
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open(f"/proc/{entry}/stat") as file:
                    # The name in parentheses may hold blanks.
                    fields = file.read().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(entry) == postmaster or int(fields[1]) == postmaster:
                ticks += sum(int(field) for field in fields[11:15])
        return ticks / TICKS

    def drop_all(self):
        """Removes what earlier runs left, twins under temporary names included."""
        names = self.query("postgres", "SELECT quote_ident(datname) FROM pg_database "
                                       "WHERE NOT datistemplate AND datname <> 'postgres'")
        for name in names.splitlines():
            self.query("postgres", f"DROP DATABASE {name} WITH (FORCE)")


class MySqlServer(Server):
    """One of the two MariaDB servers."""

    pid_file = "server.pid"

    def __init__(self, name):
        self.name = name
        self.port = os.environ[f"MYSQL_{name.upper()}_PORT"]
        self.folder = os.path.join(os.environ["MYSQL_SERVERS"], name)

    def query(self, database, sql, script=None):
        command = ["mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", self.port, "-u", "bench", "-pbench", "-N", "-B",
                   "--local-infile=1", *([database] if database else [])]
        done = subprocess.run(command, input=sql, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        if done.returncode:
            raise RuntimeError(f"{self.name} server: {done.stderr.strip()}")
        return done.stdout.strip()

    def settle(self):
        self.query("", "SET GLOBAL innodb_max_dirty_pages_pct = 0, GLOBAL innodb_max_dirty_pages_pct_lwm = 0")
        while int(self.query("", "SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'").split()[1]) > 100:
            time.sleep(0.1)
        self.query("", "SET GLOBAL innodb_max_dirty_pages_pct = 90")

    def drop_all(self):
        for name in self.query("", "SHOW DATABASES").split():
            if name not in ("mysql", "sys", "information_schema", "performance_schema"):
                self.query("", f"DROP DATABASE `{name}`")


SOURCE = Server("source")
TARGET = Server("target")


# ---------------------------------------------------------------- data

Data = namedtuple("Data", "database rows tables bytes")


def data_set(kind, files, rows, **variables):
    """Returns a database of the source, generated unless it is there, complete and of the same scripts."""
    database = f"{kind}_{rows}"
    files = ["functions.sql", *files, "finish.sql"]
    paths = [os.path.join(HOME, "data", file) for file in files]
    digest = hashlib.sha256(json.dumps(variables, sort_keys=True).encode())
    for path in paths:
        with open(path, "rb") as file:
            digest.update(file.read())
    mark = "complete " + digest.hexdigest()
    found = SOURCE.query("postgres", "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
                                     f"WHERE datname = '{database}'")
    if found != mark:
        say(f"generating {database}")
        SOURCE.query("postgres", f"DROP DATABASE IF EXISTS {database}")
        SOURCE.query("postgres", f"CREATE DATABASE {database}")
        for path in paths:
            SOURCE.psql(database, "-f", path, **variables)
        SOURCE.query("postgres", f"COMMENT ON DATABASE {database} IS '{mark}'")
    tables = SOURCE.query(database, "SELECT quote_ident(relname) FROM pg_class "
                                    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1").splitlines()
    size = SOURCE.query("postgres", f"SELECT pg_database_size('{database}')")
    return Data(database, rows_of(SOURCE, database), tables, int(size))


def one_table(rows):
    return data_set("one_table", ["customer.sql"], rows, customers=rows)


def two_tables(rows):
    return data_set("two_tables", ["customer.sql", "orders.sql"], rows, customers=rows // 5, orders=rows - rows // 5)


def small_tables(tables):
    return data_set("small_tables", ["small-tables.sql"], tables, tables=tables)


def extremes(rows):
    return data_set("extremes", ["extremes.sql"], rows, wide_rows=max(200, rows // 100), big_rows=max(3, rows // 33_333))


def rows_of(server, database):
    """The rows of each table, counted."""
    lines = server.query(database, """
        SELECT relname || '|' || (xpath('/row/rows/text()',
            query_to_xml(format('SELECT count(*) AS rows FROM %s', c.oid::regclass), false, true, '')))[1]
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema', 'understudy')""").splitlines()
    return {name: int(rows) for name, rows in (line.rsplit("|", 1) for line in lines)}


def warm(data):
    """Reads every table once, so that the source serves both sides from memory."""
    for table in data.tables:
        SOURCE.query(data.database, f"COPY {table} TO PROGRAM 'cat >/dev/null' (FORMAT binary)")


# ---------------------------------------------------------------- one measured run

Measured = namedtuple("Measured", "seconds wall began client_cpu source_cpu target_cpu peak_mb report left")


class Side:
    """Something that copies. `environment` is put over the caller's; `prepare` runs before the clock starts."""

    def __init__(self, name, command, prepare=lambda: None, left=lambda report: "", environment=None, servers=None):
        self.name = name
        self.command = command
        self.prepare = prepare
        self.left = left
        self.environment = environment or {}
        self.servers = servers or (SOURCE, TARGET)


def measure(side):
    side.prepare()
    source, target = side.servers
    for server in side.servers:
        server.settle()
    raw = os.path.join(DIR, "raw", re.sub(r"\W+", "-", side.name))
    os.makedirs(os.path.dirname(raw), exist_ok=True)
    before = source.cpu_seconds(), target.cpu_seconds()
    with open(raw + ".out", "w") as out, open(raw + ".err", "w") as err:
        began, begin = time.time(), time.monotonic()
        process = subprocess.Popen(side.command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=work_folder(),
                                   env={**os.environ, **side.environment})
        # The usage of the process and of all that it waited for.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status) if hasattr(os, "waitstatus_to_exitcode") else status
    after = source.cpu_seconds(), target.cpu_seconds()
    if status:
        stop(f"{side.name} failed with exit code {process.returncode}; its output: {raw}.out and {raw}.err\n{tail(raw)}")
    report = json_of(raw + ".out")
    if report.get("status", "done").lower() not in ("done", "completed"):
        stop(f"{side.name} ended as {report['status']}: {raw}.out")
    # A side that tells its own time starts its clock with the first query and stops it when the twin is in its place:
    # the start of the process and the dropping of the replaced twin apart.
    seconds = wall
    if "durationMillis" in report:
        seconds = (report["durationMillis"] - report.get("phaseMillis", {}).get("clean-up", 0)) / 1000
    return Measured(seconds, wall, began, usage.ru_utime + usage.ru_stime, after[0] - before[0], after[1] - before[1],
                    usage.ru_maxrss / 1024, report, side.left(report))


def work_folder():
    folder = os.path.join(DIR, "work")
    os.makedirs(folder, exist_ok=True)
    return folder


def tail(raw):
    lines = []
    for end in (".err", ".out"):
        with open(raw + end, errors="replace") as file:
            lines += file.read().splitlines()[-15:]
    return "\n".join(lines)


def json_of(path):
    """The JSON that a side printed: the whole output, or its last line that is JSON. Empty if there is none."""
    with open(path, errors="replace") as file:
        text = file.read()
    for candidate in [text, *reversed(text.splitlines())]:
        try:
            found = json.loads(candidate)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return {}


# ---------------------------------------------------------------- what a side leaves behind


def left_in_database(expected):
    """Counts the rows of the twin against the source's and describes its structure."""

    def look(report):
        found = rows_of(TARGET, "twin")
        if found != expected:
            wrong = [name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)]
            stop(f"the target's rows differ from the source's in {', '.join(sorted(wrong)[:10])}")
        keys, foreign, unproven = TARGET.query("twin", """
            SELECT count(*) FILTER (WHERE contype = 'p'), count(*) FILTER (WHERE contype = 'f' AND convalidated),
                count(*) FILTER (WHERE NOT convalidated)
            FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace WHERE nspname = 'public'""").split("|")
        indexes = TARGET.query("twin", """
            SELECT count(*) FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = relnamespace
            WHERE nspname = 'public' AND indisvalid AND NOT indisprimary""")
        analysed = TARGET.query("twin", "SELECT count(*) > 0 FROM pg_stats WHERE schemaname = 'public'") == "t"
        return (f"{sum(found.values()):,} rows in {len(found):,} tables, {keys} primary keys, {indexes} other indexes, "
                f"{foreign} validated foreign keys, {unproven} unvalidated constraints, "
                f"{'with' if analysed else 'no'} statistics")

    return look


def left_in_lake(parts_of, expected):
    """Counts the rows of the Parquet files by DuckDB."""

    def look(report):
        parts = parts_of(report)
        found = {table: rows for table, (rows, _) in lake_checksums(parts).items()}
        if found != expected:
            stop(f"the lake's rows differ from the source's: found {found}, expected {expected}")
        files = [file for group in parts.values() for file in group]
        size = sum(os.path.getsize(file) for file in files)
        return f"{sum(found.values()):,} rows in {len(files)} Parquet files of {size / 1e6:,.1f} MB"

    return look


def left_in_both(first, second):
    return lambda report: first(report) + "; " + second(report)


def understudy_parts(lake, job):
    """The Parquet files of the published version, by table, found as any reader would: from current.json on."""
    with open(os.path.join(lake, job, "current.json")) as file:
        current = json.load(file)
    with open(os.path.join(lake, current["manifest"])) as file:
        manifest = json.load(file)
    return {table["name"]["name"]: [os.path.join(lake, part["key"]) for part in table["parts"]]
            for table in manifest["tables"] if table["parts"]}


def lake_checksums(parts, without=""):
    """Rows and an order-free checksum of each table's Parquet files, as an independent reader sees them.

    Columns named in `without` are left out of the checksum.
    """
    jars = glob.glob(os.path.join(DIR, "lib", "duckdb_jdbc-*.jar"))
    if not jars:
        stop("the DuckDB driver is missing: run.sh and kill.sh fetch it")
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java")
    lines = "".join(f"{table}\t{file}\n" for table, files in parts.items() for file in files)
    done = subprocess.run([java, "-Xmx512m", "--enable-native-access=ALL-UNNAMED", "-cp", jars[0],
                           os.path.join(HOME, "LakeChecksum.java"), without],
                          input=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    if done.returncode:
        stop(f"DuckDB could not read the lake: {done.stderr[-2000:]}")
    found = {}
    for line in done.stdout.splitlines():
        table, rows, checksum = line.split("\t")
        found[table] = int(rows), checksum
    return found


# ---------------------------------------------------------------- the sides


def fresh_twin(structure_of=None):
    """An empty database `twin`; with the empty tables of a source's database where a side does not make them itself."""

    def prepare():
        TARGET.drop_all()
        TARGET.query("postgres", "CREATE DATABASE twin")
        if structure_of:
            dump = subprocess.run([os.path.join(os.environ["PG_BIN"], "pg_dump"), "-h", "127.0.0.1", "-p", SOURCE.port,
                                   "-U", "bench", "--section=pre-data", structure_of],
                                  check=True, stdout=subprocess.PIPE, universal_newlines=True)
            TARGET.psql("twin", script=dump.stdout)

    return prepare


def script(name, *arguments):
    return [os.path.join(HOME, "sides", name), *arguments]


def pipe(data):
    return Side("psql COPY piped", script("pipe.sh", data.database, "twin"),
                fresh_twin(data.database), left_in_database(data.rows))


def pgcopydb(data):
    return Side("pgcopydb", script("pgcopydb.sh", data.database, "twin"), fresh_twin(), left_in_database(data.rows))


def spring_batch(data):
    return Side("plain Spring Batch", script("spring-batch-plain.sh", data.database, "twin"),
                fresh_twin(data.database), left_in_database(data.rows))


def spark(data):
    lake = os.path.join(DIR, "spark-lake")

    def prepare():
        TARGET.drop_all()
        shutil.rmtree(lake, ignore_errors=True)

    def parts(report):
        return {table: glob.glob(os.path.join(lake, table, "*.parquet")) for table in data.rows}

    return Side("Spark local[2]", script("spark.sh", data.database, lake), prepare, left_in_lake(parts, data.rows))


def understudy(data, config, heap="", name="Understudy"):
    """The product on a config of this folder; what it leaves follows from the config's outputs."""
    home = os.path.join(DIR, "understudy")
    lake = os.path.join(DIR, "lake")
    path = os.path.join(HOME, config)
    with open(path) as file:
        text = file.read()
    database = left_in_database(data.rows)
    job = re.search(r"^job: (.*)$", text, re.MULTILINE).group(1)
    files = left_in_lake(lambda report: understudy_parts(lake, job), data.rows)
    if "\nlake:" not in text:
        left = database
    elif "\ntwin:" not in text:
        left = files
    else:
        left = left_in_both(database, files)

    def prepare():
        fresh_twin()()
        # A home of its own for each measured run: what is counted begins with the run's first query.
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(lake, ignore_errors=True)

    return Side(name, [UNDERSTUDY, "run", path, "--json"], prepare, left, understudy_environment(data, home, lake, heap))


def understudy_environment(data, home, lake, heap=""):
    environment = {
        "BENCH_SOURCE_URL": f"jdbc:postgresql://127.0.0.1:{SOURCE.port}/{data.database}",
        "BENCH_TWIN_URL": f"jdbc:postgresql://127.0.0.1:{TARGET.port}/twin",
        "BENCH_LAKE": lake,
        "BENCH_PASSWORD": "bench",
        "BENCH_SECRET": "a secret of no other use than benchmarks",
        "UNDERSTUDY_HOME": home,
    }
    if heap:
        environment["UNDERSTUDY_OPTS"] = heap
    return environment


# ---------------------------------------------------------------- pairs and their report


def compare(title, goal, data, reference, product, pairs, ratio_goal=None, note=None):
    """Runs both sides in turn and returns the report's lines."""
    if reference.servers[0] is SOURCE:
        warm(data)
    runs = {reference: [], product: []}
    for pair in range(1, pairs + 1):
        for side in (reference, product):
            measured = measure(side)
            runs[side].append(measured)
            say(f"{title}, pair {pair} of {pairs}: {side.name} {measured.seconds:.2f} s")
    ratios = [a.seconds / b.seconds for a, b in zip(runs[reference], runs[product])]
    rows = sum(data.rows.values())
    lines = [f"## {title}", "", f"{rows:,} rows in {len(data.rows):,} tables, {data.bytes / 1e6:,.0f} MB in the source. {goal}", ""]
    lines += ["| | " + " | ".join(side.name for side in runs) + " |", "|---|" + "---|" * len(runs)]

    def line(name, value):
        lines.append(f"| {name} | " + " | ".join(value(each) for each in runs.values()) + " |")

    line("seconds", lambda each: spread([run.seconds for run in each], 2))
    line("rows a second", lambda each: f"{rows / statistics.median(run.seconds for run in each):,.0f}")
    line("seconds with process start", lambda each: spread([run.wall for run in each], 2))
    line("CPU seconds of the client", lambda each: spread([run.client_cpu for run in each], 2))
    line("CPU seconds of the source", lambda each: spread([run.source_cpu for run in each], 2))
    line("CPU seconds of the target", lambda each: spread([run.target_cpu for run in each], 2))
    line("CPU µs a row, all together", lambda each: spread(
        [(run.client_cpu + run.source_cpu + run.target_cpu) * 1e6 / rows for run in each], 2))
    line("peak memory of the client, MB", lambda each: spread([run.peak_mb for run in each], 0))
    line("leaves behind", lambda each: "; ".join(sorted({run.left for run in each})))
    lines += ["", "| pair | " + " | ".join(f"{side.name}, s" for side in runs) + " | ratio |", "|---|---|---|---|"]
    for pair, ratio in enumerate(ratios):
        lines.append(f"| {pair + 1} | {runs[reference][pair].seconds:.2f} | {runs[product][pair].seconds:.2f} | {ratio:.2f} |")
    verdict = ""
    if ratio_goal is not None:
        verdict = f", goal {ratio_goal:.2f}: {'reached' if statistics.median(ratios) >= ratio_goal else 'missed'}"
    lines += ["", f"**{reference.name} / {product.name}: {spread(ratios, 2)}{verdict}**"]
    copied = [run.report["copyMillis"] / 1000 for run in runs[reference] if "copyMillis" in run.report]
    if copied:
        lines += ["", f"Of {reference.name}, the copying without the primary key: {spread(copied, 2)} s."]
    if note:
        lines += ["", note(runs[product])]
    return lines + [""]


def spread(values, digits):
    """Median and, of more than one value, the smallest and the largest."""
    median = f"{statistics.median(values):,.{digits}f}"
    return median if len(values) == 1 else f"{median} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def machine():
    cpu = "unknown CPU"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / 1024 / 1024
    java = subprocess.run([os.path.join(os.environ["JAVA_HOME"], "bin", "java"), "--version"],
                          stdout=subprocess.PIPE, universal_newlines=True).stdout.splitlines()[0]
    git = subprocess.run(["git", "-C", os.path.dirname(UNDERSTUDY), "describe", "--always", "--dirty"], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, universal_newlines=True).stdout.strip()
    settings = ", ".join(f"{name} {TARGET.query('postgres', 'SHOW ' + name)}" for name in
                         ("fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers", "max_wal_size"))
    return [f"- {os.cpu_count()} cores of {cpu}, {memory:.0f} GB, Linux {platform.release()}; "
            f"load before the start {os.getloadavg()[0]:.1f}",
            f"- PostgreSQL {TARGET.query('postgres', 'SHOW server_version')} as source and target on the same machine, "
            f"over TCP; target: {settings}",
            f"- {java}; Understudy {git or 'of an unknown version'}"]


# ---------------------------------------------------------------- scenarios


def scenario_one_table(rows, pairs):
    data = one_table(rows)
    return compare("One table, twin only", "Unmasked pipe in two streams against six masked columns of fourteen.",
                   data, pipe(data), understudy(data, "one-table.yaml"), pairs, 0.85)


def scenario_two_tables(rows, pairs):
    data = two_tables(rows)
    return compare("Two tables with keys, an index and a validated foreign key, twin only",
                   "Unmasked pgcopydb against nine masked columns of twenty-four.",
                   data, pgcopydb(data), understudy(data, "two-tables.yaml"), pairs, 0.85)


def scenario_twin_and_lake(rows, pairs):
    data = one_table(rows)
    return compare("Twin and lake in one pass", "Unmasked pipe, twin only, against a masked twin and masked Parquet.",
                   data, pipe(data), understudy(data, "twin-and-lake.yaml"), pairs, 0.55)


def scenario_lake_vs_spark(rows, pairs):
    data = one_table(rows)
    return compare("Lake only", "Both mask six columns and write Parquet with zstd.",
                   data, spark(data), understudy(data, "lake.yaml"), pairs, 3)


def scenario_vs_spring_batch(rows, pairs):
    data = one_table(rows)
    return compare("A plain Spring Batch job", "Unmasked paging reader and batch writer against six masked columns of fourteen.",
                   data, spring_batch(data), understudy(data, "one-table.yaml"), pairs, 3)


def scenario_small_tables(tables, pairs):
    data = small_tables(tables)

    def per_table(runs):
        millis = [run.seconds * 1000 / tables for run in runs]
        reached = "reached" if statistics.median(millis) <= 10 else "missed"
        return f"**Understudy: {spread(millis, 2)} ms a table in all, goal at most 10 ms: {reached}**"

    return compare(f"{tables:,} small tables", "Structure, rows, checks and metadata; 20 rows, a key, an index and a foreign key each.",
                   data, pgcopydb(data), understudy(data, "small-tables.yaml"), pairs, note=per_table)


def scenario_memory(rows, pairs):
    lines = []
    for title, data, config in (
            ("Memory: a tenth of the rows", one_table(rows // 10), "twin-and-lake.yaml"),
            ("Memory: all rows", one_table(rows), "twin-and-lake.yaml"),
            ("Memory: 300 columns", only(extremes(rows), "wide_300"), "wide.yaml"),
            ("Memory: values of 10 MB", only(extremes(rows), "big_values"), "big-values.yaml")):
        lines += compare(title, "The same run with 4 GB of heap and with 256 MB.", data,
                         understudy(data, config, "-Xmx4g", "Understudy -Xmx4g"),
                         understudy(data, config, "-Xmx256m", "Understudy -Xmx256m"), pairs, 0.95)
    return lines


def only(data, table):
    size = SOURCE.query(data.database, f"SELECT pg_total_relation_size('{table}')")
    return Data(data.database, {table: data.rows[table]}, [table], int(size))


def scenario_startup(rows, pairs):
    data = one_table(rows)
    warm(data)
    help_side = Side("help", [UNDERSTUDY, "--help"])
    helps = [measure(help_side).wall for _ in range(pairs)]
    run = understudy(data, "one-table.yaml")
    SOURCE.query("postgres", f"ALTER DATABASE {data.database} SET log_statement = 'all'")
    try:
        firsts = [first_read(run) for _ in range(pairs)]
    finally:
        SOURCE.query("postgres", f"ALTER DATABASE {data.database} RESET log_statement")
    lines = ["## Start", "", "| | seconds | goal | |", "|---|---|---|---|"]
    for name, values, goal in (("`understudy --help`", helps, 0.7),
                               ("`understudy run` to the statement that reads the first row", firsts, 3.0)):
        reached = "reached" if statistics.median(values) <= goal else "missed"
        lines.append(f"| {name} | {spread(values, 2)} | {goal} | {reached} |")
    return lines + [""]


def first_read(side):
    """Seconds from the start of the process to the first COPY that the source was asked for, by the source's log."""
    with open(SOURCE.log, errors="replace") as log:
        log.seek(0, os.SEEK_END)
        measured = measure(side)
        found = (re.match(r"(\d+\.\d+) \[\d+\] .*\bCOPY\b.*\bTO STDOUT\b", line) for line in log)
        marks = [float(mark.group(1)) for mark in found if mark]
    if not marks:
        stop("the source's log shows no COPY ... TO STDOUT")
    return marks[0] - measured.began


def scenario_delta(rows, pairs):
    """Full run, deltas of nothing and of a thousandth, and how fast many rows are applied."""
    data = changing(one_table(rows), "CREATE INDEX ON customer (registered_at)")
    warm(data)
    side = understudy(data, "delta.yaml")
    full = measure(side)
    after_full_run("customer")
    again = Side(side.name, side.command, environment=side.environment)
    runs = {"full run": [full], "empty": [], "0.1 % changed": [], "5 % changed": []}
    reference = []
    for pair in range(1, pairs + 1):
        runs["empty"].append(measure(again))
        thousandth = rows // 10_000
        SOURCE.query(data.database, f"""
            UPDATE customer SET registered_at = clock_timestamp(), visits = visits + 1 WHERE id % 1250 = {pair * 7};
            DELETE FROM customer WHERE id % 10000 = {pair * 7 + 3};
            INSERT INTO customer SELECT {rows + pair * thousandth} + id, email, first_name, last_name, phone, tax_number, birth_date,
                balance, clock_timestamp(), status, subscribed, note, city, visits FROM customer WHERE id <= {thousandth}""")
        runs["0.1 % changed"].append(measure(again))
        SOURCE.query(data.database, f"UPDATE customer SET registered_at = clock_timestamp(), visits = visits + 1 WHERE id % 20 = {pair}")
        reference.append(upsert(f"id % 20 = {pair}"))
        runs["5 % changed"].append(measure(again))
        say(f"delta, round {pair} of {pairs}: " + ", ".join(f"{name} {each[-1].seconds:.2f} s" for name, each in runs.items()))
    for name in list(runs)[1:]:
        if any(run.report["mode"] != "changes" for run in runs[name]):
            stop(f"{name}: the run copied everything")
    lines = ["## Deltas of one table", "",
             f"{rows:,} rows, {data.bytes / 1e6:,.0f} MB in the source. Changed are by the thousandth eight updates, one insert and one delete of ten.", "",
             "| | " + " | ".join(runs) + " |", "|---|" + "---|" * len(runs)]

    def line(name, value):
        lines.append(f"| {name} | " + " | ".join(value(each) for each in runs.values()) + " |")

    line("seconds", lambda each: spread([run.seconds for run in each], 2))
    line("of the full run's", lambda each: spread([run.seconds / full.seconds * 100 for run in each], 1) + " %")
    line("seconds with process start", lambda each: spread([run.wall for run in each], 2))
    line("bytes read of the full run's", lambda each: spread([run.report["bytes"] / full.report["bytes"] * 100 for run in each], 2) + " %")
    line("CPU seconds of client, source, target", lambda each: ", ".join(
        f"{statistics.median(seconds):.1f}" for seconds in
        zip(*((run.client_cpu, run.source_cpu, run.target_cpu) for run in each))))
    line("seconds of phases", lambda each: ", ".join(
        f"{name} {millis / 1000:.1f}" for name, millis in each[-1].report["phaseMillis"].items() if millis >= 50))
    line("peak memory of the client, MB", lambda each: spread([run.peak_mb for run in each], 0))
    changed = rows // 20
    speed = [changed / (run.seconds - empty.seconds) for run, empty in zip(runs["5 % changed"], runs["empty"])]
    whole = [changed / run.seconds for run in runs["5 % changed"]]
    plain = [changed / each for each in reference]
    lines += ["", f"5 % changed: {spread(speed, 0)} upserts a second beyond an empty delta, {spread(whole, 0)} of the whole run; "
                  f"`INSERT .. ON CONFLICT` from a staging table in the target, unmasked: {spread(plain, 0)}, goal: 50,000 or 0.7 of that.", ""]
    share = statistics.median(run.seconds for run in runs["0.1 % changed"]) / full.seconds * 100
    part = statistics.median(run.report["bytes"] for run in runs["0.1 % changed"]) / full.report["bytes"] * 100
    lines += [f"**0.1 % changed: {share:.1f} % of the full run's time, goal 3 %: {'reached' if share <= 3 else 'missed'}; "
              f"{part:.2f} % of its bytes, goal 5 %: {'reached' if part <= 5 else 'missed'}**", ""]
    return lines


def changing(data, *statements):
    """A copy of a database, which may change."""
    database = "changing"
    SOURCE.query("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    SOURCE.query("postgres", f"CREATE DATABASE {database} TEMPLATE {data.database}")
    for statement in statements:
        SOURCE.query(database, statement)
    SOURCE.query(database, "VACUUM (ANALYZE)")
    return Data(database, data.rows, data.tables, data.bytes)


def after_full_run(*tables):
    """What autovacuum does with new tables; it is off, so that it does not fall into a measurement."""
    for table in tables:
        TARGET.query("twin", f"VACUUM (ANALYZE) {table}")


def upsert(condition):
    """Seconds that the target takes to apply changes of these rows by INSERT .. ON CONFLICT; the delta changes them again."""
    TARGET.query("twin", f"CREATE TABLE prepared AS SELECT * FROM customer WHERE {condition}")
    TARGET.query("twin", "UPDATE prepared SET visits = visits + 1, registered_at = clock_timestamp()")
    TARGET.query("twin", "VACUUM (ANALYZE) prepared")
    columns = TARGET.query("twin", "SELECT string_agg(format('%1$I = excluded.%1$I', attname), ', ') FROM pg_attribute "
                                   "WHERE attrelid = 'customer'::regclass AND attnum > 0 AND attname <> 'id'")
    TARGET.query("postgres", "CHECKPOINT")
    begin = time.monotonic()
    TARGET.query("twin", f"INSERT INTO customer SELECT * FROM prepared ON CONFLICT (id) DO UPDATE SET {columns}")
    seconds = time.monotonic() - begin
    TARGET.query("twin", "DROP TABLE prepared")
    return seconds


def scenario_delta_tables(tables, pairs):
    data = changing(small_tables(tables), """
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
                EXECUTE format('ALTER TABLE %s ADD COLUMN changed_at timestamptz NOT NULL DEFAULT clock_timestamp()', name);
                EXECUTE format('CREATE INDEX ON %s (changed_at)', name);
            END LOOP;
        END $$""")
    warm(data)
    side = understudy(data, "delta-tables.yaml")
    full = measure(side)
    again = Side(side.name, side.command, environment=side.environment)
    empty = [measure(again) for _ in range(pairs)]
    if any(run.report["mode"] != "changes" for run in empty):
        stop("a run copied everything")
    seconds = [run.seconds for run in empty]
    reached = "reached" if statistics.median(seconds) <= 3 else "missed"
    return [f"## Empty deltas of {tables} tables", "", "| | full run | empty delta |", "|---|---|---|",
            f"| seconds | {full.seconds:.2f} | {spread(seconds, 2)} |",
            f"| seconds with process start | {full.wall:.2f} | {spread([run.wall for run in empty], 2)} |",
            f"| peak memory of the client, MB | {full.peak_mb:.0f} | {spread([run.peak_mb for run in empty], 0)} |",
            "", f"**Empty delta: {spread(seconds, 2)} s, goal at most 3 s: {reached}**", ""]


def scenario_mysql(rows, pairs):
    servers = MySqlServer("source"), MySqlServer("target")
    data = mysql_table(one_table(rows), servers[0])
    lines = []
    dumper = Side("mydumper and myloader", script("mydumper.sh", "source", "twin"), mysql_twin(servers[1]),
                  left_in_mysql(servers[1], data.rows), servers=servers)
    batch = Side("plain Spring Batch", script("spring-batch-mysql.sh", "source", "twin"), mysql_twin(servers[1], with_table=True),
                 left_in_mysql(servers[1], data.rows), servers=servers)
    twin = mysql_understudy(servers, data, "mysql.yaml", left_in_mysql(servers[1], data.rows))
    lake = mysql_understudy(servers, data, "mysql-lake.yaml", left_in_lake(
        lambda report: understudy_parts(os.path.join(DIR, "lake"), "mysql-lake"), data.rows))
    goal = "Unmasked against six masked columns of fourteen, MariaDB to "
    lines += compare("MariaDB: a twin", goal + "MariaDB.", data, dumper, twin, pairs, 1)
    lines += compare("MariaDB: a lake", goal + "Parquet; the reference loads a table instead.", data, dumper, lake, pairs, 1)
    lines += compare("MariaDB: a plain Spring Batch job", goal + "MariaDB.", data, batch, twin, pairs, 3)
    return [f"- MariaDB {servers[1].query('', 'SELECT version()')} as source and target, each with a buffer pool of "
            f"{int(servers[1].query('', 'SELECT @@innodb_buffer_pool_size')) >> 20} MB; the log is flushed by every commit", "", *lines]


def mysql_table(data, server):
    """The wide table with the rows that PostgreSQL's source has, in the database `source`."""
    mark = f"{data.rows['customer']} rows of {data.database}"
    found = server.query("", "SELECT table_comment FROM information_schema.tables WHERE table_schema = 'source' AND table_name = 'customer'")
    if found != mark:
        say(f"filling MariaDB with {mark}")
        file = os.path.join(DIR, "customer.tsv")
        with open(file, "w") as rows:
            subprocess.run([os.path.join(os.environ["PG_BIN"], "psql"), "-X", "-q", "-h", "127.0.0.1", "-p", SOURCE.port, "-U", "bench",
                            "-d", data.database, "-c", """
                COPY (SELECT id, email, first_name, last_name, phone, tax_number, birth_date, balance,
                    to_char(registered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), status, subscribed::int, note, city, visits
                    FROM customer ORDER BY id) TO STDOUT"""], check=True, stdout=rows)
        with open(os.path.join(HOME, "data", "customer-mysql.sql")) as table:
            server.query("", "DROP DATABASE IF EXISTS source; CREATE DATABASE source; USE source;" + table.read()
                         + f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE customer CHARACTER SET utf8mb4; ANALYZE TABLE customer;"
                         + f"ALTER TABLE customer COMMENT '{mark}'")
        os.remove(file)
    server.query("source", "SELECT sum(length(note)) FROM customer")
    return data


def mysql_twin(server, with_table=False):
    def prepare():
        server.drop_all()
        server.query("", "CREATE DATABASE twin")
        if with_table:
            with open(os.path.join(HOME, "data", "customer-mysql.sql")) as table:
                server.query("twin", table.read())

    return prepare


def left_in_mysql(server, expected):
    def look(report):
        rows = int(server.query("twin", "SELECT count(*) FROM customer"))
        if rows != expected["customer"]:
            stop(f"the target has {rows} rows, the source {expected['customer']}")
        key = server.query("", "SELECT count(*) FROM information_schema.table_constraints WHERE constraint_type = 'PRIMARY KEY' AND table_name = 'customer' "
                               "AND table_schema = 'twin'")
        return f"{rows:,} rows, {key} primary key"

    return look


def mysql_understudy(servers, data, config, left):
    home, lake = os.path.join(DIR, "understudy"), os.path.join(DIR, "lake")
    environment = understudy_environment(data, home, lake)
    environment["BENCH_SOURCE_URL"] = f"jdbc:mysql://127.0.0.1:{servers[0].port}/source"
    environment["BENCH_TWIN_URL"] = f"jdbc:mysql://127.0.0.1:{servers[1].port}/twin"

    def prepare():
        servers[1].drop_all()
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(lake, ignore_errors=True)

    return Side("Understudy", [UNDERSTUDY, "run", os.path.join(HOME, config), "--json"], prepare, left, environment, servers)


SCENARIOS = {
    "one-table": (scenario_one_table, 2_000_000, 5),
    "two-tables": (scenario_two_tables, 10_000_000, 5),
    "twin-and-lake": (scenario_twin_and_lake, 2_000_000, 5),
    "lake-vs-spark": (scenario_lake_vs_spark, 2_000_000, 5),
    "vs-spring-batch": (scenario_vs_spring_batch, 2_000_000, 5),
    "small-tables": (scenario_small_tables, 2_000, 3),
    "memory": (scenario_memory, 2_000_000, 3),
    "startup": (scenario_startup, 20_000, 5),
    "mysql": (scenario_mysql, 2_000_000, 3),
    "delta": (scenario_delta, 10_000_000, 3),
    "delta-tables": (scenario_delta_tables, 200, 5),
}


def main(arguments):
    if not arguments or arguments[0] not in SCENARIOS:
        stop("usage: bench.py " + " | ".join(SCENARIOS) + " [ROWS] [PAIRS]")
    name = arguments[0]
    scenario, rows, pairs = SCENARIOS[name]
    if len(arguments) > 1:
        rows = int(arguments[1])
    if len(arguments) > 2:
        pairs = int(arguments[2])
    moment = datetime.datetime.now()
    about = machine()
    lines = [f"# {name}, {moment:%Y-%m-%d %H:%M}", "", *about, "", *scenario(rows, pairs)]
    os.makedirs(os.path.join(HOME, "results"), exist_ok=True)
    path = os.path.join(HOME, "results", f"{name}-{moment:%Y-%m-%d}.md")
    with open(path, "w") as file:
        file.write("\n".join(lines))
    print("\n".join(lines))
    say(f"written to {path}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main(sys.argv[1:])
    except RuntimeError as failure:
        stop(failure)
