"""`alerts`: what is open, a test of a channel, and sending by hand; and that no channel can hold a run."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assets.alerting import after_refusal, after_run, look_after
from connectors.registry import CONNECTORS
from crm_pipelines.alerts.book import open_alerts
from crm_pipelines.model.errors import LockHeldError, StoreError
from crm_pipelines.rules.load import LoadedProject, load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.simulators.server import Service, busy, serving
from tests.simulators.smtp import mail_server
from tests.worlds import World

_CHANNELS = """
pages: https://crm.example.jp
owner: 営業企画
channels:
  program: {{kind: webhook, url: "{url}/hook", secret: "${{HOOK}}"}}
  desk: {{kind: mail, host: 127.0.0.1, port: {port}, security: none, sender: crm@example.jp, to: [desk@example.jp]}}
routes:
  all: {{channels: [program]}}
  owners: {{owners: [営業企画], channels: [desk], language: ja}}
"""


async def take(_: Request) -> Response:
    return PlainTextResponse("ok")


@pytest.fixture(scope="module")
def services() -> Iterator[Service]:
    with serving(Starlette(routes=[Route("/hook", take, methods=["POST"])])) as service:
        yield service


@pytest.fixture
def service(services: Service) -> Service:
    services.requests.clear()
    services.queue.clear()
    return services


@pytest.fixture
def copy(world: World, tmp_path: Path) -> World:
    return world.copy(tmp_path / "project")


def configure(copy: World, service: Service, port: int = 1) -> LoadedProject:
    """Channels to these servers."""
    (copy.root / "rules").mkdir(exist_ok=True)
    text = _CHANNELS.format(url=service.url, port=port)
    (copy.root / "rules" / "alerts.yaml").write_text(text, encoding="utf-8")
    with (copy.root / ".env").open("a", encoding="utf-8") as file:
        file.write("HOOK=0123456789abcdef\n")
    return load_project(copy.root, CONNECTORS, project_environment(copy.root))


def operations(copy: World) -> Path:
    paths = ProjectPaths(copy.root)
    return paths.published / f"{paths.operations.read_text(encoding='utf-8').strip()}.duckdb"


def break_erp(copy: World) -> None:
    """The ERP refuses its password from now on."""
    with duckdb.connect(str(operations(copy))) as con:
        con.execute(
            """update source_status set state = 'needs_action', n_failures = 1, error_code = 'source.refused_login',
                   error_facts = '{"source": "erp", "host": "erp.example.jp"}' where source_system = 'erp'"""
        )


def mend_erp(copy: World) -> None:
    with duckdb.connect(str(operations(copy))) as con:
        con.execute("update source_status set state = 'ok', n_failures = 0, error_code = null, error_facts = null")


def test_a_source_that_breaks_is_told_by_both_channels_once_and_its_recovery_too(
    copy: World, service: Service, ask: CallWorld
) -> None:
    with mail_server() as server:
        loaded = configure(copy, service, server.port)
        break_erp(copy)
        after_run(loaded)
        after_run(loaded)
        code, document = ask(copy, "alerts")
        assert code == 0
        (alert,) = document["alerts"]
        assert (alert["code"], alert["source"], alert["alert_owner"]) == ("source_failed", "erp", "営業企画")
        assert document["alert_messages"] == []
        mend_erp(copy)
        code, sent = ask(copy, "alerts", "send")
        assert (code, sent["n_sent"]) == (0, 2)
        assert ask(copy, "alerts")[1]["alerts"] == []
        assert [one["code"] for one in ask(copy, "alerts", "list", "--passed")[1]["alerts"]] == ["source_failed"]
    assert [one.json["event"] for one in service.requests] == ["opened", "resolved"]
    assert [one["Subject"] for one in server.mails] == [
        "[project] 重大: データソース erp を読み込めません（発生）",
        "[project] 解消: データソース erp を読み込めません",
    ]
    assert "https://crm.example.jp/sources" in server.mails[0].get_content()


def test_a_channel_that_fails_holds_no_run_and_is_told_of(copy: World, service: Service, ask: CallWorld) -> None:
    loaded = configure(copy, service)  # nobody listens at the mail server's port
    break_erp(copy)
    after_run(loaded)
    assert len(service.requests) == 1
    (waiting,) = ask(copy, "alerts")[1]["alert_messages"]
    assert (waiting["channel"], waiting["n_tries"], waiting["error"]["code"]) == ("desk", 1, "alert.unreachable")


def test_a_broken_book_or_operations_file_harms_nothing(copy: World, service: Service) -> None:
    loaded = configure(copy, service)
    break_erp(copy)
    after_run(loaded)
    ProjectPaths(copy.root).alerts.write_bytes(b"x" * 5000)
    after_run(loaded)
    ProjectPaths(copy.root).alerts.unlink()
    operations(copy).write_bytes(b"x" * 5000)
    after_run(loaded)
    assert open_alerts(ProjectPaths(copy.root).alerts) == []


def test_a_run_that_could_not_begin_is_told_until_one_can(copy: World, service: Service) -> None:
    loaded, path = configure(copy, service), ProjectPaths(copy.root).alerts
    after_refusal(loaded, LockHeldError("lock.held", pid=1))
    assert open_alerts(path) == []
    after_refusal(loaded, StoreError("store.no_space", name="warehouse.duckdb", free=0))
    assert [one.condition.code for one in open_alerts(path)] == ["run_refused"]
    look_after(loaded)  # between runs nothing is said of it
    assert len(open_alerts(path)) == 1
    after_run(loaded)
    assert open_alerts(path) == []


def test_a_changed_audit_log_is_told_at_the_next_look_that_is_due(copy: World, service: Service) -> None:
    loaded, path = configure(copy, service), ProjectPaths(copy.root).alerts
    now = datetime.now(UTC)
    look_after(loaded, now=now)
    with closing(sqlite3.connect(ProjectPaths(copy.root).ledger)) as con, con:
        con.execute(
            "insert into audit (seq, happened_at, action, prev_hash, hash) values (7, '2026-01-01', 'looked', 'x', 'y')"
        )
    look_after(loaded, now=now + timedelta(hours=23))
    assert open_alerts(path) == []
    look_after(loaded, now=now + timedelta(hours=25))
    assert [one.condition.code for one in open_alerts(path)] == ["audit_broken"]


def test_a_test_message_is_marked_and_says_why_it_was_not_taken(copy: World, service: Service, ask: CallWorld) -> None:
    with mail_server() as server:
        configure(copy, service, server.port)
        assert ask(copy, "alerts", "test", "desk")[0] == 0
    assert "Test" in server.mails[0]["Subject"]
    assert ask(copy, "alerts", "test", "program")[1]["is_sent"] is True
    assert json.loads(service.requests[0].body)["is_test"] is True
    service.script(busy(), path="/hook")
    code, document = ask(copy, "alerts", "test", "program")
    assert (code, document["is_sent"], document["reason"]["code"]) == (1, False, "alert.refused")
    code, document = ask(copy, "alerts", "test", "pager")
    assert (code, document["error"]["code"]) == (2, "alert.no_such_channel")
    assert open_alerts(ProjectPaths(copy.root).alerts) == []
