"""The inbox over HTTP: who is believed, what is kept, what is answered, and that nothing else gets out."""

import hmac
import json
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from crm_pipelines.messages.catalogue import render
from crm_pipelines.model.errors import LockHeldError, StoreError
from crm_pipelines.stores.inbox import Inbox
from crm_pipelines.web.answers import language_of
from crm_pipelines.web.bodies import BodyReader

CANARY = "kanarienvogel"
FORM = "application/x-www-form-urlencoded"
PERSON = {"氏名": "山田 太郎", "メールアドレス": "taro@yamada.example.jp"}


def told(answer):
    return answer.status_code, answer.json()["code"]


def test_a_signed_post_is_on_the_disk_when_it_is_answered(desk):
    answer = desk.signed(PERSON)
    assert told(answer) == (202, "inbox.accepted")
    assert answer.json()["facts"] == {"n_submissions": 1}
    assert desk.data() == [PERSON]
    (row,) = desk.rows()
    assert row.fault is None
    assert {name: row.data[name] for name in PERSON} == PERSON
    assert row.data["submitted_at"] == desk.now.isoformat(timespec="milliseconds")


def test_the_same_post_again_is_no_error_and_not_kept_again(desk):
    assert told(desk.signed(PERSON)) == (202, "inbox.accepted")
    desk.later(299)
    assert told(desk.signed(PERSON)) == (200, "inbox.already_received")
    desk.restart()
    assert told(desk.signed(PERSON)) == (200, "inbox.already_received")
    assert len(desk.lines()) == 1
    desk.later(302)  # beyond the window the same words are said again
    assert told(desk.signed(PERSON)) == (202, "inbox.accepted")
    assert len({row.key for row in desk.rows()}) == 2


def test_an_id_tells_messages_apart_and_the_same_id_comes_once(desk):
    assert told(desk.standard("msg_1", PERSON)) == (202, "inbox.accepted")
    assert told(desk.standard("msg_2", PERSON)) == (202, "inbox.accepted")
    desk.later(100)  # a retry is signed anew with the time of the retry
    assert told(desk.standard("msg_1", PERSON)) == (200, "inbox.already_received")
    desk.restart()
    assert told(desk.standard("msg_2", PERSON)) == (200, "inbox.already_received")
    assert len(desk.lines("standard")) == 2


def test_a_recorded_post_is_of_no_use_to_anybody(desk):
    began = desk.now
    ahead = began.replace(minute=5)
    assert told(desk.standard("msg_1", PERSON, at=ahead)) == (202, "inbox.accepted")
    for seconds in (1, 300, 299):  # up to the moment at which its time is too old
        desk.later(seconds)
        desk.restart()
        assert told(desk.standard("msg_1", PERSON, at=ahead)) == (200, "inbox.already_received")
    desk.later(1)
    assert told(desk.standard("msg_1", PERSON, at=ahead)) == (401, "inbox.not_believed")
    assert len(desk.lines("standard")) == 1


def test_a_post_that_comes_twice_at_once_is_kept_once_and_acknowledged_when_it_is_there(desk, monkeypatch):
    free, sync = threading.Event(), os.fdatasync

    def wait(descriptor):
        assert free.wait(30)
        sync(descriptor)

    monkeypatch.setattr(os, "fdatasync", wait)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(desk.signed, PERSON) for _ in range(8)]
        while not desk.intakes["form"]._in_flight:
            assert not any(each.done() for each in answers)
        free.set()
        assert sorted(each.result().status_code for each in answers) == [200] * 7 + [202]
    assert len(desk.lines()) == 1


@pytest.mark.parametrize("headers", [
    {}, {"X-Hub-Signature-256": "sha256=" + "0" * 64}, {"X-Hub-Signature-256": "sha256="}, {"Authorization": "Basic x"}
])  # fmt: skip
def test_every_disbelief_sounds_the_same(desk, headers):
    answer = desk.client.post("/inbox/form", json=PERSON, headers=headers)
    assert told(answer) == (401, "inbox.not_believed")
    assert answer.json()["facts"] == {}
    assert desk.lines() == []


def test_the_past_and_the_future_sound_the_same_too(desk):
    for seconds in (-301, 301):
        at = desk.now.fromtimestamp(desk.now.timestamp() + seconds, desk.now.tzinfo)
        answer = desk.standard("msg_1", PERSON, at=at)
        assert told(answer) == (401, "inbox.not_believed")
        assert answer.json()["facts"] == {}
    assert desk.lines("standard") == []


def test_an_unknown_inbox_is_told_like_any_unknown_address(desk):
    unknown = [desk.client.post(path, json=PERSON) for path in ("/inbox/forms", "/inbox/", "/else", "/inbox/form/x")]
    unknown += [desk.client.get(path) for path in ("/", "/docs", "/openapi.json", "/redoc")]
    assert {told(answer) for answer in unknown} == {(404, "web.not_found")}
    assert len({answer.content for answer in unknown}) == 1
    assert "form" not in unknown[0].text
    assert (
        told(desk.client.get("/inbox/form")) == told(desk.client.get("/inbox/nope")) == (405, "web.method_not_allowed")
    )


