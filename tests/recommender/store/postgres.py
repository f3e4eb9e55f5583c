"""A real PostgreSQL server for tests: Debian's package, on loopback, in a folder that goes away."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def tool(name: str) -> str | None:
    """Return the path of one of PostgreSQL's programs, or None."""
    found = shutil.which(name)
    if found:
        return found
    return next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None)


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run a server and yield the address of an empty database."""
    initdb, pg_ctl = tool("initdb"), tool("pg_ctl")
    assert initdb is not None
    assert pg_ctl is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="mien-postgres-"))
    who: dict[str, int] = {}
    if os.geteuid() == 0:  # the server refuses to be root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        who = {"user": user.pw_uid, "group": user.pw_gid}
    data, log = folder / "data", folder / "log"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **who)  # type: ignore[call-overload]

    try:
        run(initdb, "-D", str(data), "-U", "mien", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=20"
        run(pg_ctl, "-D", str(data), "-l", str(log), "-o", options, "-w", "start")
        try:
            yield f"postgresql://mien@127.0.0.1:{port}/postgres"
        finally:
            run(pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def empty(address: str) -> str:
    """Throw away everything in a database, and return its address."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return address
