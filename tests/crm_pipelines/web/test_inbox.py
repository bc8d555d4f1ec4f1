"""The inbox over HTTP: who is believed, what is kept, what is answered, and that nothing else gets out."""

import base64
import hmac
import json
import logging
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote_from_bytes

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


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/cloudevents+json"]
)
def test_json_by_any_of_its_names(desk, kind):
    assert told(desk.signed(PERSON, kind)) == (202, "inbox.accepted")
    assert desk.data() == [PERSON]


def test_a_list_is_one_line_for_each_element(desk):
    answer = desk.signed([{"n": 1}, {"n": 2}, 3, {"n": 2}])
    assert answer.json()["facts"] == {"n_submissions": 4}
    rows = desk.rows()
    assert [row.data.get("n") for row in rows] == [1, 2, None, 2]
    assert [row.fault.code for row in rows if row.fault] == ["row.not_an_object"]
    assert len({row.key for row in rows}) == 4


@pytest.mark.parametrize("body", [b"[]", b"{}", b" [ ] "])
def test_a_body_that_says_nothing_tries_the_connection(desk, body):
    assert told(desk.signed(body)) == (200, "inbox.connection_check")
    assert desk.lines() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "row.not_json"),
        (b"", "row.not_json"),
        (b'{"a": NaN}', "row.not_json"),
        (b'{"a": 1e999}', "row.not_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "row.not_json"),
        (b"[" * 9000, "row.not_json"),
        (b'{"a": "\x82\xff\xfe"}', "row.undecodable"),
        (b'"text"', "row.not_an_object"),
        (b"null", "row.not_an_object"),
    ],
)
def test_a_signed_body_that_cannot_be_read_is_never_lost(desk, body, code):
    assert told(desk.signed(body)) == (202, "inbox.accepted")
    (row,) = desk.rows()
    assert row.fault.code == code
    assert row.key is not None
    raw = base64.b64decode(row.data["raw"]) if row.data.get("raw_encoding") else row.data["raw"].encode()
    assert raw == body


def test_an_unsigned_body_that_cannot_be_read_is_refused(desk):
    assert told(desk.post("open", "{")) == (400, "inbox.unreadable")
    assert told(desk.post("open", "a=1", "multipart/form-data")) == (400, "inbox.unreadable")
    assert desk.lines("open") == []


def test_a_visitor_cannot_name_another_s_submission(desk):
    desk.signed({"submission_id": "S-1"})
    desk.post("open", json.dumps({"submission_id": "S-1"}))
    assert [row.key for row in desk.rows()] == ["S-1"]
    (row,) = desk.rows("open")
    assert row.key == row.data["submission_id"] == desk.lines("open")[0]["inbox"]["id"]


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp", "iso-2022-jp"])
@pytest.mark.parametrize("said_in", ["header", "field", "nowhere"])
def test_a_form_in_any_charset(desk, charset, said_in):
    if said_in == "nowhere" and charset not in {"utf-8", "cp932"}:
        pytest.skip("cannot be told from CP932 without being said")
    fields = {"氏名": "山田 太郎", "備考": "①②~"}
    if charset in {"euc_jp", "iso-2022-jp"}:
        fields["備考"] = "なし"
    pairs = [tuple(quote_from_bytes(text.encode(charset)) for text in pair) for pair in fields.items()]
    if said_in == "field":
        pairs.append(("_charset_", charset))
    kind = f"{FORM}; charset={charset}" if said_in == "header" else FORM
    desk.post("open", "&".join(f"{name}={value}" for name, value in pairs), kind)
    assert desk.data("open") == [fields]


def test_names_of_a_form(desk):
    desk.post(
        "open", "a=1&a=2&a=3&b[]=x&b[]=y&c[last]=Y&c[first]=T&d[0][k]=v&e=&f+g=h%2Bi&csrf_token=z&g%5B%5D=q", FORM
    )
    assert desk.data("open") == [
        {
            "a": ["1", "2", "3"],
            "b": ["x", "y"],
            "c": {"last": "Y", "first": "T"},
            "d": {"0": {"k": "v"}},
            "e": "",
            "f g": "h+i",
            "g": ["q"],
        }
    ]


