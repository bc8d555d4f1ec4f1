"""A MariaDB server of its own for tests: a unix socket and a port of the loopback, gone when the block ends."""

import getpass
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_QUICK = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=32M",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--performance-schema=off",
    "--log-warnings=0",
)


@contextmanager
def mariadb_server(*options: str) -> Iterator[str]:
    """Start a server in a new folder and yield the URL of its database `erp`, as SQLAlchemy with pymysql takes it."""
    with tempfile.TemporaryDirectory(prefix="maria") as folder:
        _install(Path(folder))
        server, port = _started(Path(folder), options)
        try:
            url = f"mysql+pymysql://root@127.0.0.1:{port}/"
            _create_database(port)
            yield url + "erp?ssl_disabled=true"  # the loopback needs none, and each connection would prepare for it
        finally:
            server.kill()
            server.wait()
            if server.stderr is not None:
                server.stderr.close()


def _install(folder: Path) -> None:
    (folder / "tmp").mkdir()
    command = [
        shutil.which("mariadb-install-db") or "mariadb-install-db",
        "--no-defaults",
        f"--datadir={folder / 'data'}",
        f"--tmpdir={folder / 'tmp'}",
        f"--user={getpass.getuser()}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _started(folder: Path, options: tuple[str, ...]) -> tuple["subprocess.Popen[str]", int]:
    """The server once it says that it is ready; another port where somebody took the first one meanwhile."""
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            shutil.which("mariadbd") or "mariadbd",
            "--no-defaults",
            f"--datadir={folder / 'data'}",
            f"--tmpdir={folder / 'tmp'}",
            f"--user={getpass.getuser()}",
            f"--socket={folder / 'socket'}",
            f"--pid-file={folder / 'pid'}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            *_QUICK,
            *options,
        ]
        server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        said = []
        for line in server.stderr or ():
            said.append(line)
            if "ready for connections" in line:
                return server, port
        server.wait()
        if not any("already in use" in line for line in said):
            raise RuntimeError("".join(said[-20:]))
    raise RuntimeError("no port is free")


def _create_database(port: int) -> None:
    import pymysql  # noqa: PLC0415 - only the tests that start a server need it

    connection = pymysql.connect(host="127.0.0.1", port=port, user="root")
    with connection, connection.cursor() as cursor:
        cursor.execute("create database erp character set utf8mb4 collate utf8mb4_general_ci")
