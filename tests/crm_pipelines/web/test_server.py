"""The server as a process: what it prints, what it logs, how it ends."""

import hmac
import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.model.errors import StoreError
from crm_pipelines.web.server import is_loopback, listening_socket
from tests.worlds import PROJECT_KEY

ROOT = Path(__file__).parents[3]
CANARY = "kanarienvogel"
SECRET = "test-secret"
_COMMAND = "from crm_pipelines.cli.main import main; main()"
# A server whose reader breaks over every body, and quotes it, as libraries do.
_BREAKING = """
from crm_pipelines.cli.main import main
from crm_pipelines.web.bodies import BodyReader
def breaks(reader, post):
    raise ValueError(post.body.decode())
BodyReader.read = breaks
main()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    entry = {"connector": "web_form", "path": "data/inbox/form", "inbox": {"scheme": "github", "secret": "${SECRET}"}}
    (tmp_path / "crm_pipelines.yaml").write_text(json.dumps({"sources": {"form": entry}}), encoding="utf-8")
    (tmp_path / ".env").write_text(f"PROJECT_KEY={PROJECT_KEY}\nSECRET={SECRET}\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def started(project: Path) -> "Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]":
    """Start a server; its process and its address once it takes posts."""
    processes: list[subprocess.Popen[str]] = []

    def start(program: str = _COMMAND) -> tuple[subprocess.Popen[str], str]:
        arguments = ["--project", str(project), "--lang", "en", "serve", "--port", "0"]
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        processes.append(process)
        assert process.stdout is not None
        said = "".join(process.stdout.readline() for _ in range(4))  # address, first link, inbox, how to end it
        found = re.findall(r"http://127\.0\.0\.1:\d+", said)
        assert len(found) == 3
        assert f"{found[0]}/inbox/form" in said
        return process, found[0]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=30) as client:
        yield client


def send(client: httpx.Client, address: str, body: object) -> httpx.Response:
    raw = json.dumps(body).encode()
    signature = "sha256=" + hmac.digest(SECRET.encode(), raw, "sha256").hex()
    headers = {"content-type": "application/json", "x-hub-signature-256": signature}
    return client.post(f"{address}/inbox/form", content=raw, headers=headers)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_everything_on_the_disk(started, project, client, number):
    process, address = started()
    assert [send(client, address, {"n": n}).status_code for n in range(5)] == [202] * 5
    process.send_signal(number)  # the connection is still open; it holds nobody up
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out
    assert err == ""
    lines = (project / "data/inbox/form/received-000000000001.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["data"]["n"] for line in lines] == list(range(5))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_applier_beside_it_ends_with_it_however_it_ends(started, number):
    process, _ = started()
    (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    applier = os.pidfd_open(int(child))
    process.send_signal(number)
    assert select.select([applier], [], [], 60.0)[0] == [applier]
    os.close(applier)


def test_nothing_of_a_post_reaches_a_log(started, client):
    process, address = started(_BREAKING)
    assert send(client, address, {"氏名": CANARY}).status_code == 500
    headers = {"x-hub-signature-256": f"sha256={CANARY}", "content-type": "application/json"}
    assert client.post(f"{address}/inbox/form?{CANARY}", headers=headers).status_code == 401
    assert client.get(f"{address}/inbox/{CANARY}?{CANARY}=1").status_code == 405
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert "ValueError" in err
    assert "inbox form: inbox.not_believed.wrong=1" in err
    assert CANARY not in out + err
    assert "Traceback" not in err


def test_another_server_of_the_same_project_is_refused(started, project, client, capsys):
    process, address = started()
    assert run_command(["--project", str(project), "serve", "--port", "0"], {"PROJECT_KEY": PROJECT_KEY}) == 3
    assert str(process.pid) in capsys.readouterr().err
    assert send(client, address, {"n": 1}).status_code == 202


def test_a_port_in_use_is_3(project, capsys):
    with listening_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        arguments = ["--project", str(project), "serve", "--port", str(port)]
        assert run_command(arguments, {"PROJECT_KEY": PROJECT_KEY}) == 3
    assert str(port) in capsys.readouterr().err
    with pytest.raises(StoreError) as caught:
        listening_socket("no such host", 0)
    assert caught.value.code == "serve.no_such_host"


def test_pages_are_there_beside_the_inboxes(started, client):
    _, address = started()
    assert client.get(f"{address}/login").status_code == 200
    assert client.get(f"{address}/review").headers["location"] == "/login"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        (str(IPv4Address(0)), False),
        ("192.0.2.1", False),
        ("::", False),
    ],
)
def test_pages_are_shown_to_this_computer_alone(host, expected):
    assert is_loopback(host) is expected


def test_the_application_imports_neither_dagster_nor_splink():
    heavy = "{'dagster', 'splink', 'great_expectations'}"
    program = f"import sys, crm_pipelines.web.server; sys.exit(bool({heavy} & {{*sys.modules}}))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