def test_too_large_a_body_is_refused_however_it_says_its_length(desk):
    body = b"x" * 20_001
    assert told(desk.signed(body)) == (413, "inbox.too_large")
    chunked = desk.client.post(
        "/inbox/form", content=iter([body[:15_000], body[15_000:]]), headers={"content-type": "application/json"}
    )
    assert told(chunked) == (413, "inbox.too_large")
    assert chunked.json()["facts"] == {"max_bytes": 20_000}
    with socket.create_connection((desk.client.base_url.host, desk.client.base_url.port), timeout=30) as raw:
        raw.sendall(b"POST /inbox/form HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 413 ")
    assert told(desk.signed(PERSON)) == (202, "inbox.accepted")


@pytest.mark.parametrize("kind", ["text/plain", "text/html", "application/xml", "", "application/jsonp", "image/png"])
def test_other_types_are_refused(desk, kind):
    assert told(desk.signed(PERSON, kind)) == (415, "inbox.unknown_type")
    assert desk.lines() == []


def test_a_packed_body_is_refused(desk):
    assert told(desk.signed(PERSON, content_encoding="gzip")) == (415, "inbox.unknown_type")


def test_the_caller_is_told_in_the_language_it_likes(desk):
    for accepted, language in (("en-US,en;q=0.9", "en"), ("ja", "ja"), ("fr", "ja"), ("en;q=0.1, ja-JP;q=0.8", "ja")):
        answer = desk.client.post("/inbox/form", json=PERSON, headers={"accept-language": accepted})
        assert answer.headers["content-language"] == language
        assert answer.json()["message"] == render("inbox.not_believed", {}, language)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "xx"), ("", "xx"), ("*", "xx"), ("en;q=0", "xx"), ("en;q=x,ja;q=0.1", "ja"), ("," * 5000 + "ja", "xx"),
        ("de,en;q=0.5,ja;q=0.5", "en"),
    ],
)  # fmt: skip
def test_odd_wishes_for_a_language(accepted, language):
    assert language_of(accepted, "xx") == language


def test_a_full_disk_acknowledges_nothing_and_remembers_nothing(desk, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("crm_pipelines.stores.durable.free_bytes", lambda _path: 1000)
        answer = desk.signed(PERSON)
        assert told(answer) == (503, "inbox.unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert desk.lines() == []
    assert told(desk.signed(PERSON)) == (202, "inbox.accepted")


def test_too_much_at_once_is_turned_away_for_now(desk, monkeypatch):
    def busy(*_arguments):
        raise StoreError("inbox.busy", source="form")

    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "append", busy)
        assert told(desk.signed(PERSON)) == (503, "inbox.busy")
    assert told(desk.signed(PERSON)) == (202, "inbox.accepted")


def test_a_connection_that_breaks_off_leaves_nothing(desk):
    with socket.create_connection((desk.client.base_url.host, desk.client.base_url.port), timeout=30) as raw:
        raw.sendall(b"POST /inbox/open HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        raw.sendall(b'Content-Length: 100\r\n\r\n{"name": "half')
    assert told(desk.signed(PERSON)) == (202, "inbox.accepted")
    assert desk.lines("open") == []


def test_a_fault_of_ours_is_told_without_a_word_of_it(desk, monkeypatch):
    def breaks(_reader, post):
        raise ValueError(post.body)

    monkeypatch.setattr(BodyReader, "read", breaks)
    answer = desk.signed({"氏名": CANARY})
    assert told(answer) == (500, "web.unexpected")
    assert CANARY not in answer.text
    assert "ValueError" not in answer.text


def test_ids_and_digests_tell_nothing_without_the_project_s_key(desk):
    desk.signed(PERSON)
    head = desk.lines()[0]["inbox"]
    assert set(head) == {"v", "id", "seen", "received_at", "is_signed"}
    raw = json.dumps(PERSON, ensure_ascii=False).encode()
    plain = {hmac.new(b"", raw, name).hexdigest()[:32] for name in ("sha256", "blake2b", "md5")}
    assert not plain & {head["id"], head["seen"]}


def test_one_server_alone_takes_posts_for_a_project(desk):
    with pytest.raises(LockHeldError) as caught:
        type(desk)(desk.switchboard, desk.root, desk.loaded).start()
    assert caught.value.code == "inbox.held"
    assert told(desk.signed(PERSON)) == (202, "inbox.accepted")


def test_many_posts_at_once_are_all_kept(desk):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: desk.signed({"n": number}).status_code, range(300)))
    assert answers == [202] * 300
    assert sorted(data["n"] for data in desk.data()) == list(range(300))
    assert not desk.intakes["form"]._in_flight
