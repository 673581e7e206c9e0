"""A PostgreSQL server of the tests' own: made, used and thrown away within one test run.

The server is a child of the thread that starts it, so start it on the main one, and it dies with
this process even where nobody stops it. Each worker of a parallel run starts its own, which takes
about a second and spares the workers any agreement among themselves.
"""

import itertools
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections import deque
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

_USER = "clinicdesk"
_START_SECONDS = 60
_STOP_SECONDS = 30
_READY = "database system is ready to accept connections"
# What a crash would lose does not matter to a test; what a transaction sees is the same.
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class PostgresMissingError(Exception):
    """Nothing on this machine can run a PostgreSQL server; the text says why."""


class PostgresStartError(Exception):
    """The server's programs are here but did not start; the text is what they said."""


class PostgresCluster:
    """A running server on a loopback port, holding databases for one test each."""

    def __init__(self, folder: Path, process: subprocess.Popen[str], port: int) -> None:
        self.port = port
        self._folder = folder
        self._process = process
        self._numbers = itertools.count(1)

    def url_for_new_database(self, template: str | None = None) -> str:
        """Make a database and give its URL, which libpq and SQLAlchemy both understand.

        It is empty, or a copy of the one whose URL is `template`; that one must have no open
        connections. A copy of a migrated template costs a few hundredths of a second.
        """
        name = f"clinic_{next(self._numbers)}"
        source = "template0" if template is None else _database_of(template)
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, source)
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        """Remove the database with this URL, whoever is still connected to it."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", _database_of(url))

    def stop(self) -> None:
        """End the server at once and remove all it stored; a second call does nothing."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _administer(self, statement: str, *names: str) -> None:
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        url = f"postgresql://{_USER}@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(composed)


def start_cluster() -> PostgresCluster:
    """Start a fresh server on a free port of 127.0.0.1.

    Raises PostgresMissingError where no server is installed, PostgresStartError where it is but
    cannot start.
    """
    programs = _server_programs()
    folder = Path(tempfile.mkdtemp(prefix="clinicdesk-postgres-"))
    try:
        _initialise(programs, folder)
        return _serve(programs, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _server_programs() -> Path:
    """Find the folder of initdb and postgres; Debian keeps one a version, off the path."""
    folders = [found.parent for found in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if folders:
        return max(folders, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))])
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresMissingError("no PostgreSQL server is installed here (initdb was not found)")


def _initialise(programs: Path, folder: Path) -> None:
    account = _unprivileged_account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    made = subprocess.run(
        [
            *_as_unprivileged(),
            programs / "initdb",
            f"--pgdata={folder / 'data'}",
            f"--username={_USER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ],
        env=_environment(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise PostgresStartError(made.stderr)


def _serve(programs: Path, folder: Path) -> PostgresCluster:
    said = ""
    # Between our choice of a port and the server's use of it, another program may take it.
    for _ in range(3):
        port = _free_port()
        options = _OPTIONS | {"port": str(port), "unix_socket_directories": str(folder)}
        process = subprocess.Popen(
            [
                *_as_unprivileged(),
                programs / "postgres",
                f"-D{folder / 'data'}",
                *(f"-c{name}={value}" for name, value in options.items()),
            ],
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        cluster = PostgresCluster(folder, process, port)
        said = _wait_until_ready(process)
        if _READY in said:
            return cluster
        process.kill()
        process.wait()
    raise PostgresStartError(said)


def _wait_until_ready(process: subprocess.Popen[str]) -> str:
    """Give what the server said until it was ready, or until it ended without being so."""
    settled = threading.Event()
    lines: deque[str] = deque(maxlen=200)

    def listen() -> None:
        # The server blocks once nobody reads what it says, so this goes on to the end.
        assert process.stderr
        with process.stderr:
            for line in process.stderr:
                lines.append(line)
                if _READY in line:
                    settled.set()
        settled.set()

    threading.Thread(target=listen, name="postgres log", daemon=True).start()
    settled.wait(_START_SECONDS)
    return "".join(lines)


def _as_unprivileged() -> list[str]:
    """Give the words that run a command without root's rights and end it with this process."""
    changer = shutil.which("setpriv")
    account = _unprivileged_account()
    if changer is None:
        if account:
            raise PostgresMissingError("PostgreSQL refuses to run as root, and setpriv is missing")
        return []
    end_with_us = [changer, "--pdeathsig=QUIT"]
    if account is None:
        return [*end_with_us, "--"]
    ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return [*end_with_us, *ids, "--"]


def _unprivileged_account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


def _environment() -> dict[str, str]:
    """Give our environment without the variables that would send PostgreSQL elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _database_of(url: str) -> str:
    name = make_url(url).database
    assert name, f"{url} names no database"
    return name
