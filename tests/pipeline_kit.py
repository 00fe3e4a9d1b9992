"""Whole runs of the product in processes of their own, and what tests read of the homes that they leave behind.

Runs start from a fork server that has imported Dagster, dbt and Great Expectations once, so each costs what the run
itself costs, is a process with its own environment and standard streams, and can be killed like one.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import duckdb

PEOPLE = 2_000
#: Of every dataset's rows, how many change or are new in one of the later nights.
NIGHT_SHARE = 0.05
#: Exit codes of a run that published; 3 says that some agency was silent, as 16.13 is in the simulation.
PUBLISHED = (0, 3)
_PRELOAD = [
    "dagster", "dagster_dbt", "dbt.cli.main", "dbt.adapters.duckdb", "great_expectations", "duckdb_sqlalchemy",
    "duckdb", "pandas", "pyarrow.parquet", "psycopg", "pymysql", "python_calamine", "sqlalchemy", "simulation",
    "orchestration.cli", "orchestration.execution", "expectations.engine", "pipeline_kit",
]  # fmt: skip
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(_PRELOAD)
_LONGEST = 300.0
#: Of two runs these may differ: the run that wrote a row, and when something was received or judged.
RUN_COLUMNS = ("_run_id",)
TIME_PREFIX = "_waktu_"


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    exit: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything it printed."""
        return self.out + self.err


@dataclass(frozen=True)
class Running:
    """A command that runs."""

    process: BaseProcess
    streams: tuple[Path, Path]

    def wait(self, seconds: float = _LONGEST) -> Outcome:
        """Wait until it ends by itself."""
        self.process.join(seconds)
        if self.process.is_alive():
            self.kill()
            raise AssertionError(f"still running after {seconds} s:\n{self.streams[1].read_text()[-4000:]}")
        out, err = (stream.read_text(encoding="utf-8", errors="replace") for stream in self.streams)
        return Outcome(self.process.exitcode or 0, out, err)

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is cleaned up."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join(30)


@dataclass(frozen=True)
class Province:
    """Simulated agencies, their truth, and a home that receives from them; all below one folder."""

    folder: Path

    @property
    def agencies(self) -> Path:
        return self.folder / "instansi"

    @property
    def truth(self) -> Path:
        return self.folder / "kebenaran"

    @property
    def home(self) -> Path:
        return self.folder / "rumah"

    @property
    def network(self) -> Path:
        """What the first run tried to reach, one JSON list per line."""
        return self.folder / "jaringan.jsonl"

    @property
    def printed(self) -> str:
        """What the commands so far wrote to their standard streams."""
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob(".[0-9]*.*"))

    @property
    def snapshot(self) -> Path:
        """Database file of the current snapshot."""
        return self.home / "published" / "current" / "satudata.duckdb"


@dataclass(frozen=True)
class Nights:
    """Three later nights, each run incrementally: a snapshot's database per night, the province after nights 2 and 3."""

    snapshots: dict[int, Path]
    second: Province
    third: Province


