#!/usr/bin/env python3
"""Kills runs and compares what they leave with what an undisturbed run leaves. Started by kill.sh.

    kill.py N [ROWS] [SEED]
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import bench
from bench import SOURCE, TARGET, say

TABLES = ("customer", "orders", "journal", "department")
CONFIG = os.path.join(bench.HOME, "kill.yaml")
AGAIN = 0.4  # the chance that a run which goes on is killed once more
PATIENCE = 180  # seconds in which a run that lost its process must have been taken over


class Difference(Exception):
    """The result is not what it must be."""


def kill_data(rows):
    return bench.data_set("kill", ["customer.sql", "orders.sql", "generations.sql"], rows,
                          customers=rows // 5, orders=rows * 3 // 5)


# ---------------------------------------------------------------- what a run left


def twin_state():
    """Rows and an order-free checksum of every table but for its generation, and the generations found."""
    rows = bench.rows_of(TARGET, "twin")
    if sorted(rows) != sorted(TABLES):
        raise Difference(f"the twin has the tables {sorted(rows)}")
    state, generations = {}, set()
    for table in TABLES:
        columns = TARGET.query("twin", "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
                                       f"WHERE attrelid = 'public.{table}'::regclass AND attnum > 0 AND NOT attisdropped "
                                       "AND attname <> 'generation'")
        state[table] = TARGET.query("twin", f"""
            SELECT count(*), sum(hashtextextended(ROW({columns})::text, 0)::numeric) FROM public.{table}""")
        generations.update(TARGET.query("twin", f"SELECT DISTINCT generation FROM public.{table}").splitlines())
    state["constraints"] = TARGET.query("twin", """
        SELECT string_agg(conrelid::regclass || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated, '; '
            ORDER BY conrelid::regclass::text, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""")
    return state, generations


def lake_state(lake):
    return bench.lake_checksums(bench.understudy_parts(lake, "kill"), "generation")


def check(generation, lake, expected):
    twin, generations = twin_state()
    if generations != {str(generation)}:
        raise Difference(f"the twin holds the generations {sorted(generations)}, not {generation}")
    found = {"twin": twin, "lake": lake_state(lake)}
    if expected is not None and found != expected:
        raise Difference("differs from the undisturbed run:\n" + json.dumps({"expected": expected, "found": found}, indent=2))
    return found


# ---------------------------------------------------------------- the reader of the twin


class Reader(threading.Thread):
    """Reads the twin as its users do, all the time. It must find all tables whole and of one generation, or no twin at
    all for the moment of a swap."""

    QUERY = " UNION ALL ".join(
        f"SELECT '{table}', count(*), min(generation), max(generation) FROM public.{table}" for table in TABLES)

    def __init__(self, rows):
        super().__init__(daemon=True)
        self.rows = rows
        self.reads = 0
        self.refused = 0
        self.last = 0
        self.difference = None
        self.over = threading.Event()

    def run(self):
        while not self.over.is_set() and self.difference is None:
            try:
                lines = TARGET.query("twin", self.QUERY).splitlines()
            except RuntimeError as failure:
                # In a swap the database is closed for a moment. A table that is missing is no such moment.
                if "relation" in str(failure):
                    self.difference = f"a reader found a twin without a table: {failure}"
                self.refused += 1
            else:
                self.reads += 1
                self.difference = self.judge([line.split("|") for line in lines])
            self.over.wait(0.2)

    def judge(self, tables):
        generations = {generation for _, _, low, high in tables for generation in (low, high)}
        counts = {name: int(count) for name, count, _, _ in tables}
        if len(generations) != 1:
            return f"a reader found a mix of generations: {tables}"
        if counts != self.rows:
            return f"a reader found {counts} rows, not {self.rows}"
        found = int(generations.pop())
        if found < self.last:
            return f"a reader found generation {found} after {self.last}"
        self.last = found
        return None


# ---------------------------------------------------------------- runs


class Product:
    def __init__(self, data):
        self.home = os.path.join(bench.DIR, "kill-home")
        self.lake = os.path.join(bench.DIR, "kill-lake")
        self.raw = os.path.join(bench.DIR, "raw", "kill")
        for folder in (self.home, self.lake):
            shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(os.path.dirname(self.raw), exist_ok=True)
        self.environment = {**os.environ, **bench.understudy_environment(data, self.home, self.lake)}

    def start(self, *arguments):
        with open(self.raw + ".out", "w") as out, open(self.raw + ".err", "w") as err:
            # A session of its own, so that a kill reaches the JVM and whatever started it, and nothing else.
            return subprocess.Popen([bench.UNDERSTUDY, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                    cwd=bench.work_folder(), env=self.environment, start_new_session=True)

    def unfinished(self):
        """The number of the latest run, if it is not done; what a user would read from `runs`."""
        done = subprocess.run([bench.UNDERSTUDY, "runs", "--limit", "1", "--json"], stdout=subprocess.PIPE,
                              cwd=bench.work_folder(), env=self.environment, universal_newlines=True)
        if done.returncode:
            raise Difference(f"`understudy runs` failed with exit code {done.returncode}")
        runs = json.loads(done.stdout or "[]")
        return str(runs[0]["run"]) if runs and runs[0]["status"].lower() != "done" else None

    def output(self):
        return bench.tail(self.raw)


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ended_within(process, seconds):
    try:
        process.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        return False


def next_generation(data, generation):
    for table in TABLES:
        SOURCE.query(data.database, f"UPDATE {table} SET generation = {generation}")
    SOURCE.query(data.database, "VACUUM ANALYZE")


class Counts:
    kills = 0
    finished = 0
    before_the_kill = 0
    by_restart = 0
    by_run = 0
    refused = 0


def disturbed_run(product, chance, seconds, counts, wanted):
    """One run, killed at least once unless it is over before, until it is done."""
    arguments = ["run", CONFIG, "--json"]
    killing = True
    killed = False
    deadline = None
    while True:
        process = product.start(*arguments)
        if killing:
            if not ended_within(process, chance.uniform(0, seconds * 1.1)):
                kill(process)
                counts.kills += 1
                killed = True
                deadline = None
                killing = chance.random() < AGAIN and counts.kills < wanted
                number = product.unfinished() if chance.random() < 0.7 else None
                arguments = ["restart", number, "--json"] if number else ["run", CONFIG, "--json"]
                continue
            counts.before_the_kill += 1
        if not ended_within(process, 3600):
            kill(process)
            raise Difference(f"`{' '.join(arguments)}` did not end within an hour\n{product.output()}")
        if process.returncode == 0:
            counts.finished += 1
            counts.by_restart += arguments[0] == "restart"
            counts.by_run += arguments[0] == "run"
            return
        # A killed process may count as alive until its lease is over; then the run must go on.
        deadline = deadline or time.monotonic() + PATIENCE
        if not killed or time.monotonic() > deadline:
            raise Difference(f"`{' '.join(arguments)}` failed with exit code {process.returncode}\n{product.output()}")
        counts.refused += 1
        say(f"`{arguments[0]}` ended with exit code {process.returncode}, asking again: {product.output().splitlines()[-1:]}")
        killing = False
        time.sleep(2)


def main(arguments):
    wanted = int(arguments[0])
    rows = int(arguments[1]) if len(arguments) > 1 else 100_000
    seed = int(arguments[2]) if len(arguments) > 2 else random.randrange(1_000_000)
    chance = random.Random(seed)
    say(f"{wanted} kills, {rows:,} rows, seed {seed}")
    data = kill_data(rows)
    bench.fresh_twin()()
    product = Product(data)

    generation = 1
    next_generation(data, generation)
    begin = time.monotonic()
    process = product.start("run", CONFIG, "--json")
    if process.wait() != 0:
        bench.stop(f"the undisturbed run failed with exit code {process.returncode}\n{product.output()}")
    seconds = time.monotonic() - begin
    expected = check(generation, product.lake, None)
    source_rows = {table: data.rows[table] for table in TABLES}
    if {table: rows for table, (rows, _) in expected["lake"].items()} != source_rows or any(
            int(expected["twin"][table].split("|")[0]) != source_rows[table] for table in TABLES):
        bench.stop(f"the undisturbed run already differs from the source: {expected}")
    say(f"undisturbed run: {seconds:.1f} s")

    reader = Reader(source_rows)
    reader.last = generation
    reader.start()
    counts = Counts()
    try:
        while counts.kills < wanted:
            generation += 1
            next_generation(data, generation)
            disturbed_run(product, chance, seconds, counts, wanted)
            check(generation, product.lake, expected)
            if reader.difference:
                raise Difference(reader.difference)
            say(f"generation {generation}: equal; {counts.kills} of {wanted} kills")
    except Difference as difference:
        say(f"DIFFERENCE after {counts.kills} kills, generation {generation}, seed {seed}: {difference}")
        return 1
    finally:
        reader.over.set()
        reader.join(10)
    if reader.difference:
        say(f"DIFFERENCE: {reader.difference}")
        return 1
    print(f"{counts.kills} kills in {counts.finished} runs, seed {seed}: every result equals the undisturbed run's.\n"
          f"Finished by restart {counts.by_restart}, by run {counts.by_run}; over before the kill {counts.before_the_kill}; "
          f"refused at first and asked again {counts.refused}.\n"
          f"The reader saw the twin whole {reader.reads} times, and {reader.refused} times no twin during a swap.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
