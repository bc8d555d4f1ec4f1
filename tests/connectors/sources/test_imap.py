"""Mailboxes over IMAP, against a Dovecot: what is read, how often, and what is left as it was."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.kit import imap_messages, imap_session
from tests.connectors.contract import connector, keys_of, read, rows_of, stored
from tests.connectors.live.imap import server
from tests.connectors.live.mailbox import ATTACHED, Mailbox, ids, imap_portions_of, mail
from tests.imap_proxy import CUT, Rule, Wire, wire_to

pytestmark = pytest.mark.system("dovecot")


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox.of(tmp_path)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wire_to(server().port) as laid:
        yield laid


def test_only_what_arrived_since_comes_with_the_next_read(mailbox):
    mailbox.put(mail(1), mail(2))
    first = mailbox.pages()
    mailbox.put(mail(3))
    second = mailbox.pages(stored(first[-1].bookmark))
    assert keys_of(first) == ids(1, 2)
    assert keys_of(second) == ids(3)
    assert mailbox.pages(stored(second[-1].bookmark)) == []


def test_gaps_in_the_numbers_are_stepped_over(mailbox):
    mailbox.put(*(mail(number) for number in range(1, 9)))
    mailbox.expunge(1, 3, 4, 7)
    assert mailbox.keys(page_size=2) == ids(2, 5, 6, 8)


def test_the_last_message_does_not_come_again_because_the_server_names_it(mailbox):
    mailbox.put(mail(1), mail(2), mail(3))
    mailbox.expunge(3)
    first = mailbox.pages()
    assert keys_of(first) == ids(1, 2)
    assert mailbox.pages(stored(first[-1].bookmark)) == []


def test_a_folder_that_was_made_anew_is_read_again_under_the_same_keys(mailbox):
    messages = [mail(1), mail(2).replace(b"Message-ID: <m2@example.jp>\r\n", b""), mail(3)]
    mailbox.put(*messages, into="Archiv")
    first = mailbox.pages(folders="Archiv")
    mailbox.recreate("Archiv")
    mailbox.put(*reversed(messages), into="Archiv")
    second = mailbox.pages(stored(first[-1].bookmark), folders="Archiv")
    assert sorted(keys_of(second)) == sorted(keys_of(first))
    assert len(set(keys_of(first))) == 3
    assert {row.key: row.data for row in rows_of(second)} == {row.key: row.data for row in rows_of(first)}
    assert mailbox.pages(stored(second[-1].bookmark), folders="Archiv") == []


def test_a_folder_that_was_numbered_anew_is_read_again_under_the_same_keys(mailbox):
    mailbox.put(mail(1), mail(2))
    first = mailbox.pages()
    mailbox.dovecot.doveadm("mailbox", "update", "-u", mailbox.user, "--uid-validity", "7", "INBOX")
    second = mailbox.pages(stored(first[-1].bookmark))
    assert keys_of(second) == keys_of(first)
    assert mailbox.pages(stored(second[-1].bookmark)) == []


def test_a_folder_that_is_numbered_anew_while_it_is_read_brings_each_message_once(mailbox, wire):
    mailbox.put(*(mail(number) for number in range(1, 8)))
    with imap_portions_of(1):
        pages = mailbox.source(port=wire.port, page_size=2).pages(None)
        got = [next(pages)]
        wire.rules.append(Rule(rb"UID FETCH", CUT, times=1))
        mailbox.dovecot.doveadm("mailbox", "update", "-u", mailbox.user, "--uid-validity", "9", "INBOX")
        got += pages
    assert sorted(map(str, keys_of(got))) == ids(1, 2, 3, 4, 5, 6, 7)
    assert mailbox.pages(stored(got[-1].bookmark)) == []


def test_nothing_is_marked_moved_or_deleted(mailbox, wire):
    mailbox.put(*(mail(number) for number in range(1, 4)))
    mailbox.put(mail(4), into="Archiv")

    def seen() -> Any:
        with mailbox.dovecot.client(mailbox.user) as client:
            states = {name: client.folder_status(name) for name in ("INBOX", "Archiv")}
            client.select_folder("INBOX", readonly=True)
            return states, client.get_flags(client.search()), client.list_folders()

    before = seen()
    assert before[0]["INBOX"][b"RECENT"] == before[0]["INBOX"][b"UNSEEN"] == 3
    mailbox.source(port=wire.port, folders="*").check()
    assert len(mailbox.keys(port=wire.port, folders="*")) == 4
    assert seen() == before
    assert not wire.asked(rb"(?i) (SELECT|STORE|COPY|MOVE|EXPUNGE|APPEND|DELETE|CREATE|SUBSCRIBE|BODY\[)")


def test_folders_with_japanese_names_are_read_by_name_and_by_pattern(mailbox):
    names = ["顧客/株式会社山田", "顧客/鈴木様", "ガイド & 案内"]
    for number, name in enumerate(names, start=1):
        mailbox.put(mail(number), into=name)
    assert mailbox.keys(folders=names) == ids(1, 2, 3)
    assert mailbox.keys(folders=["ガイド & 案内", "顧客/*"]) == ids(3, 1, 2)


def test_a_name_is_found_however_its_characters_are_composed(mailbox):
    mailbox.put(mail(1), into="ガイド")
    assert mailbox.keys(folders=["カ\u3099イト\u3099", "inbox"]) == ids(1)


def test_a_pattern_passes_over_what_is_no_incoming_mail(mailbox):
    for number, name in enumerate(("INBOX", "Gesendet", "Trash", "Junk", "Entwuerfe", "迷惑メール", "a/b/c"), start=1):
        mailbox.put(mail(number), into=name)
    assert mailbox.keys(folders="*") == ids(1, 7)
    assert mailbox.keys(folders=["Trash", "a*"]) == ids(3, 7)


def test_folder_names_that_only_a_pattern_found_stay_in_the_mailbox(mailbox):
    mailbox.put(mail(1), into="顧客/鈴木様")
    mailbox.put(b"no header\r\n", into="顧客/Suzuki")
    pages = mailbox.pages(folders="顧客/*")
    assert [row.position[:5] for row in rows_of(pages)] == ["顧客/* "] * 2
    shown = repr([(page.bookmark, [(row.position, row.fault) for row in page.rows]) for page in pages])
    assert "鈴木" not in shown
    assert "Suzuki" not in shown


def test_a_message_in_several_folders_comes_once(mailbox):
    mailbox.put(mail(1), mail(2), mail(2))
    mailbox.put(mail(2), mail(3), into="Archiv")
    pages = mailbox.pages(folders=["INBOX", "Archiv"])
    assert keys_of(pages) == ids(1, 2, 3)
    assert mailbox.pages(stored(pages[-1].bookmark), folders=["INBOX", "Archiv"]) == []


def test_messages_that_merely_share_a_message_id_all_come(mailbox):
    mailbox.put(mail(1, body="eins"), mail(1, body="zweiundzwanzig"))
    mailbox.put(mail(1, body="eins").replace(b"10:00:00", b"11:00:00"))
    assert [row.data["body"] for row in rows_of(mailbox.pages())] == ["eins\n", "zweiundzwanzig\n", "eins\n"]


def test_two_thousand_messages_come_in_bounded_pages_and_portions(mailbox, wire):
    mailbox.put(*(mail(number) for number in range(2000)))
    pages = mailbox.pages(port=wire.port, page_size=150)
    assert keys_of(pages) == ids(*range(2000))
    assert all(len(page.rows) <= 150 for page in pages)
    asked = wire.asked(rb"BODY.PEEK\[\]")
    assert len(asked) >= 20
    assert max(line.count(b",") for line in asked) < imap_messages.MAX_TOGETHER


def test_heavy_messages_are_fetched_few_at_a_time(mailbox, wire, monkeypatch):
    monkeypatch.setattr(imap_messages, "PORTION_BYTES", 100_000)
    heavy = ATTACHED.replace(b"%s", b"QUJD\r\n" * 6000)
    mailbox.put(*(heavy.replace(b"<att@", b"<att%d@" % number) for number in range(5)))
    assert len(mailbox.keys(port=wire.port)) == 5
    assert [line.count(b",") + 1 for line in wire.asked(rb"BODY.PEEK\[\]")] == [2, 2, 1]


def test_a_large_folder_is_searched_in_windows_and_only_as_far_as_needed(mailbox, wire, monkeypatch):
    monkeypatch.setattr(imap_session, "SEARCH_WINDOW", 10)
    mailbox.put(*(mail(number) for number in range(1, 36)))
    mailbox.expunge(5, 20, 34)
    first = mailbox.pages(port=wire.port)
    assert keys_of(first) == ids(*(number for number in range(1, 36) if number not in (5, 20, 34)))
    assert len(wire.asked(b"SEARCH")) == 4
    mailbox.put(mail(36))
    assert keys_of(mailbox.pages(stored(first[-1].bookmark), port=wire.port)) == ids(36)
    assert len(wire.asked(b"SEARCH")) == 6


def test_a_message_that_arrives_while_the_folder_is_read_comes_once(mailbox):
    mailbox.put(*(mail(number) for number in range(1, 6)))
    pages = mailbox.source(page_size=2).pages(None)
    got = [next(pages)]
    mailbox.put(mail(6))
    got += pages
    rest = mailbox.pages(stored(got[-1].bookmark))
    assert keys_of(got) + keys_of(rest) == ids(1, 2, 3, 4, 5, 6)


def test_a_message_that_is_expunged_while_the_folder_is_read_costs_nothing_else(mailbox):
    mailbox.put(*(mail(number) for number in range(1, 8)))
    with imap_portions_of(2):
        pages = mailbox.source(page_size=2).pages(None)
        got = [next(pages)]
        mailbox.expunge(4, 6)
        got += pages
    assert keys_of(got) == ids(1, 2, 3, 5, 7)


def test_mail_that_arrived_before_a_day_is_left_alone(mailbox):
    mailbox.put(mail(1), at=datetime(2024, 1, 10, 12, tzinfo=UTC))
    mailbox.put(mail(2), at=datetime(2024, 3, 10, 12, tzinfo=UTC))
    first = mailbox.pages(since="2024-02-01")
    assert keys_of(first) == ids(2)
    assert mailbox.pages(stored(first[-1].bookmark), since="2024-02-01") == []
    assert mailbox.keys(stored(first[-1].bookmark), since="2024-01-01") == ids(1, 2)
    assert mailbox.keys(stored(first[-1].bookmark)) == ids(1, 2)


def test_a_range_of_time_is_read_again_with_a_day_on_either_side(mailbox):
    for day in range(1, 11):
        mailbox.put(mail(day), at=datetime(2024, 1, day, 12, tzinfo=UTC))
    since, until = datetime(2024, 1, 4, tzinfo=UTC), datetime(2024, 1, 6, tzinfo=UTC)
    pages = list(mailbox.source(page_size=2).range_pages(since, until, None))
    assert set(ids(4, 5, 6)) <= set(keys_of(pages)) <= set(ids(3, 4, 5, 6, 7))
    for n_read in range(1, len(pages) + 1):
        rest = mailbox.source(page_size=2).range_pages(since, until, stored(pages[n_read - 1].bookmark))
        assert keys_of(pages[:n_read]) + keys_of(list(rest)) == keys_of(pages)


def test_of_a_message_that_is_too_large_the_beginning_comes(mailbox):
    mailbox.put(mail(1), ATTACHED.replace(b"%s", b"QUJD\r\n" * 5000), mail(2))
    rows = rows_of(mailbox.pages(max_message_bytes=4096))
    assert [row.key for row in rows] == ["m1@example.jp", "att@example.jp", "m2@example.jp"]
    assert rows[1].data["body"] == "Guten Tag"
    assert "too_large" in str(rows[1].data["defects"])
    assert rows[2].data["defects"] == []


RAW = {
    "iso-2022-jp": mail(1).replace("件名 1".encode(), b"=?ISO-2022-JP?B?GyRCOzNFREJATzobKEI=?="),
    "cp932 header and body": mail(2, head="Content-Type: text/plain; charset=Shift_JIS\n").decode().encode("cp932"),
    "utf-8 in words that split a character": mail(3).replace(
        "件名 3".encode(), b"=?UTF-8?B?5bGx55Sw5aQ=?=\r\n =?UTF-8?B?qumDjg==?="
    ),
    "no message id": mail(4).partition(b"\r\n")[2],
    "html": mail(5, head="Content-Type: text/html; charset=utf-8\n", body="<p>こん<b>にちは</b></p>"),
    "attachment": ATTACHED.replace(b"%s", b"JVBERi0="),
    "no message": b"just text\r\n",
    "folded": mail(6, head="References: <a@b>\n <c@d>\n\t<e@f>\nReceived: 1\nReceived: 2\n"),
    "a body of a number": mail(7, body="12345"),
    "empty body": mail(8).partition(b"\r\n\r\n")[0] + b"\r\n\r\n",
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW.keys())
def test_a_message_arrives_as_it_would_from_a_file(mailbox, tmp_path, raw):
    mailbox.put(raw)
    (tmp_path / "one.eml").write_bytes(raw)
    (ours,) = rows_of(mailbox.pages())
    (of_file,) = rows_of(read(connector("mail_files", tmp_path, {"path": "one.eml"})))
    assert (ours.key, ours.data, ours.stream) == (of_file.key, of_file.data, of_file.stream)
    assert (ours.fault and ours.fault.code) == (of_file.fault and of_file.fault.code)
    assert ours.position == "INBOX:1"


def test_bookmarks_hold_numbers_and_digests_alone(mailbox):
    mailbox.put(mail(1), into="顧客/鈴木様")
    (page,) = mailbox.pages(folders="顧客/鈴木様")
    assert re.fullmatch(r'\{"since": null, "folders": \{"[0-9a-f]{16}": \[\d+, 1\]\}\}', json.dumps(page.bookmark))
    for spoilt in ({}, {"folders": 3}, {"folders": {"x": [1]}}, {"folders": {"x": "y"}}, {"else": 1}):
        assert mailbox.keys(spoilt, folders="顧客/鈴木様") == ids(1)