def test_fields_that_only_guard_a_form_are_left_out(desk_of):
    desk = desk_of(open={"inbox": {"scheme": "none", "ignored_fields": ["Fax_Trap"]}})
    desk.post("open", "name=x&g-recaptcha-response=1&_wpnonce=2&honeypot=&fax_trap=3&_charset_=utf-8", FORM)
    desk.post("open", json.dumps({"name": "y", "cf-turnstile-response": "1", "fax_trap": ""}))
    assert desk.data("open") == [{"name": "x"}, {"name": "y"}]


def test_a_form_with_files_keeps_the_fact_alone(desk):
    files = {"履歴書": ("山田.pdf", b"%PDF" + CANARY.encode(), "application/pdf"), "empty": ("", b"")}
    answer = desk.client.post("/inbox/open", data={"氏名": "山田", "items[]": ["a", "b"]}, files=files)
    assert told(answer) == (202, "inbox.accepted")
    fact = {"field": "履歴書", "name": "山田.pdf", "type": "application/pdf", "n_bytes": 17}
    (line,) = desk.lines("open")
    assert line["data"] == {"氏名": "山田", "items": ["a", "b"]}
    assert line["inbox"]["files"] == [fact]
    assert desk.rows("open")[0].data["_files"] == [fact]
    assert CANARY not in json.dumps(line)


def test_multipart_in_cp932_with_backslashes_in_names(desk):
    name = "予定表".encode("cp932")  # its last byte is a backslash's
    body = b'--b\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + name + b"\r\n--b--\r\n"
    desk.post("open", body, "multipart/form-data; boundary=b")
    assert desk.data("open") == [{"予定表": "予定表"}]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\nhalf"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"junk"),
        ("multipart/form-data", b"--b--"),
        (FORM, b"&".join(b"a%d=1" % number for number in range(2001))),
    ],
)
def test_a_signed_form_that_is_none_is_kept_as_it_came(desk, kind, body):
    assert told(desk.signed(body, kind)) == (202, "inbox.accepted")
    (row,) = desk.rows()
    assert row.fault.code == "row.unreadable_form"
    assert row.data["raw"].encode() == body


def test_jotform_s_form_is_unpacked_by_its_preset(desk_of):
    desk = desk_of(j={"preset": "jotform", "inbox": {"scheme": "token", "secret": "${SECRET}", "parameter": "key"}})
    raw = {
        "slug": "submit/1",
        "q3_name": {"first": "太郎", "last": "山田"},
        "q5_phone": {"area": "03", "phone": "12345678"},
    }
    fields = {"formID": "1", "submissionID": "55", "rawRequest": json.dumps(raw), "pretty": "Name:..."}
    files = {"x": ("", b"")}
    assert told(desk.client.post("/inbox/j?key=test-secret", data=fields, files=files)) == (202, "inbox.accepted")
    assert told(desk.client.post("/inbox/j?key=test-secre", data=fields, files=files)) == (401, "inbox.not_believed")
    (row,) = desk.rows("j")
    assert row.key == "55"
    assert row.data["name"] == {"first": "太郎", "last": "山田"}
    assert row.data["phone"] == "03-12345678"


