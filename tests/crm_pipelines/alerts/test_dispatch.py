"""Messages on their way: real servers on loopback, that are slow, refuse, cut the line and lie."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from crm_pipelines.alerts.signing import verified
from crm_pipelines.rules.inbox import InboxEntry
from crm_pipelines.web.signatures import Post, Proof, Refused, Verifier
from tests.crm_pipelines.alerts.conftest import SECRET, Desk, failing
from tests.simulators.certificate import write_certificate
from tests.simulators.server import Logged, Service, busy, serving, status
from tests.simulators.smtp import mail_server

ROOT = Path(__file__).parents[3]


async def take(_: Request) -> Response:
    return PlainTextResponse("ok")


async def elsewhere(_: Request) -> Response:
    return RedirectResponse("/hook", 307)


@pytest.fixture(scope="module")
def services() -> Iterator[Service]:
    routes = [Route(path, take, methods=["POST"]) for path in ("/hook", "/chat", "/slow")]
    with serving(Starlette(routes=[*routes, Route("/moved", elsewhere, methods=["POST"])])) as service:
        yield service


@pytest.fixture
def service(services: Service) -> Service:
    services.requests.clear()
    services.queue.clear()
    return services


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_certificate(tmp_path_factory.mktemp("certificate"))


def routed(**channels: dict[str, Any]) -> dict[str, Any]:
    return {"channels": channels, "routes": {"all": {"channels": list(channels)}}}


def hook(service: Service, path: str = "/hook", **more: Any) -> dict[str, Any]:
    return {"kind": "webhook", "url": service.url + path, "secret": SECRET, **more}


def mail(port: int, **more: Any) -> dict[str, Any]:
    plain = {"kind": "mail", "host": "127.0.0.1", "port": port, "security": "none"}
    return {**plain, "sender": "crm@example.jp", "to": ["desk@example.jp"], **more}


def asked(service: Service, path: str = "/hook") -> list[Logged]:
    return [one for one in service.requests if one.path == path]


def test_a_mail_goes_out_over_starttls_with_a_login_and_reads_well(desk: Desk, certificate: tuple[Path, Path]) -> None:
    with mail_server(certificate=certificate, login=("crm", "geheim")) as server:
        more = {"security": "starttls", "username": "crm", "password": "geheim", "ca_file": str(certificate[0])}
        desk.configure(**routed(post=mail(server.port, **more)), pages="https://crm.example.jp/", owner="データ基盤")
        desk.look(failing())
        assert desk.dispatcher.send_waiting().errors == {}
        desk.look()
        desk.dispatcher.send_waiting()
    first, last = server.mails
    assert server.were_encrypted == [True, True]
    assert first["Subject"] == "[acme] 重大: データソース erp を読み込めません（発生）"
    assert last["Subject"] == "[acme] 解消: データソース erp を読み込めません"
    text = first.get_content()
    assert "担当: データ基盤" in text
    assert "発生: 2026/04/01 12:00:00（Asia/Tokyo）" in text
    assert "詳細: https://crm.example.jp/dashboard" in text
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["References"] == last["References"] == last["In-Reply-To"]
    assert first["Message-ID"] != last["Message-ID"]


def test_a_mail_goes_out_over_tls_from_the_first_byte(desk: Desk, certificate: tuple[Path, Path]) -> None:
    with mail_server(certificate=certificate, is_tls=True) as server:
        desk.configure(**routed(post=mail(server.port, security="tls", ca_file=str(certificate[0]))))
        desk.look(failing())
        assert desk.dispatcher.send_waiting().n_sent == 1
    assert server.were_encrypted == [True]


@pytest.mark.parametrize(
    ("server", "channel", "code"),
    [
        ({"login": ("crm", "geheim")}, {"username": "crm", "password": "falsch"}, "alert.mail_login"),
        ({"is_offered": False}, {}, "alert.mail_unencrypted"),
        ({}, {"ca_file": None}, "alert.unreachable"),
        ({"refused": frozenset({"desk@example.jp"})}, {}, "alert.mail_refused"),
        ({"busy": 1}, {}, "alert.mail_refused"),
    ],
    ids=["wrong password", "no STARTTLS", "unknown authority", "recipient", "busy"],
)
def test_a_mail_that_is_not_taken_waits_with_the_reason(
    desk: Desk, certificate: tuple[Path, Path], server: dict[str, Any], channel: dict[str, Any], code: str
) -> None:
    options = dict(server)
    offered = certificate if options.pop("is_offered", True) else None
    with mail_server(certificate=offered, **options) as running:
        secure = {"security": "starttls", "ca_file": str(certificate[0]), **channel}
        desk.configure(**routed(post=mail(running.port, **secure)))
        desk.look(failing())
        done = desk.dispatcher.send_waiting()
        assert (done.n_sent, done.errors["post"].code, running.mails) == (0, code, [])
    assert "geheim" not in str(done.errors)
    with desk.book() as book:
        (waiting,) = book.waiting()
    assert waiting.error == done.errors["post"]
    assert waiting.n_tries == 1


def test_one_unknown_recipient_keeps_the_others_from_nothing(desk: Desk) -> None:
    with mail_server(refused=frozenset({"gone@example.jp"})) as server:
        desk.configure(**routed(post=mail(server.port, to=["gone@example.jp", "desk@example.jp"])))
        desk.look(failing())
        assert desk.dispatcher.send_waiting().n_sent == 1
    assert server.recipients == [["desk@example.jp"]]
    assert desk.events() == []


def test_a_mail_whose_receipt_was_lost_is_sent_again_under_the_same_id(desk: Desk) -> None:
    with mail_server(drops=1) as server:
        desk.configure(**routed(post=mail(server.port)))
        desk.look(failing())
        assert desk.dispatcher.send_waiting().n_sent == 0
        desk.pass_by(minutes=1)
        assert desk.dispatcher.send_waiting().n_sent == 1
    assert len({one["Message-ID"] for one in server.mails}) == 1
    assert len(server.mails) == 2


def test_a_webhook_is_signed_as_the_standard_has_it(desk: Desk, service: Service) -> None:
    desk.configure(**routed(program=hook(service)), pages="https://crm.example.jp")
    desk.look(failing())
    assert desk.dispatcher.send_waiting().n_sent == 1
    (request,) = asked(service)
    document = request.json
    assert (document["event"], document["alert"]["condition"], document["is_test"]) == (
        "opened",
        "source_failed",
        False,
    )
    assert document["alert"]["cause"]["code"] == "source.refused_login"
    assert document["id"] == request.headers["idempotency-key"] == request.headers["webhook-id"]
    # what an inbox of ours says to it, which knows the standard and not this sender
    verifier = Verifier(InboxEntry.model_validate({"scheme": "standard_webhooks", "secret": SECRET}))
    headers = {name.encode(): value.encode() for name, value in request.headers.items()}
    post = Post("POST", b"", headers, request.body)
    assert isinstance(verifier.judge(post, desk.now), Proof)
    assert verified(SECRET, request.headers, request.body, desk.now)
    assert verifier.judge(Post("POST", b"", headers, request.body + b" "), desk.now) is Refused.WRONG
    assert not verified(SECRET, request.headers, request.body + b" ", desk.now)
    assert not verified("whsec_" + "AAAA" * 6, request.headers, request.body, desk.now)
    desk.pass_by(seconds=301)
    assert not verified(SECRET, request.headers, request.body, desk.now)  # a replay


def test_a_chat_gets_one_block_without_marks_of_its_own(desk: Desk, service: Service) -> None:
    desk.configure(**routed(chat={"kind": "slack", "url": f"{service.url}/chat"}), pages="https://crm.example.jp")
    desk.look(failing(host="<!channel> & co"))
    desk.dispatcher.send_waiting()
    (request,) = asked(service, "/chat")
    text = request.json["blocks"][0]["text"]["text"]
    assert "<!channel>" not in text
    assert "<https://crm.example.jp/dashboard|詳細>" in text
    assert request.json["text"].startswith("[acme] 重大: ")


def test_a_failing_channel_keeps_no_other_waiting(desk: Desk, service: Service) -> None:
    service.script(status(500), path="/slow")
    with mail_server() as server:
        desk.configure(**routed(a=hook(service, "/slow"), b=mail(server.port), c=mail(1)))
        desk.look(failing())
        done = desk.dispatcher.send_waiting()
    assert done.n_sent == 1
    assert {name: error.code for name, error in done.errors.items()} == {
        "a": "alert.refused", "c": "alert.unreachable",
    }  # fmt: skip
    assert len(server.mails) == 1


def test_waits_double_and_a_channel_that_asks_for_more_gets_it(desk: Desk, service: Service) -> None:
    service.script(status(503), status(503), busy("900"), path="/hook")
    desk.configure(**routed(program=hook(service)))
    desk.look(failing())
    waits = []
    for _ in range(3):
        desk.dispatcher.send_waiting()
        with desk.book() as book:
            (message,) = book.waiting()
        waits.append((message.not_before - desk.now).total_seconds())
        desk.pass_by(seconds=waits[-1] - 1)
        assert desk.dispatcher.send_waiting().errors == {}  # not before its time
        desk.pass_by(seconds=1)
    assert waits == [30, 60, 900]
    assert desk.dispatcher.send_waiting().n_sent == 1
    assert len({one.headers["webhook-id"] for one in asked(service)}) == 1
    assert len(asked(service)) == 4


def test_nothing_overtakes_what_was_told_before_of_the_same_alert(desk: Desk, service: Service) -> None:
    service.script(status(503), path="/hook")
    desk.configure(**routed(program=hook(service)))
    desk.look(failing())
    desk.dispatcher.send_waiting()
    desk.look()
    assert desk.dispatcher.send_waiting().n_sent == 0
    desk.pass_by(minutes=1)
    assert desk.dispatcher.send_waiting().n_sent == 2
    assert [one.json["event"] for one in asked(service)] == ["opened", "opened", "resolved"]


def test_a_redirect_is_not_followed(desk: Desk, service: Service) -> None:
    desk.configure(**routed(program=hook(service, "/moved")))
    desk.look(failing())
    assert desk.dispatcher.send_waiting().errors["program"].code == "alert.redirected"
    assert asked(service) == []


def test_what_no_try_got_through_is_given_up_and_kept(desk: Desk) -> None:
    desk.configure(**routed(post=mail(1)), give_up_after_hours=1)
    desk.look(failing())
    desk.pass_by(hours=2)
    desk.dispatcher.send_waiting()
    assert desk.events() == []
    with desk.book() as book:
        assert [one.error.code for one in book.given_up(desk.now)] == ["alert.unreachable"]


def test_a_channel_that_left_the_rules_is_given_up(desk: Desk, service: Service) -> None:
    desk.configure(**routed(program=hook(service)))
    desk.look(failing())
    desk.configure()
    assert desk.dispatcher.send_waiting().n_sent == 0
    assert desk.events() == []


_SENDER = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.crm_pipelines.alerts.conftest import Desk
desk = Desk(Path({folder!r}), **{rules!r})
desk.dispatcher.send_waiting()
"""


def test_a_kill_between_sending_and_noting_it_sends_it_again(desk: Desk, service: Service, tmp_path: Path) -> None:
    rules = routed(program=hook(service))
    desk.configure(**rules)
    desk.look(failing())
    arrived = threading.Event()

    async def hang(exchange: Any) -> None:
        arrived.set()
        while (await exchange.receive())["type"] != "http.disconnect":
            pass

    service.script(hang, path="/hook")
    code = _SENDER.format(root=str(ROOT), folder=str(tmp_path), rules=rules)
    child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)
    assert arrived.wait(60)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    assert desk.dispatcher.send_waiting().n_sent == 0  # it may still be at it
    desk.pass_by(minutes=5)
    assert desk.dispatcher.send_waiting().n_sent == 1
    first, second = asked(service)
    assert json.loads(first.body)["id"] == json.loads(second.body)["id"]
    assert desk.events() == []
