"""Mail in files: what senders and mailboxes really write."""

import base64
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.model.delivery import DeliveredRow, Page
from crm_pipelines.model.errors import FatalSourceError
from tests.connectors.contract import connector, keys_of, read, rows_of, stored

FROM = "From hanako@example.jp Fri Jan  5 10:00:00 2024\n"


def mail(number: int = 1, *, body: str = "こんにちは\n", head: str = "") -> str:
    return (
        f"Message-ID: <m{number}@example.jp>\nFrom: hanako@example.jp\nTo: desk@example.jp\nSubject: 件名\n"
        f"Date: Fri, 5 Jan 2024 10:00:00 +0900\n{head}\n{body}"
    )


def drop(folder: Path, content: str | bytes, name: str = "inbox.mbox") -> None:
    (folder / "mail").mkdir(exist_ok=True)
    (folder / "mail" / name).write_bytes(content.encode() if isinstance(content, str) else content)


def pages(folder: Path, bookmark: Any = None, **options: Any) -> list[Page]:
    return read(connector("mail_files", folder, {"path": "mail", **options}), bookmark)


def one(folder: Path, content: str | bytes) -> DeliveredRow:
    """The only row of one message in an .eml."""
    drop(folder, content, "one.eml")
    (row,) = rows_of(pages(folder))
    return row


def test_a_message_is_decoded_facts(tmp_path):
    head = "Reply-To: r@example.jp\nCc: c@example.jp\nIn-Reply-To: <a@b>\nReferences: <a@b>\n"
    row = one(tmp_path, mail(head=head + "X-Mailer: m\nReceived: 1\nReceived: 2\n"))
    assert (row.key, row.position, row.stream, row.fault) == ("m1@example.jp", "one.eml:1", "main", None)
    assert dict(row.data) == {
        "message_id": "m1@example.jp",
        "from": "hanako@example.jp",
        "reply_to": "r@example.jp",
        "to": "desk@example.jp",
        "cc": "c@example.jp",
        "subject": "件名",
        "date": "Fri, 5 Jan 2024 10:00:00 +0900",
        "in_reply_to": "<a@b>",
        "references": "<a@b>",
        "content_type": "text/plain",
        "report_type": None,
        "headers": {"x-mailer": "m", "received": "1\n2"},
        "body": "こんにちは\n",
        "attachments": 0,
        "defects": [],
    }


def word(raw: bytes, charset: str) -> str:
    return f"=?{charset}?B?{base64.b64encode(raw).decode()}?="


UTF8 = "山田太郎様".encode()
JIS = "山田太郎様".encode("iso-2022-jp")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (word(UTF8[:7], "UTF-8") + "\n " + word(UTF8[7:], "utf-8"), "山田太郎様"),
        (word(JIS, "ISO-2022-JP"), "山田太郎様"),
        (word(b"\x1b$B-j3t<02q<R|b\x1b(B", "ISO-2022-JP"), "㈱株式会社髙"),
        (word("髙橋①".encode("cp932"), "Shift_JIS"), "髙橋①"),
        (word("山田".encode("cp932"), "UTF-8"), "山田"),
        (word("山田".encode("cp932"), "x-unknown-8"), "山田"),
        ("=?UTF-8?Q?Re:_=E5=B1=B1?= and more", "Re: 山 and more"),
        ("=?utf-8*ja?B?5bGx?=", "山"),
        ("=?UTF-8?B?5bGx", "=?UTF-8?B?5bGx"),
        ("=?UTF-8?B?!!!!?=x", "x"),
        ("folded\n  subject", "folded  subject"),
        (word(b"a\r\nBcc: x@y", "UTF-8"), "a Bcc: x@y"),
    ],
)
def test_subjects_are_decoded_as_they_were_meant(tmp_path, subject, expected):
    row = one(tmp_path, mail().replace("件名", subject))
    assert row.data["subject"] == expected


@pytest.mark.parametrize("raw", ["山田商店".encode(), "山田商店".encode("cp932"), "山田商店".encode("iso-2022-jp")])
def test_raw_headers_beyond_ascii_are_read(tmp_path, raw):
    row = one(tmp_path, mail().encode().replace("件名".encode(), raw))
    assert row.data["subject"] == "山田商店"


