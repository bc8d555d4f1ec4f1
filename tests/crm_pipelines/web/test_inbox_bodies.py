"""What becomes of a posted body: JSON, lists, forms of every kind, and what vendors send to try a connection."""

import base64
import hmac
import json
from urllib.parse import quote_from_bytes

import pytest

CANARY = "kanarienvogel"
FORM = "application/x-www-form-urlencoded"
PERSON = {"氏名": "山田 太郎", "メールアドレス": "taro@yamada.example.jp"}


def told(answer):
    return answer.status_code, answer.json()["code"]


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


@pytest.mark.parametrize(
    ("charset", "said_in"),
    [
        *(
            (charset, said_in)
            for charset in ("utf-8", "cp932", "euc_jp", "iso-2022-jp")
            for said_in in ("header", "field")
        ),
        ("utf-8", "nowhere"),
        ("cp932", "nowhere"),
    ],
)
def test_a_form_in_any_charset(desk, charset, said_in):
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


def test_the_parts_of_a_form_s_field_are_columns_of_the_row(desk):
    desk.post("open", "name[last]=山田&name[first]=太郎&email=a%40ex.jp&tags[]=a&tags[]=b", FORM)
    desk.post("open", json.dumps({"name": {"last": "山田"}}))
    form, posted = desk.rows("open")
    assert (form.data["name.last"], form.data["name.first"], form.data["tags"]) == ("山田", "太郎", ["a", "b"])
    assert posted.data["name"] == {"last": "山田"}


def test_fields_that_only_guard_a_form_are_left_out(desk_of):
    desk = desk_of(open={"inbox": {"scheme": "none", "ignored_fields": ["Fax_Trap"]}})
    desk.post("open", "name=x&g-recaptcha-response=1&_wpnonce=2&honeypot=&fax_trap=3&_charset_=utf-8", FORM)
    desk.post("open", json.dumps({"name": "y", "cf-turnstile-response": "1", "fax_trap": ""}))
    assert desk.data("open") == [{"name": "x"}, {"name": "y"}]


def test_a_form_with_files_keeps_the_fact_alone(desk):
    files = {"履歴書": ("山田.pdf", b"%PDF" + CANARY.encode(), "application/pdf")}
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
    assert (row.data["name.last"], row.data["name.first"]) == ("山田", "太郎")
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


def test_a_file_field_left_empty_is_no_file(desk):
    head = 'Content-Disposition: form-data; name="cv"; filename=""\r\nContent-Type: application/octet-stream'
    body = f'--b\r\n{head}\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n1\r\n--b--\r\n'
    desk.post("open", body, "multipart/form-data; boundary=b")
    (line,) = desk.lines("open")
    assert line["data"] == {"n": "1"}
    assert "files" not in line["inbox"]