def test_slack_s_challenge_is_answered(desk_of):
    desk = desk_of(slack={"inbox": {"scheme": "slack", "secret": "${SECRET}"}})

    def send(body):
        raw, stamp = json.dumps(body).encode(), str(int(desk.now.timestamp()))
        digest = hmac.digest(b"test-secret", f"v0:{stamp}:".encode() + raw, "sha256").hex()
        return desk.post("slack", raw, X_Slack_Signature=f"v0={digest}", X_Slack_Request_Timestamp=stamp)

    answer = send({"type": "url_verification", "challenge": "abc"})
    assert told(answer) == (200, "inbox.connection_check")
    assert answer.json()["challenge"] == "abc"
    assert desk.lines("slack") == []
    event = {"type": "event_callback", "event_id": "Ev1", "event": {"text": "a"}}
    assert told(send(event)) == (202, "inbox.accepted")
    desk.later(60)  # Slack sends again with another time
    assert told(send(event)) == (200, "inbox.already_received")
    assert told(desk.post("slack", '{"type":"url_verification","challenge":"x"}')) == (401, "inbox.not_believed")


def test_line_s_events_are_kept_one_by_one(desk_of):
    desk = desk_of(line={"preset": "line", "inbox": {"scheme": "line", "secret": "${SECRET}"}})

    def send(*events):
        raw = json.dumps({"destination": "U0", "events": events}).encode()
        digest = base64.b64encode(hmac.digest(b"test-secret", raw, "sha256")).decode()
        return desk.post("line", raw, X_Line_Signature=digest)

    def event(number, **more):
        message = {"id": str(number), "type": "text", "text": f"text {number}"}
        source = {"type": "user", "userId": f"U{number}"}
        return {"webhookEventId": f"E{number}", "type": "message", "timestamp": 1767225600000 + number,
                "source": source, "message": message, "replyToken": "r", **more}  # fmt: skip

    assert told(send()) == (200, "inbox.connection_check")
    assert send(event(1), event(2)).json()["facts"] == {"n_submissions": 2}
    again = event(2, deliveryContext={"isRedelivery": True})
    assert send(again, event(3)).json()["facts"] == {"n_submissions": 1}
    assert told(send(again)) == (200, "inbox.already_received")
    rows = desk.rows("line")
    assert [row.key for row in rows] == ["E1", "E2", "E3"]
    assert rows[0].data["message"] == "text 1"
    assert rows[0].data["user_id"] == "U1"
    assert rows[0].data["submitted_at"] == "2026-01-01T00:00:00.001000+00:00"
    assert "replyToken" not in rows[0].data


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


def test_nothing_of_a_post_reaches_a_log(desk, monkeypatch, caplog, capfd):
    def breaks(_reader, post):
        raise ValueError(post.body)

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(BodyReader, "read", breaks)
    body = {"氏名": CANARY}
    assert told(desk.signed(body)) == (500, "web.unexpected")
    desk.client.post(f"/inbox/form?{CANARY}", json=body, headers={"x-hub-signature-256": f"sha256={CANARY}"})
    desk.client.get(f"/inbox/{CANARY}?{CANARY}=1")
    said = caplog.text + "".join(capfd.readouterr())
    assert "ValueError" in said
    assert "inbox form: inbox.not_believed.wrong=1" in said
    own = "\n".join(line for line in said.splitlines() if "httpx" not in line)
    assert CANARY not in own
    assert "Traceback" not in own


def test_ids_and_digests_tell_nothing_without_the_project_s_key(desk):
    desk.signed(PERSON)
    head = desk.lines()[0]["inbox"]
    assert set(head) == {"v", "id", "seen", "received_at", "is_signed"}
    raw = json.dumps(PERSON, ensure_ascii=False).encode()
    plain = {hmac.new(b"", raw, name).hexdigest()[:32] for name in ("sha256", "blake2b", "md5")}
    assert not plain & {head["id"], head["seen"]}


def test_one_server_alone_takes_posts_for_a_project(desk):
    with pytest.raises(LockHeldError) as caught:
        type(desk)(desk.root, desk.loaded).start()
    assert caught.value.code == "inbox.held"
    assert told(desk.signed(PERSON)) == (202, "inbox.accepted")


def test_many_posts_at_once_are_all_kept(desk):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: desk.signed({"n": number}).status_code, range(300)))
    assert answers == [202] * 300
    assert sorted(data["n"] for data in desk.data()) == list(range(300))
    assert not desk.intakes["form"]._in_flight