@pytest.mark.parametrize(
    ("label", "raw", "expected", "defects"),
    [
        ("iso-2022-jp", b"\x1b$B-j\x1b(B \x1b(I1\x1b(B\n", "㈱ ｱ\n", []),
        ("shift_jis", "髙①\n".encode("cp932"), "髙①\n", []),
        ("us-ascii", "山田\n".encode("cp932"), "山田\n", []),
        ("utf-8", "山田\n".encode("cp932"), "山田\n", []),
        ("x-nobody-knows", "山田\n".encode(), "山田\n", ["unknown_charset"]),
        ("gb2312", "朱镕基\n".encode("gb18030"), "朱镕基\n", []),
        ("utf-8", b"ok\x00nul\n", "oknul\n", ["nul_bytes"]),
        ("utf-8", "山".encode() + b"\xff\xff\xff\xfe\xa0\n", None, ["undecodable"]),
    ],
)
def test_bodies_are_decoded_by_what_they_are(tmp_path, label, raw, expected, defects):
    head = f'Content-Type: text/plain; charset="{label}"\n'
    row = one(tmp_path, mail(head=head, body="BODY").encode().replace(b"BODY", raw))
    assert row.fault is None
    assert row.data["defects"] == defects
    assert expected is None or row.data["body"] == expected


MULTIPART = """Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary="c"

--c
Content-Type: text/plain; charset=utf-8

{plain}
--c
Content-Type: text/html; charset=utf-8

<html><head><style>p {{}}</style></head><body><p>Hallo&nbsp;<b>Welt</b><br>zwei<script>no()</script></p></body></html>
--c--
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="secret.txt"

not the body
--b
Content-Type: application/pdf

JVBERi0=
--b--
"""


def test_the_first_plain_part_is_the_body_and_attachments_are_counted(tmp_path):
    row = one(tmp_path, mail(head=MULTIPART.format(plain="Guten Tag")))
    assert (row.data["body"], row.data["attachments"]) == ("Guten Tag", 2)
    assert row.data["content_type"] == "multipart/mixed"


def test_html_is_the_body_as_text_when_there_is_no_plain_part(tmp_path):
    row = one(tmp_path, mail(head=MULTIPART.format(plain="  ")))
    assert row.data["body"] == "Hallo Welt\nzwei"


def test_a_report_names_its_type(tmp_path):
    head = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
    body = "--b\n\nUndeliverable\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b--\n"
    row = one(tmp_path, mail(head=head, body=body))
    assert (row.data["report_type"], row.data["body"]) == ("delivery-status", "Undeliverable")


def test_a_message_without_id_gets_a_key_from_its_content_wherever_it_stands(tmp_path):
    anonymous = mail().partition("\n")[2]
    drop(tmp_path, FROM + anonymous + "\n" + FROM + mail(2) + "\n" + FROM + anonymous)
    first, _, third = keys_of(pages(tmp_path))
    assert first == third
    assert str(first).startswith("sha256-")
    assert len(str(first)) == 71


def test_an_mbox_is_split_at_its_from_lines_only(tmp_path):
    body = "text\nFrom monday Mon Jan 1 10:00:00 2024 we walk.\n\n"
    body += "From here on we walk.\n\n>From quoted Mon Jan 1 10:00:00 2024\n>>From twice\n"
    drop(tmp_path, "\n" + FROM + mail(1, body=body) + "\n" + FROM.replace("hanako@example.jp", "-") + mail(2))
    rows = rows_of(pages(tmp_path))
    assert [(row.key, row.position) for row in rows] == [
        ("m1@example.jp", "inbox.mbox:1"),
        ("m2@example.jp", "inbox.mbox:2"),
    ]
    assert rows[0].data["body"] == body.replace(">From quoted", "From quoted").replace(">>From", ">From")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_grown_mbox_gives_only_what_is_new(tmp_path, line_end):
    whole = (FROM + mail(1) + "\n" + FROM + mail(2)).replace("\n", line_end)
    drop(tmp_path, whole)
    first = pages(tmp_path)
    drop(tmp_path, whole + line_end + (FROM + mail(3)).replace("\n", line_end))
    second = pages(tmp_path, stored(first[-1].bookmark))
    assert (keys_of(first), keys_of(second)) == (["m1@example.jp", "m2@example.jp"], ["m3@example.jp"])
    assert rows_of(second)[0].position == "inbox.mbox:3"