def start(home: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> Running:
    """Start ``satudata --home HOME ARGUMENTS...``."""
    return start_call(_satudata, ["--home", str(home), *arguments], streams=home.parent, environ=environ)


def satudata(home: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> Outcome:
    """Run ``satudata --home HOME ARGUMENTS...`` to its end."""
    return start(home, *arguments, environ=environ).wait()


def start_call(
    function: Callable[..., object], *arguments: object, streams: Path, environ: Mapping[str, str] | None = None
) -> Running:
    """Start ``function(*arguments)``, a function of a module, in a process of its own."""
    streams.mkdir(parents=True, exist_ok=True)
    number = f"{time.monotonic_ns()}"
    out, err = streams / f".{number}.out", streams / f".{number}.err"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SATUDATA_", "DAGSTER_", "DBT_"))}
    process = _FORKS.Process(
        target=_child, args=(function, arguments, {**kept, **(environ or {})}, out, err), daemon=True
    )
    process.start()
    return Running(process, (out, err))


def call(function: Callable[..., Any], *arguments: object, streams: Path) -> Any:
    """The JSON-able result of ``function(*arguments)``, computed in a process of its own."""
    outcome = start_call(_printing, function, arguments, streams=streams).wait()
    assert outcome.exit == 0, outcome.err[-4000:]
    return json.loads(outcome.out.splitlines()[-1])


def _printing(function: Callable[..., Any], arguments: Sequence[object]) -> None:
    result = json.dumps(function(*arguments), default=str)
    sys.stdout.write("\n" + result + "\n")


def _satudata(arguments: list[str]) -> None:
    from orchestration.cli import main

    main(arguments)


def without_network(arguments: list[str], record: Path) -> None:
    """``satudata ARGUMENTS...`` with every attempt to reach a network recorded and, where root may, no network at all.

    Python's sockets and new processes are recorded by an audit hook; the empty network namespace is for native code,
    which would fail there and with it the run.
    """
    import ctypes

    isolated = ctypes.CDLL(None, use_errno=True).unshare(0x40000000) == 0  # CLONE_NEWNET
    watched = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "subprocess.Popen")
    with record.open("w", encoding="utf-8") as handle:

        def note(event: str, arguments: tuple[Any, ...]) -> None:
            if event in watched:
                handle.write(json.dumps([event, repr(arguments)]) + "\n")
                handle.flush()

        handle.write(json.dumps(["isolated", isolated]) + "\n")
        sys.addaudithook(note)
        _satudata(arguments)


def _child(
    function: Callable[..., object], arguments: Sequence[object], environ: dict[str, str], out: Path, err: Path
) -> None:
    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(environ)
    _spare_syncs()
    function(*arguments)


def _spare_syncs() -> None:
    """Dagster commits a thousand times per run; a killed process loses nothing that only power loss would take."""
    import sqlalchemy as sa

    @sa.event.listens_for(sa.engine.Engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        if type(connection).__module__.startswith("sqlite3"):
            connection.execute("pragma synchronous = off")


def make_home(
    province: Province, *, postgres_url: str | None = None, mariadb_url: str | None = None, **settings: object
) -> None:
    """A home for agencies that are there already, as ``satudata demo`` makes it."""
    from contracts.home import SOURCES, Home
    from orchestration.commands.demo import sources

    home = Home(province.home)
    home.create({"zona": "Asia/Jakarta", "jadwal_aktif": False, **settings})
    (home.root / SOURCES).write_text(sources(province.agencies, postgres_url, mariadb_url), encoding="utf-8")
    (home.root / SOURCES).chmod(0o600)


def restore(frozen: Path, folder: Path) -> Province:
    """Put a frozen province back in its place; paths inside it stay true, so nothing is prepared anew."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(frozen, folder, symlinks=True)
    return Province(folder)


def fresh_checks(home: str) -> dict[str, tuple[bool, str]]:
    """Per contract's asset what the last run said of ``pengiriman_segar``: passed, reason. For ``call``."""
    import dagster as dg

    os.environ["DAGSTER_HOME"] = str(Path(home) / "dagster")
    found: dict[str, tuple[bool, str]] = {}
    with dg.DagsterInstance.get() as instance:
        for run in reversed(instance.get_runs(limit=1)):
            for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
                assert entry.dagster_event is not None
                check = entry.dagster_event.asset_check_evaluation_data
                if check.check_name == "pengiriman_segar":
                    reason = str(check.metadata["alasan"].value)
                    found[check.asset_key.path[-1]] = (check.passed, reason)
    return found


def forget_runs(province: Province) -> None:
    """A home as before its first run, with the same id key and the same preparation."""
    for name in ("landing", "published", "logs", "errors", "dagster"):
        shutil.rmtree(province.home / name, ignore_errors=True)
    for folder in (province.home / "state" / name for name in ("identitas", "penerimaan", "putusan")):
        shutil.rmtree(folder, ignore_errors=True)
    forget_build(province)


def forget_build(province: Province) -> None:
    """Everything that may be deleted at any time, but for what dbt's parser wrote."""
    build = province.home / "build"
    for entry in build.iterdir():
        if entry.name not in ("prepared", "extensions"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def log_events(home: Path) -> list[dict[str, Any]]:
    """Every event of every run's JSON log, oldest run first."""
    found: list[dict[str, Any]] = []
    for path in sorted((home / "logs").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return found


def kill_at(running: Running, home: Path, reached: Callable[[Path, list[dict[str, Any]]], bool]) -> None:
    """Kill the run as soon as ``reached(home, its events so far)``."""
    before = {path.name for path in (home / "logs").glob("*.jsonl")}
    until = time.monotonic() + _LONGEST
    while time.monotonic() < until:
        if reached(home, [e for e in log_events(home) if f"{e['run_id']}.jsonl" not in before]):
            running.kill()
            return
        if not running.process.is_alive():
            raise AssertionError(f"ended before the boundary: {running.wait().text[-4000:]}")
        time.sleep(0.005)
    running.kill()
    raise AssertionError("the boundary was never reached")


def freeze_states(running: Running, province: Province, folder: Path) -> Iterator[Path]:
    """Halt the run after every event of its log and copy the province: what SIGKILL at that moment would leave.

    States that differ in nothing but logs and Dagster's own history are copied once.
    """
    before = {path.name for path in (province.home / "logs").glob("*.jsonl")}
    assert running.process.pid is not None
    seen, events = set(), 0
    while running.process.is_alive():
        found = sum(f"{event['run_id']}.jsonl" not in before for event in log_events(province.home))
        if found == events:
            time.sleep(0.002)
            continue
        events = found
        os.kill(running.process.pid, signal.SIGSTOP)
        try:
            state = _left_on_disk(province)
            if state not in seen:
                seen.add(state)
                yield shutil.copytree(province.folder, folder / f"{events:04d}", symlinks=True)
        finally:
            os.kill(running.process.pid, signal.SIGCONT)
    outcome = running.wait()
    assert outcome.exit in PUBLISHED, outcome.text[-3000:]


def _left_on_disk(province: Province) -> frozenset[tuple[str, int, int]]:
    """Every file but logs and history: path, size, time of its last change."""
    found = []
    for name in ("landing", "state", "build", "published"):
        for path in (province.home / name).rglob("*"):
            status = path.lstat()
            found.append((str(path.relative_to(province.home)), status.st_size, status.st_mtime_ns))
    return frozenset(found)


def query(database: Path, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Rows of a database that is opened read-only."""
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(sql, parameters).fetchall()


def published_tables(database: Path) -> list[str]:
    """``schema.name`` of every published table."""
    return [
        row[0]
        for row in query(
            database,
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'main' order by 1",
        )
    ]


def differences(left: Path, right: Path, *, ignore: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """In words, how two snapshots differ, run and time columns apart; nothing when they are equal.

    Args:
        left: database file.
        right: database file.
        ignore: per table further columns that may differ.
    """
    found = []
    with duckdb.connect() as con:
        con.execute(f"attach '{left}' as kiri (read_only); attach '{right}' as kanan (read_only)")
        tables = {side: _columns(con, side) for side in ("kiri", "kanan")}
        for table in sorted(tables["kiri"].keys() ^ tables["kanan"].keys()):
            found.append(f"{table}: only in one of them")
        for table in sorted(tables["kiri"].keys() & tables["kanan"].keys()):
            if tables["kiri"][table] != tables["kanan"][table]:
                found.append(f"{table}: other columns")
                continue
            spared = {*RUN_COLUMNS, *(ignore or {}).get(table, ())}
            columns = [c for c in tables["kiri"][table] if c not in spared and not c.startswith(TIME_PREFIX)]
            found += _different_rows(con, table, columns)
    return found


def _columns(con: duckdb.DuckDBPyConnection, side: str) -> dict[str, list[str]]:
    rows = con.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns() "
        "where database_name = ? and schema_name <> 'main' and not internal group by all",
        [side],
    ).fetchall()
    return dict(rows)


def _different_rows(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> Iterator[str]:
    names = ", ".join(f'"{column}"' for column in columns)
    for one, other in (("kiri", "kanan"), ("kanan", "kiri")):
        relation = con.sql(f"select {names} from {one}.{table} except all select {names} from {other}.{table}")
        rows = relation.fetchall()
        if rows:
            yield f"{table}: {len(rows)} rows only in {one}, e.g. {dict(zip(columns, rows[0], strict=True))}"


#: Where values of persons may lie: as received, as built, in the private folder of foreign errors, and in the addresses.
_PERSONAL = (
    "landing/*/*/rows.parquet", "landing/*/*/received/*", "build/gudang.duckdb*", "build/cache/**/*", "build/tumpah/**/*",
    "build/prepared/tumpah/**/*", "errors/*", "sumber.env",
    "state/identitas/*",  # record keys of founders, which a contract may build from a NIK (docs/operating.md)
)  # fmt: skip


def leaks(home: Path, canaries: Iterable[str], *printed: str) -> list[str]:
    """Where a value shows that must not: in files of the home, in the snapshots' tables, in what was printed.

    Args:
        home: everything below it is searched, but for the places that hold persons' values on purpose.
        canaries: numbers and names, searched without regard to case.
        printed: texts, e.g. what commands wrote.
    """
    wanted = {canary.lower() for canary in canaries}
    allowed = {path for pattern in (*_PERSONAL, "build/extensions/**/*") for path in home.glob(pattern)}
    found = [f"printed text {number}: {hit}" for number, text in enumerate(printed) for hit in _hits(text, wanted)]
    for path in sorted(p for p in home.rglob("*") if p.is_file() and not p.is_symlink() and p not in allowed):
        text = _dump(path) if path.suffix == ".duckdb" else path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(home)}: {hit}" for hit in _hits(f"{path.relative_to(home)}\n{text}", wanted)]
    return found


def _hits(text: str, wanted: set[str]) -> list[str]:
    text = text.lower()
    if len(wanted) < 100:
        return sorted(word for word in wanted if word in text)
    numbers = set(re.findall(r"(?<![0-9])[0-9]{16}(?![0-9])", text)) & wanted
    pairs = set(re.findall(r"(?=\b([a-z']+ [a-z']+))", text))
    names = {word for word in wanted if " ".join(word.split()[:2]) in pairs and word in text}
    return sorted(numbers | names)


def _dump(database: Path) -> str:
    with duckdb.connect(str(database), read_only=True) as con:
        tables = con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        rows = [con.execute(f'select * from "{schema}"."{table}"').fetchall() for schema, table in tables]
    return "\n".join(str(row) for table in rows for row in table)


def ledger_problems(database: Path) -> list[tuple[Any, ...]]:
    """Lines of the ledger and of the balances that do not balance."""
    return query(
        database,
        "select 'buku_besar', kontrak, delivery_id, selisih from mutu.buku_besar where selisih is distinct from 0 "
        "union all select 'neraca', cast(neraca as varchar), objek, selisih from mutu.neraca "
        "where selisih is distinct from 0",
    )