def test_a_truncated_last_message_is_delivered_as_it_is_and_again_when_it_is_whole(tmp_path):
    drop(tmp_path, FROM + mail(1) + "\n" + FROM + mail(2)[:-3])
    first = pages(tmp_path)
    drop(tmp_path, FROM + mail(1) + "\n" + FROM + mail(2) + "\n" + FROM + mail(3))
    second = pages(tmp_path, stored(first[-1].bookmark))
    assert rows_of(first)[1].data["defects"] == ["truncated"]
    assert keys_of(second) == ["m2@example.jp", "m3@example.jp"]
    assert rows_of(second)[0].data["defects"] == []


def test_an_mbox_that_lost_a_message_is_scanned_anew(tmp_path):
    drop(tmp_path, FROM + mail(1) + "\n" + FROM + mail(2))
    first = pages(tmp_path)
    drop(tmp_path, FROM + mail(2))
    assert keys_of(pages(tmp_path, stored(first[-1].bookmark))) == ["m2@example.jp"]


def test_a_folder_holds_mailboxes_and_single_messages(tmp_path):
    drop(tmp_path, FROM + mail(1))
    drop(tmp_path, b"\xef\xbb\xbf" + FROM.encode() + mail(2).encode(), "a.eml")
    drop(tmp_path, mail(3), "b.eml.tmp")
    drop(tmp_path, "", "c.eml")
    drop(tmp_path, "", "d.mbox")
    assert keys_of(pages(tmp_path)) == ["m2@example.jp", "m1@example.jp"]


@pytest.mark.parametrize("raw", [b"just text\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, b"{}"])
def test_what_is_no_message_is_a_fault(tmp_path, raw):
    row = one(tmp_path, raw)
    assert row.fault is not None
    assert row.fault.code == "row.not_a_message"


def test_a_web_page_in_place_of_a_mailbox_is_named(tmp_path):
    drop(tmp_path, "<html><body>Sign in</body></html>")
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path)
    assert caught.value.code == "source.unexpected_html"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: multipart/mixed; boundary=never\n",
        "Content-Type: multipart/mixed\n",
        "Content-Type: ;;;=\n",
        "Content-Type: text/plain; charset*=utf-8''%E5%E5\n",
        "Content-Transfer-Encoding: base64\n",
        "Content-Transfer-Encoding: x-uuencode\n",
        "Content-Disposition: \x80\x81\n",
        ": no name\n",
    ],
)
def test_a_broken_structure_costs_no_message(tmp_path, head):
    drop(tmp_path, FROM + mail(1, head=head) + "\n" + FROM + mail(2))
    rows = rows_of(pages(tmp_path))
    assert [row.key for row in rows] == ["m1@example.jp", "m2@example.jp"]


def test_parts_nested_past_all_sense_cost_one_message(tmp_path):
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n' for i in range(2000))
    drop(tmp_path, FROM + mail(1, head=nested) + "\n" + FROM + mail(2))
    rows = rows_of(pages(tmp_path))
    assert (len(rows), rows[1].key) == (2, "m2@example.jp")


def test_a_body_of_ten_megabytes_costs_its_message_only(tmp_path):
    drop(tmp_path, FROM + mail(1, body="x" * 10_000_000 + "\n") + "\n" + FROM + mail(2))
    rows = rows_of(pages(tmp_path))
    assert [row.key for row in rows] == ["m1@example.jp", "m2@example.jp"]
    assert [row.fault.code if row.fault else None for row in rows] == ["row.cell_too_large", None]


def test_a_large_attachment_costs_nothing(tmp_path):
    head = MULTIPART.format(plain="Guten Tag").replace("JVBERi0=", "JVBERi0=\n" * 600_000)
    assert one(tmp_path, mail(head=head)).data["body"] == "Guten Tag"
